/** Answers reads from this JVM, and forgets what changed. */
@NullMarked
package dev.corral.jcache.internal.pipeline.near;

import org.jspecify.annotations.NullMarked;
