package dev.corral.jcache.internal.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An estimate of Redis's clock, independent of this machine's wall clock: its distance from the
 * JVM's monotonic clock, measured at the middle of a round trip. Its error is at most half a round
 * trip. Never waits. Safe for many threads.
 */
public final class ServerClock {

  private static final long UNKNOWN = Long.MIN_VALUE;

  /** How often the distance should be measured again. */
  public static final long PERIOD_SECONDS = 10;

  private final RedisCommands redis;
  private volatile String name;
  private final AtomicLong distanceMillis = new AtomicLong(UNKNOWN);
  private final AtomicLong mostDistanceMillis = new AtomicLong(UNKNOWN);

  /**
   * @param name any key of the cache, which selects the server of a cluster
   */
  public ServerClock(RedisCommands redis, String name) {
    this.redis = redis;
    this.name = name;
  }

  /** Measures the distance again, in the background. */
  public CompletableFuture<Void> synchronize() {
    return measure(name);
  }

  /** The same by another key, which selects the server from then on if it succeeds. */
  public CompletableFuture<Void> synchronizeBy(String key) {
    return measure(key).thenRun(() -> name = key);
  }

  private CompletableFuture<Void> measure(String key) {
    long sentNanos = System.nanoTime();
    return redis
        .runForNumber(LuaScript.CLOCK, List.of(key))
        .thenAccept(
            serverMillis -> {
              long middleNanos = sentNanos + (System.nanoTime() - sentNanos) / 2;
              mostDistanceMillis.set(serverMillis - TimeUnit.NANOSECONDS.toMillis(sentNanos) + 1);
              distanceMillis.set(serverMillis - TimeUnit.NANOSECONDS.toMillis(middleNanos));
            });
  }

  /** The same for a timer; a failure is repeated by the next run. */
  public void resynchronize() {
    var unused = synchronize();
  }

  /** Redis's time in ms; {@link Long#MAX_VALUE} while the clock is unknown. */
  public long millis() {
    long distance = distanceMillis.get();
    return distance == UNKNOWN ? Long.MAX_VALUE : monotonicMillis() + distance;
  }

  /** Whether this moment of Redis's clock has passed; false while the clock is unknown. */
  public boolean isPast(long serverMillis) {
    long distance = distanceMillis.get();
    return distance != UNKNOWN && serverMillis <= monotonicMillis() + distance;
  }

  /** How long until this moment of Redis's clock, in ms; a day while the clock is unknown. */
  public long millisUntil(long serverMillis) {
    long distance = distanceMillis.get();
    return distance == UNKNOWN
        ? TimeUnit.DAYS.toMillis(1)
        : serverMillis - monotonicMillis() - distance;
  }

  /**
   * The least time until this moment of Redis's clock, in ms, given the error of the estimate; 0
   * while the clock is unknown.
   */
  public long leastMillisUntil(long serverMillis) {
    long distance = mostDistanceMillis.get();
    return distance == UNKNOWN ? 0 : serverMillis - monotonicMillis() - distance;
  }

  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
