/** Compares a sample of the hits with the loader, and measures how stale they were. */
@NullMarked
package dev.corral.jcache.internal.pipeline.verify;

import org.jspecify.annotations.NullMarked;
