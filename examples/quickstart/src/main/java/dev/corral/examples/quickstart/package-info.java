/** The shortest complete use of Corral: one class, which uses only the JCache API. */
@NullMarked
package dev.corral.examples.quickstart;

import org.jspecify.annotations.NullMarked;
