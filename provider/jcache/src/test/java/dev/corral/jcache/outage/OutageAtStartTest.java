package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.hits;
import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applications that start while Redis is down. */
class OutageAtStartTest {

  private static final Logger log = LoggerFactory.getLogger(OutageAtStartTest.class);

  @Test
  void start_redisIsDown_worksAndHasHitsSoonAfterRedisStarts() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      redis.server().stop();
      Database database = new Database();
      long start = System.nanoTime();
      Cache<String, Integer> cache = redis.cache("late", database.configuration());
      long opened = System.nanoTime();
      List<String> events = new CopyOnWriteArrayList<>();
      cache.registerCacheEntryListener(
          new MutableCacheEntryListenerConfiguration<>(
              () -> new EventLog<String, Integer>(events::add),
              null,
              /* isOldValueRequired= */ false,
              /* isSynchronous= */ true));

      try (ReadThroughLoad load = ReadThroughLoad.start(cache, database)) {
        double medianMicros = load.medianMicros(1_000);
        assertThat(hits(cache)).isZero();
        redis.server().restart();
        long restarted = System.nanoTime();
        await().pollInterval(Duration.ofMillis(5)).until(() -> hits(cache) > 0);
        Duration untilHits = Duration.ofNanos(System.nanoTime() - restarted);
        TimeUnit.MILLISECONDS.sleep(500);
        load.end();
        log.info(
            "started without Redis in {} ms, a read takes {} us (median), hits after {} ms, {}",
            TimeUnit.NANOSECONDS.toMillis(opened - start),
            medianMicros,
            untilHits.toMillis(),
            statistics(cache));
        assertThat(load.problems()).isEmpty();
        assertThat(untilHits).isLessThan(Duration.ofSeconds(2));
      }
      events.clear();
      cache.put("published", 1);
      assertThat(events).anyMatch(it -> it.contains("published"));
    }
  }

  @Test
  void start_redisIsDownAndFailFast_namesTheAddressOfRedis() {
    try (OwnRedis redis = new OwnRedis()) {
      redis.server().stop();
      var failFast =
          CorralConfiguration.builder(String.class, Integer.class).failFast(true).build();
      assertThatThrownBy(() -> redis.cache("eager", failFast))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("'eager'")
          .hasStackTraceContaining("127.0.0.1:" + redis.server().address().port());
    }
  }

  @Test
  void start_redisIsDownAndLayoutsDiffer_oneCacheContinuesWithoutRedis() {
    try (OwnRedis redis = new OwnRedis()) {
      redis.server().stop();
      Database database = new Database();
      database.rows.put("k", 1);
      Cache<String, Integer> ofOneBucket = redis.cache("layout", database.readThrough());
      Cache<String, Integer> ofSeven =
          redis
              .manager("?client-name=other")
              .createCache(
                  "layout",
                  CorralConfiguration.builder(String.class, Integer.class)
                      .standard(
                          it ->
                              it.setReadThrough(true)
                                  .setCacheLoaderFactory(
                                      database.readThrough().getCacheLoaderFactory()))
                      .buckets(7)
                      .build());
      redis.server().restart();
      await().until(() -> !statistics(ofOneBucket).away() || !statistics(ofSeven).away());
      await()
          .during(Duration.ofMillis(500))
          .until(() -> statistics(ofOneBucket).away() != statistics(ofSeven).away());
      assertThat(ofOneBucket.get("k")).isEqualTo(1);
      assertThat(ofSeven.get("k")).isEqualTo(1);
    }
  }
}
