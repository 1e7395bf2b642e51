/** Runs the example on the module path. */
@NullMarked
package dev.corral.examples.modules;

import org.jspecify.annotations.NullMarked;
