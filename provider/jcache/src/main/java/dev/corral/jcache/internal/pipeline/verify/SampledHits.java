package dev.corral.jcache.internal.pipeline.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hits of one key while it is verified, in groups of hits at about the same time, so that their
 * number needs no limit. Safe for many threads.
 */
final class SampledHits {

  private final long delayNanos;
  private final List<Group> groups = new ArrayList<>();
  private @Nullable Group open;
  private boolean closed;

  /**
   * @param delay the least age that counts
   */
  SampledHits(Duration delay) {
    this.delayNanos = delay.toNanos();
  }

  /** Hits whose ages are counted together. The fields are guarded by the object around it. */
  private static final class Group {

    private final long firstNanos;

    /** The time of the last of the hits, so that no hit is counted as older than it is. */
    private long sinceNanos;

    private long hits;
    private int staleAges;

    Group(long nowNanos) {
      this.firstNanos = nowNanos;
      this.sinceNanos = nowNanos;
    }
  }

  /** Adds a hit; false if no more are accepted. */
  synchronized boolean add(long nowNanos) {
    if (closed) {
      return false;
    }
    Group group = open;
    if (group == null || group.staleAges > 0 || nowNanos - group.firstNanos >= width(nowNanos)) {
      group = new Group(nowNanos);
      groups.add(group);
      open = group;
    } else if (nowNanos - group.sinceNanos > 0) { // hits of different threads may be out of order
      group.sinceNanos = nowNanos;
    }
    group.hits++;
    return true;
  }

  /** The time of a group: short, compared with the ages that are counted at that time. */
  private long width(long nowNanos) {
    long sinceFirst = groups.isEmpty() ? 0 : nowNanos - groups.get(0).firstNanos;
    return Math.max(delayNanos / 10, sinceFirst / 50);
  }

  /** Accepts no more hits. */
  synchronized void close() {
    closed = true;
  }

  /** The loader had another value at this time; whether it had one before is not known. */
  synchronized void staleSince(long nowNanos) {
    for (Group group : groups) {
      if (group.sinceNanos - nowNanos < 0) {
        group.sinceNanos = nowNanos;
      }
    }
    open = null; // a later hit would make the group younger
  }

  /** Counts the ages that the hits have reached, because the entry still is what they got. */
  synchronized void countStale(long nowNanos, VerificationCounters counters) {
    for (Group group : groups) {
      while (counters.reaches(nowNanos - group.sinceNanos, group.staleAges)) {
        if (group.staleAges == 0) {
          counters.compared.add(group.hits);
        }
        counters.countStale(group.staleAges, group.hits);
        group.staleAges++;
      }
    }
  }

  /** How many hits were counted as stale. */
  synchronized long stale() {
    return groups.stream().filter(it -> it.staleAges > 0).mapToLong(it -> it.hits).sum();
  }

  /** How many hits were not counted as stale. */
  synchronized long uncounted() {
    return groups.stream().filter(it -> it.staleAges == 0).mapToLong(it -> it.hits).sum();
  }

  /** How many of these were after a time. */
  synchronized long uncountedAfter(long nanos) {
    return groups.stream()
        .filter(it -> it.staleAges == 0 && it.sinceNanos - nanos > 0)
        .mapToLong(it -> it.hits)
        .sum();
  }
}
