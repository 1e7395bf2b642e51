@NullMarked
package dev.corral.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
