/** Answers reads from the near cache of this JVM, and invalidates changed entries. */
@NullMarked
package dev.corral.jcache.internal.pipeline.near;

import org.jspecify.annotations.NullMarked;
