package dev.corral.jcache.internal.pipeline.verify;

import java.util.ArrayList;
import java.util.List;

/** The hits of one key while it is verified. Safe for many threads. */
final class SampledHits {

  private static final int MOST = 1_000;

  private final List<Hit> hits = new ArrayList<>();
  private boolean ended;

  /** One hit. The fields are guarded by the object around it. */
  private static final class Hit {

    private long sinceNanos;
    private int staleAges;

    Hit(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  /** Adds a hit; false if the verification has ended, or has many hits. */
  synchronized boolean add(long nowNanos) {
    return !ended && hits.size() < MOST && hits.add(new Hit(nowNanos));
  }

  /** The loader had another value at this time; whether it had one before is not known. */
  synchronized void staleSince(long nowNanos) {
    for (Hit hit : hits) {
      if (hit.sinceNanos - nowNanos < 0) {
        hit.sinceNanos = nowNanos;
      }
    }
  }

  /** Counts the ages that the hits have reached, because the entry still is what they got. */
  synchronized void countStale(long nowNanos, VerificationCounters counters) {
    for (Hit hit : hits) {
      while (counters.reaches(nowNanos - hit.sinceNanos, hit.staleAges)) {
        if (hit.staleAges == 0) {
          counters.compared.increment();
        }
        counters.countStale(hit.staleAges);
        hit.staleAges++;
      }
    }
  }

  /** How many hits were counted as stale. */
  synchronized long stale() {
    return hits.stream().filter(hit -> hit.staleAges > 0).count();
  }

  /** Ends the verification; gives the number of hits that were not counted as stale. */
  synchronized long end() {
    ended = true;
    return hits.stream().filter(hit -> hit.staleAges == 0).count();
  }
}
