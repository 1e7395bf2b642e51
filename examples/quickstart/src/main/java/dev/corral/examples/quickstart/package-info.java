/** A table in a database, a cache in front of it, and what each of them saw. */
@NullMarked
package dev.corral.examples.quickstart;

import org.jspecify.annotations.NullMarked;
