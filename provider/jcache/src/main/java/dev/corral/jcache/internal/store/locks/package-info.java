/** Locks across all JVMs: of keys while user code changes them, and of loads. */
@NullMarked
package dev.corral.jcache.internal.store.locks;

import org.jspecify.annotations.NullMarked;
