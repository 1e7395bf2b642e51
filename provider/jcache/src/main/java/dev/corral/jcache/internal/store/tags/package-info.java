/** Tags of entries: which of them were invalidated, in Redis and as far as this JVM knows. */
@NullMarked
package dev.corral.jcache.internal.store.tags;

import org.jspecify.annotations.NullMarked;
