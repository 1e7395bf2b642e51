package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stale entries that a cache serves while its loader is slow or fails. */
class StaleTest {

  private static OwnRedis redis;

  private final AtomicInteger loads = new AtomicInteger();
  private volatile long loaderMillis;
  private volatile boolean failing;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  /** A cache whose loader returns v1, v2 and so on. */
  private Cache<String, String> cache(String name, String spec) {
    CacheLoader<String, String> loader =
        new CacheLoader<>() {
          @Override
          public String load(String key) {
            int number = loads.incrementAndGet();
            CountingLoaderWriter.sleep(loaderMillis);
            if (failing) {
              throw new CacheLoaderException("the database is down");
            }
            return "v" + number;
          }

          @Override
          public java.util.Map<String, String> loadAll(Iterable<? extends String> keys) {
            java.util.Map<String, String> values = new java.util.HashMap<>();
            keys.forEach(key -> values.put(key, load(key)));
            return values;
          }
        };
    return redis.cache(
        name,
        Spec.of(spec)
            .configuration(name, redis.uri())
            .with(it -> it.setReadThrough(true).setCacheLoaderFactory(() -> loader)));
  }

  @Test
  void get_duringGrace_servesTheEntryAtOnceAndRefreshesIt() {
    Cache<String, String> cache = cache("grace", "ttl=200,grace=60000");
    assertThat(cache.get("k")).isEqualTo("v1");
    loaderMillis = 300;
    CountingLoaderWriter.sleep(250);

    long start = System.nanoTime();
    assertThat(cache.get("k")).isEqualTo("v1");
    long served = Jvms.millisSince(start);

    assertThat(served).isLessThan(200);
    assertThat(cache.containsKey("k")).isFalse();
    await().atMost(Duration.ofSeconds(2)).until(() -> cache.get("k").equals("v2"));
    System.out.printf("an entry in grace was served in %d ms, its loader took 300 ms%n", served);
  }

  @Test
  void get_duringKeep_servesTheEntryIfTheLoaderFailsAndRetriesAfterTheInterval() {
    Cache<String, String> cache = cache("keep", "ttl=100,keep=60000,retry=600");
    assertThat(cache.get("k")).isEqualTo("v1");
    CountingLoaderWriter.sleep(150);
    failing = true;

    for (int i = 0; i < 20; i++) {
      assertThat(cache.get("k")).isEqualTo("v1");
    }
    assertThat(loads).hasValue(2);
    CountingLoaderWriter.sleep(650);
    assertThat(cache.get("k")).isEqualTo("v1");
    assertThat(loads).hasValue(3);
    failing = false;
    CountingLoaderWriter.sleep(650);
    assertThat(cache.get("k")).isEqualTo("v4");
    assertThat(cache.containsKey("k")).isTrue();
  }

  @Test
  void get_duringGraceAndLoaderFails_servesTheEntryAndLimitsRetries() {
    Cache<String, String> cache = cache("gracefail", "ttl=100,grace=60000,retry=500");
    assertThat(cache.get("k")).isEqualTo("v1");
    failing = true;
    CountingLoaderWriter.sleep(150);

    for (int i = 0; i < 50; i++) {
      assertThat(cache.get("k")).isEqualTo("v1");
      CountingLoaderWriter.sleep(10);
    }

    System.out.printf("50 reads over 0.5 s with a failing loader: %d retries%n", loads.get() - 1);
    assertThat(loads.get() - 1).isBetween(1, 2);
  }

  @Test
  void get_softTimeout_servesStaleAndContinuesTheLoad() {
    Cache<String, String> cache = cache("soft", "ttl=100,keep=60000,soft=100");
    assertThat(cache.get("k")).isEqualTo("v1");
    CountingLoaderWriter.sleep(150);
    loaderMillis = 500;

    long start = System.nanoTime();
    assertThat(cache.get("k")).isEqualTo("v1");
    assertThat(Jvms.millisSince(start)).isBetween(95L, 400L);

    System.out.printf("soft timeout of 100 ms: served after %d ms%n", Jvms.millisSince(start));
    await() // the new value lives for 100 ms
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(2))
        .until(() -> "v2".equals(withoutLoader("soft").get("k")));
    assertThat(loads).hasValue(2);
  }

  @Test
  void get_hardTimeout_failsInTimeAndContinuesTheLoad() {
    Cache<String, String> cache = cache("hard", "ttl=60000,hard=200");
    loaderMillis = 600;

    long start = System.nanoTime();
    assertThatThrownBy(() -> cache.get("k"))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("hard timeout");
    assertThat(Jvms.millisSince(start)).isBetween(195L, 500L);

    System.out.printf("hard timeout of 200 ms: failed after %d ms%n", Jvms.millisSince(start));
    await().atMost(Duration.ofSeconds(2)).until(() -> "v1".equals(withoutLoader("hard").get("k")));
    assertThat(cache.get("k")).isEqualTo("v1");
    assertThat(loads).hasValue(1);
  }

  @Test
  void get_hardTimeoutAndFastLoader_loadsManyKeysWithoutAnError() {
    Cache<String, String> cache = cache("fast", "ttl=60000,hard=5000");

    for (int i = 0; i < 500; i++) {
      assertThat(cache.get("k" + i)).isNotNull();
    }
  }

  @Test
  void invoke_staleEntry_seesNoEntry() {
    Cache<String, String> cache = cache("invoked", "ttl=100,keep=60000");
    cache.put("k", "old");
    CountingLoaderWriter.sleep(150);

    assertThat(cache.<Boolean>invoke("k", (entry, none) -> entry.exists())).isFalse();
    assertThat(cache.<String>invoke("k", (entry, none) -> entry.getValue())).isEqualTo("v1");
    assertThat(cache.containsKey("k")).isTrue();
    CountingLoaderWriter.sleep(150);
    cache.invoke(
        "k",
        (entry, none) -> {
          entry.setValue("set");
          return null;
        });
    assertThat(cache.get("k")).isEqualTo("set");
  }

  @Test
  void loadAll_staleEntry_storesTheValue() throws Exception {
    Cache<String, String> cache = cache("loadAll", "ttl=300,keep=60000");
    assertThat(cache.get("k")).isEqualTo("v1");
    CountingLoaderWriter.sleep(350);

    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of("k"), /* replaceExistingValues= */ false, done);
    done.get();

    assertThat(cache.containsKey("k")).isTrue();
    assertThat(cache.get("k")).isEqualTo("v2");
  }

  @Test
  void get_loadersReadEachOthersKeys_endsWithAValueOrAnError() {
    for (String spec : new String[] {"load=0,cross=1", "load=0,cross=1,hard=3000"}) {
      String name = "cross" + spec.length();
      Cache<String, String> cache =
          Spec.register(redis.cache(name, Spec.of(spec).configuration(name, redis.uri())));
      long start = System.nanoTime();
      assertThatThrownBy(() -> cache.get("a"))
          .isInstanceOf(CacheLoaderException.class)
          .hasStackTraceContaining("circular load");
      assertThat(Jvms.millisSince(start)).isLessThan(1_500);

      CompletableFuture<String> a = CompletableFuture.supplyAsync(() -> cache.get("a"));
      CompletableFuture<String> b = CompletableFuture.supplyAsync(() -> cache.get("b"));
      assertThat(a.handle((value, e) -> "ended")).succeedsWithin(Duration.ofSeconds(2));
      assertThat(b.handle((value, e) -> "ended")).succeedsWithin(Duration.ofSeconds(2));
      System.out.printf("loads that cross in one JVM ended after %d ms%n", Jvms.millisSince(start));
    }
  }

  private static Cache<String, String> withoutLoader(String cache) {
    var manager = redis.manager("?timeout=5s");
    Cache<String, String> open = manager.getCache(cache, String.class, String.class);
    return open != null
        ? open
        : manager.createCache(
            cache, new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  }
}
