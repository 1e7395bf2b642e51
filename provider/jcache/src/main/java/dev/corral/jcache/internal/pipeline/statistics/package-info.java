/** Measures the times of operations and counts their outcomes. */
@NullMarked
package dev.corral.jcache.internal.pipeline.statistics;

import org.jspecify.annotations.NullMarked;
