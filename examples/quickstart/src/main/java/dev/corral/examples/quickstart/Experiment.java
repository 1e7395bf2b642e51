package dev.corral.examples.quickstart;

/**
 * A promise of a caching pattern, put to the test.
 *
 * @param done in words
 * @param counted what the two numbers are numbers of
 * @param detail what else was seen; empty if nothing
 */
record Experiment(
    String name, String done, String counted, long expected, long measured, String detail) {

  Experiment(String name, String done, String counted, long expected, long measured) {
    this(name, done, counted, expected, measured, "");
  }
}
