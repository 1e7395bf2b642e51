package dev.corral.jcache.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.grid.jcache.Bucket4jJCache;
import io.github.bucket4j.grid.jcache.CompatibilityTest;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rate limits of bucket4j, which need entry processors that are exclusive in the cluster. */
@Tag("baseline-jdk")
@CorralTest(settings = {"redis.timeout = 10s", "redis.connect-timeout = 10s"})
@Timeout(value = 10, unit = java.util.concurrent.TimeUnit.MINUTES)
class Bucket4jIT {

  private static final int LIMIT = 50;

  /** The test that bucket4j publishes for providers: 4 threads with 1,000 increments each. */
  @Test
  void compatibilityTest_ofBucket4j_passes(CacheManager manager) throws InterruptedException {
    Cache<String, Integer> cache =
        manager.createCache(
            "counters",
            new MutableConfiguration<String, Integer>().setTypes(String.class, Integer.class));

    new CompatibilityTest(cache).test();

    assertThat(cache).isNotEmpty();
  }

  @Test
  void bucket_ofTwoInstances_givesEachTokenOnce(CacheManager manager, RedisControl redis)
      throws Exception {
    Bucket one = bucket(manager);
    Bucket other = bucket(redis.newInstance().getCacheManager());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Integer> consumer = () -> consumed(one);
      Callable<Integer> otherConsumer = () -> consumed(other);
      int consumed = 0;
      for (var each :
          threads.invokeAll(Stream.of(consumer, otherConsumer, consumer, otherConsumer).toList())) {
        consumed += each.get();
      }
      assertThat(consumed).isEqualTo(LIMIT);
    } finally {
      threads.shutdownNow();
    }
  }

  private static int consumed(Bucket bucket) {
    int consumed = 0;
    for (int i = 0; i < LIMIT / 2; i++) {
      consumed += bucket.tryConsume(1) ? 1 : 0;
    }
    return consumed;
  }

  private static Bucket bucket(CacheManager manager) {
    Cache<String, byte[]> buckets =
        manager.createCache(
            "buckets",
            new MutableConfiguration<String, byte[]>().setTypes(String.class, byte[].class));
    BucketConfiguration limit =
        BucketConfiguration.builder()
            .addLimit(
                Bandwidth.builder()
                    .capacity(LIMIT)
                    .refillIntervally(LIMIT, Duration.ofHours(1))
                    .build())
            .build();
    return Bucket4jJCache.entryProcessorBasedBuilder(buckets)
        .build()
        .builder()
        .build("api", () -> limit);
  }
}
