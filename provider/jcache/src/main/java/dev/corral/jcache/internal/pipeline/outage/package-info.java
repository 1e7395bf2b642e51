/** Answers operations while Redis is unavailable. */
@NullMarked
package dev.corral.jcache.internal.pipeline.outage;

import org.jspecify.annotations.NullMarked;
