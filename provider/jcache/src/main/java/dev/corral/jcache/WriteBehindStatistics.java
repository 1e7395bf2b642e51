package dev.corral.jcache;

import java.time.Duration;

/**
 * How the queue of a cache that writes behind stands, and what went through it, in all JVMs.
 *
 * @param depth how many keys wait for the writer
 * @param oldestAge how long the oldest of their changes waits; zero if there is none
 * @param deadLetters how many changes are parked
 * @param queued how many changes were queued ever
 * @param coalesced how many of them were never written, because a newer one of their key was
 * @param written how many were written
 * @param batches how many calls of the writer succeeded
 * @param retries how many changes were put back to be tried again
 */
public record WriteBehindStatistics(
    long depth,
    Duration oldestAge,
    long deadLetters,
    long queued,
    long coalesced,
    long written,
    long batches,
    long retries) {

  /** Nothing waits and nothing ever did: a cache that does not write behind. */
  public static final WriteBehindStatistics NONE =
      new WriteBehindStatistics(0, Duration.ZERO, 0, 0, 0, 0, 0, 0);
}
