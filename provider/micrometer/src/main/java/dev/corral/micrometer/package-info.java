/** Meters and observations of Corral's caches for Micrometer. */
@NullMarked
package dev.corral.micrometer;

import org.jspecify.annotations.NullMarked;
