package dev.corral.jcache.internal.pipeline.verify;

import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerificationStatistics.Stale;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The counters behind {@link VerificationStatistics}. Safe for many threads. */
final class VerificationCounters {

  /** The ages by which stale hits are counted, above the delay. */
  private static final List<Duration> AGES =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10));

  final LongAdder compared = new LongAdder();
  final LongAdder unknown = new LongAdder();
  final LongAdder skipped = new LongAdder();
  final LongAdder inFlight = new LongAdder();
  final LongAdder loaderBehind = new LongAdder();
  final LongAdder repaired = new LongAdder();
  private final List<Duration> ages = new ArrayList<>();
  private final AtomicLongArray stale;

  /**
   * @param delay the least age that counts
   */
  VerificationCounters(Duration delay) {
    ages.add(delay);
    AGES.stream().filter(age -> age.compareTo(delay) > 0).forEach(ages::add);
    this.stale = new AtomicLongArray(ages.size());
  }

  /** Whether something of this age counts at a position in the ages. */
  boolean reaches(long nanos, int position) {
    return position < ages.size() && nanos >= ages.get(position).toNanos();
  }

  /** The next age after this one; null if there is none. */
  @Nullable Duration ageAfter(long nanos) {
    return ages.stream().filter(age -> age.toNanos() > nanos).findFirst().orElse(null);
  }

  /** Counts hits that have reached the age at a position. */
  void countStale(int position, long hits) {
    stale.addAndGet(position, hits);
  }

  /** The current counts. The ages are read before the others, so no part is above 1. */
  VerificationStatistics now() {
    List<Stale> byAge = new ArrayList<>(ages.size());
    for (int i = 0; i < ages.size(); i++) {
      byAge.add(new Stale(ages.get(i), stale.get(i)));
    }
    return new VerificationStatistics(
        compared.sum(),
        byAge,
        unknown.sum(),
        skipped.sum(),
        inFlight.sum(),
        loaderBehind.sum(),
        repaired.sum());
  }
}
