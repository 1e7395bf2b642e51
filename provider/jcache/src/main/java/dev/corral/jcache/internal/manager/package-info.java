/** Lifecycle and wiring: the only place that makes a collaborator. */
@NullMarked
package dev.corral.jcache.internal.manager;

import org.jspecify.annotations.NullMarked;
