@NullMarked
package dev.corral.examples.quickstart;

import org.jspecify.annotations.NullMarked;
