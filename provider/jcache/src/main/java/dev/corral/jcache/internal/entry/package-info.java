/**
 * The words that all other packages speak: an operation on one entry, the entry as seen, and what
 * the operation did. No I/O, no Redis.
 */
@NullMarked
package dev.corral.jcache.internal.entry;

import org.jspecify.annotations.NullMarked;
