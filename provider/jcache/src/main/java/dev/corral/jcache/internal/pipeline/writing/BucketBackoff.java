package dev.corral.jcache.internal.pipeline.writing;

import java.util.concurrent.TimeUnit;

/**
 * The backoff of each bucket: after a batch has failed, the drainer leaves the bucket alone for a
 * while, because the database seems to be unavailable. Safe for many threads.
 */
final class BucketBackoff {

  private final Backoff backoff;
  private final int[] failures;
  private final long[] endNanos;

  BucketBackoff(int buckets, Backoff backoff) {
    this.backoff = backoff;
    this.failures = new int[buckets];
    this.endNanos = new long[buckets];
  }

  /** Whether the drainer must not write this bucket now. */
  synchronized boolean isWaiting(int bucket) {
    return failures[bucket] > 0 && endNanos[bucket] - System.nanoTime() > 0;
  }

  /** Records the result of a batch: a success resets the backoff, a failure prolongs it. */
  synchronized void record(int bucket, boolean succeeded) {
    failures[bucket] = succeeded ? 0 : failures[bucket] + 1;
    if (!succeeded) {
      long millis = backoff.millisAfter(failures[bucket]);
      endNanos[bucket] = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }

  /** Ends the current delays of all buckets. The next failure still counts the earlier ones. */
  synchronized void endDelays() {
    for (int bucket = 0; bucket < endNanos.length; bucket++) {
      endNanos[bucket] = System.nanoTime();
    }
  }
}
