package dev.corral.jcache.internal.pipeline.writing;

import java.util.concurrent.TimeUnit;

/** Which buckets are left alone for a while, because their database seems to be away. */
final class BucketBackoff {

  private final Backoff backoff;
  private final int[] failures;
  private final long[] endNanos;

  BucketBackoff(int buckets, Backoff backoff) {
    this.backoff = backoff;
    this.failures = new int[buckets];
    this.endNanos = new long[buckets];
  }

  synchronized boolean isPaused(int bucket) {
    return failures[bucket] > 0 && endNanos[bucket] - System.nanoTime() > 0;
  }

  synchronized void note(int bucket, boolean done) {
    failures[bucket] = done ? 0 : failures[bucket] + 1;
    if (!done) {
      long millis = backoff.millisAfter(failures[bucket]);
      endNanos[bucket] = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }

  synchronized void end() {
    for (int bucket = 0; bucket < endNanos.length; bucket++) {
      endNanos[bucket] = System.nanoTime();
    }
  }
}
