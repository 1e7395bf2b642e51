/** The same code on another cache and on Corral, with the same results. */
@NullMarked
package dev.corral.examples.migrating;

import org.jspecify.annotations.NullMarked;
