/** Follows the log of PostgreSQL, and invalidates the caches of the rows that it changes. */
@NullMarked
package dev.corral.cdc;

import org.jspecify.annotations.NullMarked;
