/**
 * An application with all shapes of cached methods. It runs in two processes, which share Redis.
 */
@NullMarked
package dev.corral.spring.tests;

import org.jspecify.annotations.NullMarked;
