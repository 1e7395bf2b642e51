package dev.corral.examples.patterns;

/**
 * A property of a caching pattern: the number that it promises and the number that was measured.
 *
 * @param name the caching pattern
 * @param action what the experiment does, in words
 * @param counted the unit of the two numbers
 * @param detail further observations; empty if there are none
 */
record Experiment(
    String name, String action, String counted, long expected, long measured, String detail) {

  Experiment(String name, String action, String counted, long expected, long measured) {
    this(name, action, counted, expected, measured, "");
  }
}
