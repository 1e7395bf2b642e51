package dev.corral.jcache.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.CacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Near caches whose entries are invalidated by their tags. Each value has the tag "all". */
class NearTagsTest {

  private static final Duration MAX_STALENESS = Duration.ofSeconds(2);

  private final OwnRedis redis = new OwnRedis();

  @AfterEach
  void close() {
    redis.close();
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> open(CacheManager manager) {
    return manager
        .createCache(
            "near-tags",
            CorralConfiguration.builder(String.class, String.class)
                .standard(it -> it.setStatisticsEnabled(true))
                .nearCache(NearCacheOptions.ofEntries(1_000).withMaxStaleness(MAX_STALENESS))
                .tags(() -> (key, value) -> List.of("all", "tag of " + key))
                .buckets(2)
                .build())
        .unwrap(CorralCache.class);
  }

  private static void readUntilNear(CorralCache<String, String> cache, String key) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              long before = cache.nearCacheStatistics().hits();
              cache.get(key);
              return cache.nearCacheStatistics().hits() > before;
            });
  }

  /** Reads until the entry is gone; when the last read began that found it. */
  private static long lastStaleRead(CorralCache<String, String> cache, String key) {
    AtomicLong last = new AtomicLong(System.nanoTime());
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              long began = System.nanoTime();
              boolean isStale = cache.get(key) != null;
              if (isStale) {
                last.set(began);
              }
              return !isStale;
            });
    return last.get();
  }

  @Test
  void invalidateTags_entriesInTwoNearCaches_areGoneAtOnceHereAndWithinTheBoundThere() {
    CorralCache<String, String> here = open(redis.manager());
    CorralCache<String, String> there = open(redis.manager("?timeout=5s"));
    for (String key : List.of("a", "b", "c")) {
      here.put(key, "1");
      readUntilNear(here, key);
      readUntilNear(there, key);
    }

    here.invalidateTags("tag of a", "tag of b");

    long returned = System.nanoTime();
    assertThat(here.get("a")).isNull();
    assertThat(here.get("b")).isNull();
    assertThat(here.get("c")).isEqualTo("1");
    assertThat(lastStaleRead(there, "a") - returned).isLessThan(MAX_STALENESS.toNanos());
    assertThat(lastStaleRead(there, "b") - returned).isLessThan(MAX_STALENESS.toNanos());
    assertThat(there.get("c")).isEqualTo("1");
  }

  /** A JVM that does not get the message, because its subscription has ended. */
  @Test
  void invalidateTags_jvmWithoutSubscription_obeysWithinTheBound() {
    CorralCache<String, String> here = open(redis.manager());
    CorralCache<String, String> there = open(redis.manager("?timeout=5s"));
    here.put("a", "1");
    readUntilNear(there, "a");
    redis.raw().call("CLIENT", "KILL", "TYPE", "pubsub");

    here.invalidateTags("all");

    long returned = System.nanoTime();
    assertThat(lastStaleRead(there, "a") - returned).isLessThan(MAX_STALENESS.toNanos());
  }

  /** Readers that read Redis before an invalidation, and fill the near cache after it. */
  @Test
  void invalidateTags_fillsInFlight_neverShowAnOlderEntry() {
    CorralCache<String, String> here = open(redis.manager());
    AtomicBoolean ended = new AtomicBoolean();
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      readers.add(
          CompletableFuture.runAsync(
              () -> {
                while (!ended.get()) {
                  here.get("a");
                }
              }));
    }
    try {
      for (int i = 0; i < 80; i++) {
        here.put("a", "value " + i);
        here.invalidateTags("all");
        for (int read = 0; read < 5; read++) {
          assertThat(here.get("a")).as("invalidation %d", i).isNull();
        }
      }
    } finally {
      ended.set(true);
    }
    readers.forEach(CompletableFuture::join);
  }
}
