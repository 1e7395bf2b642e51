/** Tests of the tool. */
@NullMarked
package dev.corral.tool;

import org.jspecify.annotations.NullMarked;
