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

/** An outage of Redis and its end, while 32 threads read through and write. */
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
  void readsAndWrites_redisIsKilledAndRestarted_neverFailAndAreNeverStale() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      survives(redis, "killed", () -> redis.server().stop(), () -> redis.server().restart());
    }
  }

  @Test
  void readsAndWrites_redisHangsAndContinues_neverFailAndAreNeverStale() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      survives(redis, "frozen", () -> redis.server().freeze(), () -> redis.server().thaw());
    }
  }

  private static void survives(OwnRedis redis, String how, Runnable begin, Runnable end)
      throws InterruptedException {
    Database database = new Database();
    Cache<String, Integer> cache = redis.cache("under-load", database.configuration());
    try (ReadThroughLoad load = ReadThroughLoad.start(cache, database)) {
      TimeUnit.MILLISECONDS.sleep(500);
      assertThat(load.problems()).isEmpty();
      assertThat(hits(cache)).isPositive();

      long began = System.nanoTime();
      begin.run();
      await().atMost(TIMEOUT_AND_PROBE).until(() -> statistics(cache).away());
      long detected = System.nanoTime();
      double medianMicros = load.medianMicros(1_000);
      long hitsBefore = hits(cache);
      end.run();
      long ended = System.nanoTime();
      await().pollInterval(Duration.ofMillis(5)).until(() -> hits(cache) > hitsBefore);
      Duration untilHits = Duration.ofNanos(System.nanoTime() - ended);
      TimeUnit.MILLISECONDS.sleep(500);
      load.end();

      log.info(
          "{}: detected after {} ms, then a read takes {} us (median), hits again after {} ms, {}",
          how,
          TimeUnit.NANOSECONDS.toMillis(detected - began),
          medianMicros,
          untilHits.toMillis(),
          statistics(cache));
      assertThat(load.problems()).isEmpty();
      assertThat(medianMicros).isLessThan(LENIENT_MICROS);
      assertThat(untilHits).isLessThan(HITS_AGAIN);
      assertThat(statistics(cache).repairedKeys()).isPositive();
    }
  }
}
