/**
 * Experiments about caching patterns, each with the number it expects and the number it measured.
 */
@NullMarked
package dev.corral.examples.patterns;

import org.jspecify.annotations.NullMarked;
