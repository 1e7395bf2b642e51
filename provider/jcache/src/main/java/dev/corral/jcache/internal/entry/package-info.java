/**
 * The values that all other packages use: an operation on one entry, a snapshot of the entry, and
 * the outcome of the operation. No I/O.
 */
@NullMarked
package dev.corral.jcache.internal.entry;

import org.jspecify.annotations.NullMarked;
