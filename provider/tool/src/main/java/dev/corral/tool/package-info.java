/** The command line of Corral for operators. */
@NullMarked
package dev.corral.tool;

import org.jspecify.annotations.NullMarked;
