/**
 * Write-through: a change is written to the database before the cache has it. Write-behind: a
 * change is queued in the step that commits it, and written to the database later.
 */
@NullMarked
package dev.corral.jcache.internal.pipeline.writing;

import org.jspecify.annotations.NullMarked;
