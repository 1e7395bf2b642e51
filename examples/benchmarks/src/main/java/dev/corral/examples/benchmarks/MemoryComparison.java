package dev.corral.examples.benchmarks;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import javax.cache.Cache;
import javax.cache.expiry.Duration;

/** How much of Redis's memory an entry takes that lives for an hour, key and all. */
final class MemoryComparison {

  private static final int ENTRIES = 20_000;

  private final RedisServer redis;

  MemoryComparison(RedisServer redis) {
    this.redis = redis;
  }

  /** Bytes of each kind of value: Corral's, then Redisson's. */
  Map<String, double[]> run() {
    Map<String, double[]> bytes = new LinkedHashMap<>();
    try (TwoCaches caches = new TwoCaches(redis, Duration.ONE_HOUR)) {
      bytes.put("String of 100 characters", compared(caches, String.class, i -> "v".repeat(100)));
      bytes.put(
          "record of 4 components",
          compared(
              caches,
              Price.class,
              i -> new Price("sku-" + i, new BigDecimal("19.90"), "EUR", Instant.EPOCH)));
      bytes.put("bean of 10 fields", compared(caches, Customer.class, Customer::new));
    }
    return bytes;
  }

  private <V> double[] compared(TwoCaches caches, Class<V> type, IntFunction<V> value) {
    String name = "memory-" + type.getSimpleName();
    return new double[] {
      perEntry(caches.ofCorral(name, type), value), perEntry(caches.ofRedisson(name, type), value)
    };
  }

  private <V> double perEntry(Cache<String, V> cache, IntFunction<V> value) {
    cache.put("first", value.apply(0));
    cache.remove("first");
    ClosedLoop.rest();
    long before = redis.usedBytes();
    for (int i = 0; i < ENTRIES; i += Workload.BULK) {
      Map<String, V> entries = new LinkedHashMap<>();
      for (int k = i; k < i + Workload.BULK; k++) {
        entries.put("customer-" + k, value.apply(k));
      }
      cache.putAll(entries);
    }
    ClosedLoop.rest();
    double perEntry = (double) (redis.usedBytes() - before) / ENTRIES;
    cache.clear();
    redis.flush();
    return perEntry;
  }
}
