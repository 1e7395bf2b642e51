package dev.corral.examples.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.Cache;
import javax.cache.expiry.Duration;
import redis.clients.jedis.Jedis;

/**
 * How long {@code clear()} takes its caller, and how long Redis answers no command from then until
 * the memory is free.
 */
final class ClearComparison {

  private static final int PAGE = 1_000;
  private static final long PATIENCE_SECONDS = 60;

  private final RedisServer redis;
  private final int entries;

  ClearComparison(RedisServer redis, int entries) {
    this.redis = redis;
    this.entries = entries;
  }

  /**
   * Milliseconds.
   *
   * @param longestCommand of Redis, by its own slow log
   * @param longestPing what a client had to wait for the shortest of all commands; its own pauses
   *     are in it
   */
  record Cleared(double caller, double longestCommand, double longestPing) {}

  Map<String, Cleared> run() {
    Map<String, Cleared> cleared = new LinkedHashMap<>();
    try (TwoCaches caches = new TwoCaches(redis, Duration.ETERNAL)) {
      cleared.put(Subjects.CORRAL, clear(caches.ofCorral("cleared", String.class)));
    }
    redis.flush();
    try (TwoCaches caches = new TwoCaches(redis, Duration.ETERNAL)) {
      cleared.put(Subjects.REDISSON, clear(caches.ofRedisson("cleared", String.class)));
    }
    redis.flush();
    return cleared;
  }

  /** The second time: the first one loads classes and scripts. */
  private Cleared clear(Cache<String, String> cache) {
    cache.put("first", "");
    cache.clear();
    ClosedLoop.rest();
    long before = redis.usedBytes();
    for (int i = 0; i < entries; i += PAGE) {
      Map<String, String> page = new LinkedHashMap<>();
      for (int k = i; k < i + PAGE; k++) {
        page.put("customer-" + k, "v".repeat(100));
      }
      cache.putAll(page);
    }
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong longestNanos = new AtomicLong();
    Thread pings = new Thread(() -> ping(done, longestNanos), "pings");
    pings.start();
    ClosedLoop.rest();
    longestNanos.set(0);
    redis.watchCommands();
    long start = System.nanoTime();
    cache.clear();
    double caller = (System.nanoTime() - start) / 1e6;
    awaitMemory(before + (redis.usedBytes() - before) / 10);
    done.set(true);
    try {
      pings.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new Cleared(caller, redis.longestCommandMicros() / 1e3, longestNanos.get() / 1e6);
  }

  private void ping(AtomicBoolean done, AtomicLong longestNanos) {
    try (Jedis jedis = redis.connect()) {
      while (!done.get()) {
        long start = System.nanoTime();
        jedis.ping();
        longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
      }
    }
  }

  private void awaitMemory(long bytes) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (redis.usedBytes() > bytes && System.nanoTime() - deadline < 0) {
      ClosedLoop.rest();
    }
  }
}
