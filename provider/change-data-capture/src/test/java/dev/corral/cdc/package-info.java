/** Tests with PostgreSQL and Redis. */
@NullMarked
package dev.corral.cdc;

import org.jspecify.annotations.NullMarked;
