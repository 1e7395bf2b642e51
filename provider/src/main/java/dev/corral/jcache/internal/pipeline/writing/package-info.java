/** Writes through: the database has a change before the cache has it. */
@NullMarked
package dev.corral.jcache.internal.pipeline.writing;

import org.jspecify.annotations.NullMarked;
