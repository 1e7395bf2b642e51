/**
 * What the JVMs of a cluster agree on before they call a loader: who loads which keys, and when.
 */
@NullMarked
package dev.corral.jcache.internal.store.loads;

import org.jspecify.annotations.NullMarked;
