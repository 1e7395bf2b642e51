@NullMarked
package dev.corral.examples.chaos;

import org.jspecify.annotations.NullMarked;
