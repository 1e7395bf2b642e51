package dev.corral.jcache;

import java.time.Duration;

/**
 * The queue of a write-behind cache: its current state, and counters since it exists. All numbers
 * are for all JVMs. Immutable.
 *
 * @param depth keys with a queued write
 * @param oldestAge age of the oldest queued change; zero if none is queued
 * @param deadLetters changes that are dead letters
 * @param totals counters since the queue exists
 */
public record WriteBehindStatistics(
    long depth, Duration oldestAge, long deadLetters, Totals totals) {

  /**
   * Counters since the queue exists.
   *
   * @param queued changes that were queued
   * @param coalesced queued changes that a newer change of their key replaced
   * @param written queued changes that were written to the database
   * @param batches calls of the writer that wrote at least one change
   * @param retries failed attempts after which a change was queued again
   */
  public record Totals(long queued, long coalesced, long written, long batches, long retries) {}

  /** The statistics of a cache without write-behind. */
  public static final WriteBehindStatistics NONE =
      new WriteBehindStatistics(0, Duration.ZERO, 0, new Totals(0, 0, 0, 0, 0));

  /** Changes that were queued. */
  public long queued() {
    return totals.queued();
  }

  /** Queued changes that a newer change of their key replaced. */
  public long coalesced() {
    return totals.coalesced();
  }

  /** Queued changes that were written to the database. */
  public long written() {
    return totals.written();
  }

  /** Calls of the writer that wrote at least one change. */
  public long batches() {
    return totals.batches();
  }

  /** Failed attempts after which a change was queued again. */
  public long retries() {
    return totals.retries();
  }
}
