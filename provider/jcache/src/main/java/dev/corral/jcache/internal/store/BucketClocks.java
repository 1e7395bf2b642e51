package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM can prove about the clocks of the servers that have the buckets of a cache. A
 * server reads its clock after the request was sent and before the reply arrived; so each reply
 * with a time bounds the distance between that clock and this JVM's monotonic clock. Safe for many
 * threads.
 *
 * <p>Local times are those of {@link ChangeOrder}, in ns; server times are in ms since the epoch.
 * Two clocks are assumed to run at the same speed up to 0.05 %, the most by which a system corrects
 * its clock gradually.
 */
public final class BucketClocks {

  private static final double DRIFT = 0.000_5;
  private static final long EARLIER_SERVERS_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** A reading with closer bounds needs no second one. */
  private static final double CLOSE_MILLIS = 2;

  /** How often a clock is read again because a reply was slow. */
  private static final int MORE_READINGS = 3;

  private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * Bounds of the server's time of an event.
   *
   * @param earliestMillis the event was not before this time
   * @param latestMillis the event was not after this time
   * @param estimateMicros when the event was, as far as this JVM knows
   */
  public record Bounds(long earliestMillis, long latestMillis, long estimateMicros) {}

  /**
   * Bounds of the difference between the server's time and the local time, in ms, and the best
   * estimate of it.
   *
   * @param readNanos when the clock was read
   */
  record Distance(double lowest, double highest, double estimate, long readNanos) {

    /** The bounds of one reading. Nothing is known about where the difference is between them. */
    static Distance between(double lowest, double highest, long readNanos) {
      return new Distance(lowest, highest, (lowest + highest) / 2, readNanos);
    }

    /** The same, with the drift between the reading and another time. */
    private Distance at(long nanos) {
      double drift = DRIFT * Math.abs(nanos - readNanos) / NANOS_PER_MILLI;
      return new Distance(lowest - drift, highest + drift, estimate, nanos);
    }

    private double width() {
      return highest - lowest;
    }

    private boolean overlaps(Distance other) {
      return lowest <= other.highest && other.lowest <= highest;
    }

    /**
     * The closer one of this reading and a later one. If they contradict each other, the clock was
     * set, or is another one, and the later one counts.
     */
    Distance or(Distance later) {
      Distance now = at(later.readNanos);
      return now.width() < later.width() && now.overlaps(later) ? this : later;
    }

    /**
     * The bounds if either of two readings may be of the right clock. If they agree, it is probably
     * one clock; then the estimate is the middle of what both allow.
     */
    Distance including(Distance other) {
      double low = Math.min(lowest, other.lowest);
      double high = Math.max(highest, other.highest);
      if (!overlaps(other)) {
        return between(low, high, readNanos);
      }
      double middle = (Math.max(lowest, other.lowest) + Math.min(highest, other.highest)) / 2;
      return new Distance(low, high, middle, readNanos);
    }
  }

  /**
   * The clock of a bucket's server.
   *
   * @param before the readings before the last outages, after which another server may have the
   *     bucket; null if there was no outage
   * @param outageEndNanos before this time, the clocks of the earlier servers count too
   */
  private record Clock(Distance current, @Nullable Distance before, long outageEndNanos) {

    /** The clock after one more outage. Earlier servers are forgotten after ten minutes. */
    Clock afterOutage(Distance read, long nanos) {
      if (before == null || nanos - outageEndNanos > EARLIER_SERVERS_NANOS) {
        return new Clock(read, current, nanos);
      }
      return new Clock(read, current.including(before), nanos);
    }

    Distance at(long nanos) {
      Distance now = current.at(nanos);
      return before == null || nanos >= outageEndNanos ? now : now.including(before.at(nanos));
    }
  }

  private final CacheContext direct;
  private final AtomicReferenceArray<@Nullable Clock> clocks;

  /**
   * Clocks that are not known yet.
   *
   * @param direct commands that go to Redis even while the breaker is open
   */
  public BucketClocks(CacheContext direct) {
    this.direct = direct;
    this.clocks = new AtomicReferenceArray<>(direct.keys().buckets());
  }

  /**
   * Records a reading of a clock.
   *
   * @param sentNanos when the request was sent, by {@link ChangeOrder#nanos}
   * @param serverMillis the server's time in the reply that has just arrived
   */
  public void record(int bucket, long sentNanos, long serverMillis) {
    update(
        bucket,
        distance(sentNanos, serverMillis),
        (known, read) ->
            new Clock(known.current().or(read), known.before(), known.outageEndNanos()));
  }

  private void update(int bucket, Distance read, BiFunction<Clock, Distance, Clock> next) {
    clocks.updateAndGet(
        bucket, known -> known == null ? new Clock(read, null, 0) : next.apply(known, read));
  }

  private static Distance distance(long sentNanos, long serverMillis) {
    long now = ChangeOrder.nanos();
    return Distance.between(
        serverMillis - now / NANOS_PER_MILLI,
        serverMillis + 1 - sentNanos / NANOS_PER_MILLI, // the reply omits fractions of a ms
        now);
  }

  /**
   * Reads the clock of a bucket's server again, because another server may have the bucket since
   * the last reading. For times before this, the clocks of both servers count.
   */
  public CompletableFuture<Void> readAgain(int bucket) {
    return read(bucket, MORE_READINGS)
        .thenAccept(
            closest ->
                update(
                    bucket,
                    closest,
                    (known, read) -> known.afterOutage(read, ChangeOrder.nanos())));
  }

  /** The closest one of some readings. A slow reply has wide bounds, so it is not the only one. */
  private CompletableFuture<Distance> read(int bucket, int more) {
    long sentNanos = ChangeOrder.nanos();
    return direct
        .redis()
        .runForNumber(LuaScript.CLOCK, List.of(direct.keys().generation(bucket)))
        .thenCompose(
            serverMillis -> {
              Distance first = distance(sentNanos, serverMillis);
              if (more == 0 || first.width() <= CLOSE_MILLIS) {
                return CompletableFuture.completedFuture(first);
              }
              return read(bucket, more - 1)
                  .handle((next, failure) -> failure == null ? first.or(next) : first);
            });
  }

  /** The bounds of the distance to a bucket's clock now; null while the clock is unknown. */
  @Nullable Distance distanceNow(int bucket) {
    Clock clock = clocks.get(bucket);
    return clock == null ? null : clock.current().at(ChangeOrder.nanos());
  }

  /**
   * The bounds of the server's time between two moments. They are as wide as possible while the
   * clock is unknown.
   */
  public Bounds bounds(int bucket, long fromNanos, long toNanos) {
    Clock clock = clocks.get(bucket);
    if (clock == null) {
      return new Bounds(0, Long.MAX_VALUE, 0);
    }
    Distance from = clock.at(fromNanos);
    Distance to = clock.at(toNanos);
    double earliest = fromNanos / NANOS_PER_MILLI + from.lowest();
    double latest = toNanos / NANOS_PER_MILLI + to.highest();
    double distance = (from.estimate() + to.estimate()) / 2;
    double estimate = 0.5 * (fromNanos + toNanos) / NANOS_PER_MILLI + distance;
    return new Bounds(
        (long) Math.floor(earliest),
        (long) Math.ceil(latest),
        (long) (estimate * TimeUnit.MILLISECONDS.toMicros(1)));
  }
}
