@NullMarked
package dev.corral.examples.patterns;

import org.jspecify.annotations.NullMarked;
