package dev.corral.jcache.internal.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration errors of one manager: Redis refused its connections, or a command for lack of
 * a right. Counts them, and logs each cause once in ten minutes. Safe for many threads.
 */
public final class ConfigurationErrors {

  private static final Logger log = LoggerFactory.getLogger(ConfigurationErrors.class);

  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int MAX_CAUSES = 100;

  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final LongAdder count = new LongAdder();
  private final Map<String, Long> loggedNanos = new HashMap<>();
  private volatile @Nullable String current;
  private volatile long lastNanos = System.nanoTime();

  /** An error whose first line is its cause. */
  public void record(String cause) {
    count.increment();
    lastNanos = System.nanoTime();
    current = cause;
    if (isNew(cause)) {
      log.error("Corral cannot use Redis as it is configured: {}", cause);
    }
  }

  private synchronized boolean isNew(String cause) {
    long now = System.nanoTime();
    Long before = loggedNanos.get(cause);
    if (before != null && now - before < SILENCE_NANOS) {
      return false;
    }
    if (loggedNanos.size() >= MAX_CAUSES) {
      loggedNanos.clear();
    }
    loggedNanos.put(cause, now);
    return true;
  }

  /** Redis can be used; without an error for three seconds, the errors count as corrected. */
  public void usable() {
    if (System.nanoTime() - lastNanos > QUIET_NANOS) {
      current = null;
    }
  }

  /** The last error that was not corrected yet; null if there is none. */
  public @Nullable String current() {
    return current;
  }

  /** How many errors there were. */
  public long count() {
    return count.sum();
  }
}
