package dev.corral.examples.quickstart;

/**
 * What one step did, and what the database and the cache counted meanwhile.
 *
 * @param done in words
 * @param reads statements that read from the database
 * @param writes statements that wrote to it
 */
record Step(String name, String done, long reads, long writes, long hits, long misses) {}
