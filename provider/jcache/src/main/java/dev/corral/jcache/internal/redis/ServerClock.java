package dev.corral.jcache.internal.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An estimate of Redis's clock that does not depend on ours: its distance from the JVM's monotonic
 * clock, taken at the middle of a round trip. Good to half a round trip. Never waits.
 */
public final class ServerClock {

  private static final long UNKNOWN = Long.MIN_VALUE;

  /** How often the distance should be taken anew. */
  public static final long PERIOD_SECONDS = 10;

  private final RedisCommands redis;
  private final String name;
  private final AtomicLong distanceMillis = new AtomicLong(UNKNOWN);
  private final AtomicLong mostDistanceMillis = new AtomicLong(UNKNOWN);

  /**
   * @param name any key of the cache; it says which server of a cluster to ask
   */
  public ServerClock(RedisCommands redis, String name) {
    this.redis = redis;
    this.name = name;
  }

  /** Takes the distance anew, in the background. */
  public CompletableFuture<Void> synchronize() {
    long sentNanos = System.nanoTime();
    return redis
        .runForNumber(LuaScript.CLOCK, List.of(name))
        .thenAccept(
            serverMillis -> {
              long middleNanos = sentNanos + (System.nanoTime() - sentNanos) / 2;
              mostDistanceMillis.set(serverMillis - TimeUnit.NANOSECONDS.toMillis(sentNanos) + 1);
              distanceMillis.set(serverMillis - TimeUnit.NANOSECONDS.toMillis(middleNanos));
            });
  }

  /** The same on a timer; what fails is tried again next time. */
  public void resynchronize() {
    var unused = synchronize();
  }

  /** Redis's time in ms; the end of all time while nothing is known of the clock. */
  public long millis() {
    long distance = distanceMillis.get();
    return distance == UNKNOWN ? Long.MAX_VALUE : monotonicMillis() + distance;
  }

  /** Whether this moment of Redis's clock has passed; false while nothing is known of the clock. */
  public boolean isPast(long serverMillis) {
    long distance = distanceMillis.get();
    return distance != UNKNOWN && serverMillis <= monotonicMillis() + distance;
  }

  /** How long until this moment of Redis's clock; a day while nothing is known of the clock. */
  public long millisUntil(long serverMillis) {
    long distance = distanceMillis.get();
    return distance == UNKNOWN
        ? TimeUnit.DAYS.toMillis(1)
        : serverMillis - monotonicMillis() - distance;
  }

  /**
   * How long it is at the least until this moment of Redis's clock, whatever the error of the
   * estimate; 0 while nothing is known of the clock.
   */
  public long leastMillisUntil(long serverMillis) {
    long distance = mostDistanceMillis.get();
    return distance == UNKNOWN ? 0 : serverMillis - monotonicMillis() - distance;
  }

  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
