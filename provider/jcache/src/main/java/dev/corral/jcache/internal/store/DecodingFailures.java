package dev.corral.jcache.internal.store;

import dev.corral.jcache.DecodingStatistics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this JVM could not decode in one cache: it counts the failures, and logs each reason once.
 * Safe for many threads.
 */
public final class DecodingFailures {

  private static final Logger log = LoggerFactory.getLogger(DecodingFailures.class);

  /** Further reasons are counted, but not logged. */
  private static final int MAX_REASONS = 20;

  private final String cacheName;
  private final LongAdder values = new LongAdder();
  private final LongAdder keys = new LongAdder();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();
  private volatile boolean hasValues;

  public DecodingFailures(String cacheName) {
    this.cacheName = cacheName;
  }

  /** Notes a value that this JVM could not decode. */
  public void value(RuntimeException failure) {
    values.increment();
    hasValues = true;
    String reason = String.valueOf(failure.getMessage());
    if (isNew(reason)) {
      log.warn(
          "Cache '{}': this JVM cannot decode a value, and treats its entry as absent; the entry"
              + " remains in Redis for other JVMs until it is written, removed or expires, or until"
              + " the cache is cleared: {}",
          cacheName,
          reason);
    }
  }

  /** Notes an entry in a format that this release does not know. */
  void format() {
    values.increment();
    hasValues = true;
    if (isNew("format")) {
      log.warn(
          "Cache '{}': an entry has a format that this release of Corral does not know, and is"
              + " treated as absent; use the same release in all JVMs, or clear the cache",
          cacheName);
    }
  }

  /** Notes a stored key that this JVM could not decode, and therefore skipped. */
  public void key(Throwable failure) {
    keys.increment();
    String reason = String.valueOf(failure.getMessage());
    if (isNew(reason)) {
      log.warn(
          "Cache '{}': this JVM cannot decode a stored key, and skips it; if no other JVM uses it,"
              + " clear the cache or remove the key from Redis: {}",
          cacheName,
          reason);
    }
  }

  /** Notes that a generation is damaged. */
  void generation(String redisKey) {
    if (isNew(redisKey)) {
      log.warn(
          "Cache '{}': the Redis key {} is damaged, so the entries of its bucket are misses; the"
              + " next change of the cache, or clear(), replaces it",
          cacheName,
          redisKey);
    }
  }

  private boolean isNew(String reason) {
    return logged.size() < MAX_REASONS && logged.add(reason);
  }

  /** Whether the cache has had a value that this JVM could not decode. */
  boolean hasValues() {
    return hasValues;
  }

  /** The current counts. */
  public DecodingStatistics statistics() {
    return new DecodingStatistics(values.sum(), keys.sum());
  }
}
