/** Changes of caches that become visible with the COMMIT of a database transaction. */
@NullMarked
package dev.corral.transactions;

import org.jspecify.annotations.NullMarked;
