/** Tests of the service over HTTP. */
@NullMarked
package dev.corral.examples.springboot;

import org.jspecify.annotations.NullMarked;
