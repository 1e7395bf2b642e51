package dev.corral.jcache.internal.pipeline.verify;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a verification logs: the first differences, and then one in a minute. Safe for many threads.
 */
final class DifferenceLog {

  private static final Logger log = LoggerFactory.getLogger(DifferenceLog.class);
  private static final int FIRST = 10;
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final String cacheName;
  private final AtomicLong differences = new AtomicLong();
  private final AtomicLong loggedNanos = new AtomicLong();
  private final AtomicBoolean incomparable = new AtomicBoolean();
  private final AtomicBoolean behind = new AtomicBoolean();

  DifferenceLog(String cacheName) {
    this.cacheName = cacheName;
  }

  /**
   * An entry differs.
   *
   * @param key the text of the key
   * @param entry what is known about the entry
   */
  void differs(String key, String entry, Duration delay) {
    long number = differences.incrementAndGet();
    if (number > FIRST && !isPauseOver()) {
      return;
    }
    if (number <= FIRST) {
      loggedNanos.set(System.nanoTime());
    }
    log.warn(
        "Cache '{}': the loader has had another value for the key '{}' for {} or longer, and"
            + " nothing wrote the entry meanwhile: the change has probably bypassed the cache. Look"
            + " for what changes the row without the cache; see also the command explain of the"
            + " tool. {}. Differences until now: {}{}",
        cacheName,
        key,
        delay,
        entry,
        number,
        number == FIRST ? "; from now on, at most one in a minute is logged" : "");
  }

  private boolean isPauseOver() {
    long last = loggedNanos.get();
    long now = System.nanoTime();
    return now - last >= PAUSE.toNanos() && loggedNanos.compareAndSet(last, now);
  }

  /** Two values cannot be compared; logged once. */
  void incomparable() {
    if (!incomparable.getAndSet(true)) {
      log.warn(
          "Cache '{}': some values cannot be compared with the loader's, because the bytes of equal"
              + " ones vary; use verify.comparison=equals, and define equals and hashCode in their"
              + " classes",
          cacheName);
    }
  }

  /** The loader has returned the value of an entry after another one; logged once. */
  void loaderBehind() {
    if (!behind.getAndSet(true)) {
      log.warn(
          "Cache '{}': the loader returned another value than the cache, and later the same one. If"
              + " it reads from a replica, set verify.delay to more than the lag of the replica,"
              + " and do not use verify.repair",
          cacheName);
    }
  }

  /** A comparison failed; the loader's own callers see its failures, too. */
  void failed(Throwable failure) {
    log.debug("Cache '{}': an entry was not compared with the loader", cacheName, failure);
  }

  /** A comparison outlasts the cache. */
  void stillRunning(Duration waited) {
    log.warn(
        "Cache '{}': a comparison with the loader is still running after {}; the cache closes its"
            + " loader now",
        cacheName,
        waited);
  }
}
