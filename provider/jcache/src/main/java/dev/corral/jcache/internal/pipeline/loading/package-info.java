/** Reads through: on a miss, asks the loader and stores what it gives. */
@NullMarked
package dev.corral.jcache.internal.pipeline.loading;

import org.jspecify.annotations.NullMarked;
