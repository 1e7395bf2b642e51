package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;

/** A database, and caches whose hits are compared with it. */
final class VerifiedRows implements CacheLoader<String, String> {

  /** Compares every hit. */
  static final VerifyOptions ALL =
      VerifyOptions.ofSample(1).withDelay(Duration.ofMillis(100)).withMaxPerSecond(10_000);

  private static final AtomicInteger names = new AtomicInteger();

  final Map<String, String> rows = new ConcurrentHashMap<>();
  final AtomicInteger calls = new AtomicInteger();

  /** Gets the number of each call, before the row is read. */
  volatile IntConsumer onCall = number -> {};

  @Override
  public @Nullable String load(String key) {
    onCall.accept(calls.incrementAndGet());
    return rows.get(key);
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    Map<String, String> found = new HashMap<>();
    keys.forEach(
        key -> {
          String row = load(key);
          if (row != null) {
            found.put(key, row);
          }
        });
    return found;
  }

  /** A cache that reads these rows. */
  CorralConfiguration.Builder<String, String> reading(VerifyOptions options) {
    return CorralConfiguration.builder(String.class, String.class)
        .standard(
            it ->
                it.setStatisticsEnabled(true)
                    .setReadThrough(true)
                    .setCacheLoaderFactory(new SingletonFactory<>(this)))
        .verify(options);
  }

  @SuppressWarnings("unchecked")
  static CorralCache<String, String> open(
      OwnRedis redis, CorralConfiguration.Builder<String, String> configuration) {
    return redis
        .manager()
        .createCache("verified" + names.incrementAndGet(), configuration.build())
        .unwrap(CorralCache.class);
  }

  static VerificationStatistics awaitResults(CorralCache<?, ?> cache, int number) {
    await()
        .untilAsserted(
            () -> {
              VerificationStatistics now = cache.verificationStatistics();
              assertThat(now.compared() + now.unknown()).isEqualTo(number);
            });
    return cache.verificationStatistics();
  }

  static void awaitStale(CorralCache<?, ?> cache, int number) {
    await()
        .untilAsserted(
            () -> assertThat(cache.verificationStatistics().staleHits()).isEqualTo(number));
  }
}
