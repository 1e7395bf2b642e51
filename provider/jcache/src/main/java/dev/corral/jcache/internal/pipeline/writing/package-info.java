/**
 * Writes through: the database has a change before the cache has it. Or writes behind: the change
 * is queued with the commit, and taken to the database later.
 */
@NullMarked
package dev.corral.jcache.internal.pipeline.writing;

import org.jspecify.annotations.NullMarked;
