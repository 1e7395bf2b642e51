/** A service of Spring Boot whose instances share a cache. */
@NullMarked
package dev.corral.examples.springboot;

import org.jspecify.annotations.NullMarked;
