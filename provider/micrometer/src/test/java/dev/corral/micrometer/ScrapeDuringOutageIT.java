package dev.corral.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.WriteBehindOptions;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import javax.cache.Cache;
import org.junit.jupiter.api.Test;

/** A scrape never waits long for a Redis that does not answer. */
class ScrapeDuringOutageIT {

  /** The documented bound, and what a slow machine needs besides. */
  private static final Duration BOUND = QueueRounds.MAX_WAIT.plusMillis(1_750);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void scrape_whileRedisHangsAndCachesHaveQueues_waitsOnceForAll() throws Exception {
    try (OwnServer server = new OwnServer();
        Caches caches = new Caches(server.uri("timeout=5s&advice=false"))) {
      for (int i = 0; i < 16; i++) {
        Cache<String, String> cache =
            caches.cache(
                "queued" + i,
                Caches.writing(Caches.writer())
                    .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(5)))
                    .build());
        cache.put("a", "1");
      }
      new CorralManagerMetrics(caches.manager(), Tags.empty()).bindTo(registry);
      await()
          .untilAsserted(
              () ->
                  assertThat(registry.scrape())
                      .contains("corral_queue_depth{cache=\"queued0\"} 1.0")
                      .contains("corral_queue_depth{cache=\"queued15\"} 1.0"));

      server.signal("STOP");
      try {
        Thread.sleep(1_100); // the figures are no longer fresh
        long startNanos = System.nanoTime();
        String scraped = registry.scrape();
        Duration time = Duration.ofNanos(System.nanoTime() - startNanos);

        assertThat(time).isLessThan(BOUND);
        assertThat(scraped).contains("corral_queue_depth{cache=\"queued0\"} 1.0");
      } finally {
        server.signal("CONT");
      }
    }
  }

  @Test
  void scrape_duringAnOutage_showsWhatRedisDoesNotAccept() {
    try (OwnServer server = new OwnServer();
        Caches caches = new Caches(server.uri("timeout=200ms&advice=false"))) {
      Cache<String, String> cache = caches.cache("users", Caches.loading(Caches.loader()).build());
      new CorralManagerMetrics(caches.manager(), Tags.empty()).bindTo(registry);
      assertThat(registry.scrape())
          .contains("corral_redis_available{cache=\"users\",operation=\"read\"} 1.0");
      server.stop();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                cache.get("a");
                assertThat(registry.scrape())
                    .contains("corral_redis_available{cache=\"users\",operation=\"read\"} 0.0")
                    .contains("corral_redis_available{cache=\"users\",operation=\"write\"} 0.0")
                    .contains("corral_redis_buckets{cache=\"users\",state=\"unavailable\"} 1.0")
                    .contains("corral_outages_total 1.0");
              });
      assertThat(registry.get("corral.outage.loads").functionCounter().count()).isPositive();
    }
  }
}
