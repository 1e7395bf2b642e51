/** What the cache stores. */
@NullMarked
package dev.corral.examples.modules.model;

import org.jspecify.annotations.NullMarked;
