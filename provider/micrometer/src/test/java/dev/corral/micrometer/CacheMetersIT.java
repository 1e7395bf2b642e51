package dev.corral.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WriteBehindOptions;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.integration.CacheLoaderException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the meters of caches and managers show. */
class CacheMetersIT {

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Caches caches = new Caches();

  @AfterEach
  void close() {
    caches.close();
  }

  private double counter(String name, String... tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private Set<String> cachesWithMeters() {
    return registry.getMeters().stream()
        .map(meter -> meter.getId().getTag("cache"))
        .filter(name -> name != null)
        .collect(Collectors.toSet());
  }

  private Set<String> names() {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .map(Meter.Id::getName)
        .collect(Collectors.toSet());
  }

  @Test
  void removals_afterRemove_areCounted() {
    Cache<String, String> cache =
        CorralCacheMetrics.monitor(registry, caches.cache("users"), "region", "north");
    cache.put("a", "1");
    cache.remove("a");

    assertThat(counter("cache.removals", "cache", "users", "region", "north")).isEqualTo(1);
  }

  @Test
  void plainCache_hasNoMetersOfLoaderNearCacheAndQueue() {
    CorralCacheMetrics.monitor(registry, caches.cache("plain"));

    assertThat(names())
        .contains("cache.gets", "corral.redis.available", "corral.refused", "corral.undecodable")
        .noneMatch(name -> name.matches("corral\\.(load|near|queue|reads|verified).*"))
        .doesNotContain("cache.size", "cache.evictions");
  }

  @Test
  void loads_ofKeysAndFailures_areCountedWithTheirTime() {
    Cache<String, String> cache =
        caches.cache("loaded", Caches.loading(Caches.slowLoader(Duration.ofMillis(20))).build());
    CorralCacheMetrics.monitor(registry, cache);
    cache.get("a");
    cache.get("absent");
    assertThatThrownBy(() -> cache.get("broken")).isInstanceOf(CacheLoaderException.class);

    assertThat(registry.get("corral.loads").functionTimer().count()).isEqualTo(3);
    assertThat(registry.get("corral.loads").functionTimer().totalTime(TimeUnit.MILLISECONDS))
        .isBetween(60.0, 20_000.0);
    assertThat(counter("corral.load.failures")).isEqualTo(1);
    assertThat(gauge("corral.load.pending")).isZero();
    assertThat(counter("cache.gets", "result", "miss")).isEqualTo(2);
  }

  @Test
  void verified_staleEntry_isCountedByAge() {
    Cache<String, String> cache =
        caches.cache(
            "verified",
            Caches.loading(Caches.loader())
                .verify(VerifyOptions.ofSample(1).withDelay(Duration.ofMillis(50)))
                .build());
    CorralCacheMetrics.monitor(registry, cache);
    cache.put("a", "not the loader's");
    cache.get("a");

    await()
        .untilAsserted(
            () -> assertThat(counter("corral.verified.stale", "age", "0.05")).isEqualTo(1));
    assertThat(counter("corral.verified.hits", "result", "compared")).isEqualTo(1);
    assertThat(counter("corral.verified.stale", "age", "600")).isZero();
  }

  @Test
  void nearReads_ofARepeatedRead_countMissThenHit() {
    Cache<String, String> cache =
        caches.cache("near", Caches.texts().nearCache(NearCacheOptions.ofEntries(100)).build());
    CorralCacheMetrics.monitor(registry, cache);
    cache.put("a", "1");
    await()
        .untilAsserted(
            () -> {
              cache.get("a");
              assertThat(counter("corral.near.reads", "result", "hit")).isPositive();
            });
    assertThat(counter("corral.near.reads", "result", "miss")).isPositive();
    assertThat(gauge("corral.near.entries")).isEqualTo(1);
  }

  @Test
  void queue_ofAFailingWriter_showsDepthAgeAndDeadLetters() {
    Cache<String, String> cache =
        caches.cache(
            "queued",
            Caches.writing(Caches.writer())
                .writeBehind(
                    WriteBehindOptions.DEFAULTS
                        .withDelay(Duration.ofMinutes(1))
                        .withRetries(1, Duration.ofMillis(10), Duration.ofMillis(10)))
                .build());
    CorralCacheMetrics.monitor(registry, cache);
    cache.put("a", "1");
    cache.put("a", "2");
    cache.put("broken", "1");

    await().untilAsserted(() -> assertThat(gauge("corral.queue.depth")).isEqualTo(2));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        registry.get("corral.queue.oldest.age").timeGauge().value(TimeUnit.SECONDS))
                    .isBetween(0.9, 59.0));
    assertThat(counter("corral.queue.changes", "event", "coalesced")).isEqualTo(1);

    cache.unwrap(CorralCache.class).flush(Duration.ofSeconds(20));
    await().untilAsserted(() -> assertThat(gauge("corral.queue.dead.letters")).isEqualTo(1));
    assertThat(counter("corral.queue.changes", "event", "written")).isEqualTo(1);
    assertThat(gauge("corral.queue.depth")).isZero();
  }

  @Test
  void refused_valueOfAClassThatIsNotAllowed_isCounted() {
    Cache<Object, Object> cache = caches.manager().createCache("any", Caches.objects());
    CorralCacheMetrics.monitor(registry, cache);
    assertThatThrownBy(() -> cache.put("a", new NotAllowed("x"))).hasMessageContaining("any");

    assertThat(counter("corral.refused")).isEqualTo(1);
    assertThat(counter("corral.undecodable", "part", "value")).isZero();
  }

  /** A class that no pattern allows. */
  record NotAllowed(String text) {}

  @Test
  void manager_bindsCachesThatAreOpenAndOpenedLater_untilTheyAreClosed() {
    caches.cache("first");
    CorralManagerMetrics metrics =
        new CorralManagerMetrics(
            caches.manager(),
            Tags.of("cache.manager", "main"),
            name -> Tags.of(Tag.of("cache.manager", "main"), Tag.of("name", name)));
    metrics.bindTo(registry);
    caches.cache("second").put("a", "1");

    assertThat(cachesWithMeters()).containsExactlyInAnyOrder("first", "second");
    assertThat(counter("cache.puts", "cache", "second", "name", "second", "cache.manager", "main"))
        .isEqualTo(1);
    assertThat(gauge("corral.redis.available", "cache", "first", "operation", "write"))
        .isEqualTo(1);
    assertThat(counter("corral.outages", "cache.manager", "main")).isZero();

    caches.manager().getCache("second").close();
    assertThat(cachesWithMeters()).containsExactly("first");

    Cache<String, String> again = caches.cache("second");
    again.get("b");
    assertThat(counter("cache.puts", "cache", "second")).isZero();
    assertThat(counter("cache.gets", "cache", "second", "result", "miss")).isEqualTo(1);

    metrics.close();
    assertThat(registry.getMeters()).isEmpty();
    caches.cache("third");
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void closedCache_keepsItsCounters_andItsGaugesAreNan() {
    Cache<String, String> cache = caches.cache("closed");
    CorralCacheMetrics.monitor(registry, cache);
    cache.put("a", "1");
    cache.remove("a");
    assertThat(counter("cache.puts")).isEqualTo(1);
    assertThat(counter("cache.removals")).isEqualTo(1);
    cache.close();

    assertThat(counter("cache.puts")).isEqualTo(1);
    assertThat(counter("cache.removals")).isEqualTo(1);
    assertThat(gauge("corral.redis.available", "operation", "read")).isNaN();
  }
}
