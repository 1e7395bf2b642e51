package dev.corral.jcache.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.cache.RedisCache;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Redis goes away under a read-through load of 32 threads, and comes back. */
class OutageUnderLoadTest {

  private static final Logger log = LoggerFactory.getLogger(OutageUnderLoadTest.class);
  private static final Duration TIMEOUT_AND_PROBE = Duration.ofSeconds(4);
  private static final Duration HITS_AGAIN = Duration.ofSeconds(2);
  private static final double LENIENT_MICROS = 5_000;

  @SuppressWarnings("unchecked")
  static OutageStatistics statistics(Cache<String, Integer> cache) {
    return cache.unwrap(RedisCache.class).outageStatistics();
  }

  static long hits(Cache<String, Integer> cache) {
    return cache.unwrap(RedisCache.class).statistics().getCacheHits();
  }

  @Test
  void load_redisIsKilled_nobodyNoticesAndNothingIsStale() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      survives(redis, "killed", () -> redis.server().stop(), () -> redis.server().restart());
    }
  }

  @Test
  void load_redisHangs_nobodyNoticesAndNothingIsStale() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      survives(redis, "frozen", () -> redis.server().freeze(), () -> redis.server().thaw());
    }
  }

  private static void survives(OwnRedis redis, String how, Runnable go, Runnable comeBack)
      throws InterruptedException {
    Database database = new Database();
    Cache<String, Integer> cache = redis.cache("under-load", database.configuration());
    try (ReadThroughLoad load = ReadThroughLoad.start(cache, database)) {
      TimeUnit.MILLISECONDS.sleep(500);
      assertThat(load.troubles()).isEmpty();
      assertThat(hits(cache)).isPositive();

      long gone = System.nanoTime();
      go.run();
      await().atMost(TIMEOUT_AND_PROBE).until(() -> statistics(cache).away());
      long known = System.nanoTime();
      double medianMicros = load.medianMicros(1_000);
      long hitsBefore = hits(cache);
      comeBack.run();
      long back = System.nanoTime();
      await().pollInterval(Duration.ofMillis(5)).until(() -> hits(cache) > hitsBefore);
      Duration untilHits = Duration.ofNanos(System.nanoTime() - back);
      TimeUnit.MILLISECONDS.sleep(500);
      load.end();

      log.info(
          "{}: known after {} ms, then a read takes {} us in the median, hits again after {} ms, {}",
          how,
          TimeUnit.NANOSECONDS.toMillis(known - gone),
          medianMicros,
          untilHits.toMillis(),
          statistics(cache));
      assertThat(load.troubles()).isEmpty();
      assertThat(medianMicros).isLessThan(LENIENT_MICROS);
      assertThat(untilHits).isLessThan(HITS_AGAIN);
      assertThat(statistics(cache).repairedKeys()).isPositive();
    }
  }
}
