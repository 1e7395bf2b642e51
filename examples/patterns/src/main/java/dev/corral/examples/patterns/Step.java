package dev.corral.examples.patterns;

/**
 * A step, and how many statements and cache lookups it caused.
 *
 * @param action what the step does, in words
 * @param reads queries to the database
 * @param writes updates, inserts and deletes; a batch is one
 * @param hits lookups that the cache answered
 * @param misses lookups that found no entry in the cache
 */
record Step(String name, String action, long reads, long writes, long hits, long misses) {}
