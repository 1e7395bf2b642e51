package dev.corral.micrometer;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.CorralObservers;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.WriteBehindOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The observations of misses, loads, writes, flushes and outages. */
class ObservationsIT {

  private final TestObservationRegistry registry = TestObservationRegistry.create();
  private final Caches caches = new Caches().with(new CorralObservations(registry));

  @AfterEach
  void close() {
    caches.close();
  }

  @Test
  void get_ofAHitAndWithoutLoader_hasNoObservation() {
    Cache<String, String> cache = caches.cache("plain");
    cache.get("a");
    cache.put("a", "1");
    cache.get("a");

    assertThat(registry).doesNotHaveAnyObservation();
  }

  @Test
  void get_ofAMiss_observesTheMissAndInItTheLoad() {
    Cache<String, String> cache = caches.cache("users", Caches.loading(Caches.loader()).build());
    Observation request = Observation.start("request", registry);
    request.scoped(() -> cache.get("a"));
    cache.get("a");
    request.stop();

    assertThat(registry)
        .hasNumberOfObservationsWithNameEqualTo("corral.miss", 1)
        .hasNumberOfObservationsWithNameEqualTo("corral.load", 1);
    assertThat(registry)
        .hasObservationWithNameEqualTo("corral.miss")
        .that()
        .hasParentObservationEqualTo(request)
        .hasContextualNameEqualTo("read users")
        .hasLowCardinalityKeyValue("cache", "users")
        .hasLowCardinalityKeyValue("operation", "read")
        .hasLowCardinalityKeyValue("outcome", "complete")
        .hasHighCardinalityKeyValue("corral.keys", "1")
        .hasBeenStopped();
    assertThat(registry)
        .hasObservationWithNameEqualTo("corral.load")
        .that()
        .hasParentObservationContextSatisfying(
            parent -> assertThat(parent.getName()).isEqualTo("corral.miss"))
        .hasContextualNameEqualTo("load users")
        .hasBeenStopped();
  }

  @Test
  void get_ofAKeyWithoutValue_isIncomplete() {
    caches.cache("users", Caches.loading(Caches.loader()).build()).get("absent");

    assertThat(registry)
        .hasObservationWithNameEqualTo("corral.load")
        .that()
        .hasLowCardinalityKeyValue("outcome", "incomplete");
  }

  @Test
  void get_withAFailingLoader_observesTheError() {
    Cache<String, String> cache = caches.cache("users", Caches.loading(Caches.loader()).build());
    assertThatThrownBy(() -> cache.get("broken")).isInstanceOf(CacheLoaderException.class);

    assertThat(registry)
        .hasObservationWithNameEqualTo("corral.load")
        .that()
        .hasLowCardinalityKeyValue("outcome", "error")
        .hasError();
    assertThat(registry).hasObservationWithNameEqualTo("corral.miss").that().hasError();
  }

  @Test
  void getAll_ofMisses_observesOneLoadOfAllKeys() {
    Cache<String, String> cache = caches.cache("users", Caches.loading(Caches.loader()).build());
    cache.getAll(Set.of("a", "b", "c"));

    assertThat(registry)
        .hasNumberOfObservationsWithNameEqualTo("corral.load", 1)
        .hasObservationWithNameEqualTo("corral.load")
        .that()
        .hasHighCardinalityKeyValue("corral.keys", "3");
  }

  @Test
  void load_inAnotherThread_hasTheCallerAsParent() {
    LoadOptions withTimeout = LoadOptions.DEFAULTS.withTimeouts(null, Duration.ofSeconds(10));
    Cache<String, String> cache =
        caches.cache("users", Caches.loading(inThreadNamed()).loading(withTimeout).build());
    String thread = cache.get("a");

    assertThat(thread).startsWith("corral-background-");
    assertThat(registry)
        .hasObservationWithNameEqualTo("corral.load")
        .that()
        .hasParentObservationContextSatisfying(
            parent -> assertThat(parent.getName()).isEqualTo("corral.miss"));
  }

  @Test
  void getAsync_withALoad_hasTheCallerAsParent() {
    Cache<String, String> cache = caches.cache("users", Caches.loading(inThreadNamed()).build());
    Observation request = Observation.start("request", registry);
    CorralCache<String, String> corral = corral(cache);
    String thread = request.scoped(() -> corral.getAsync("a").toCompletableFuture()).join();
    request.stop();

    assertThat(thread).startsWith("corral-async-");
    assertThat(registry)
        .hasObservationWithNameEqualTo("corral.miss")
        .that()
        .hasParentObservationEqualTo(request);
  }

  /** A loader whose values are the names of its threads. */
  private static CacheLoader<String, String> inThreadNamed() {
    return new CacheLoader<>() {
      @Override
      public String load(String key) {
        return Thread.currentThread().getName();
      }

      @Override
      public Map<String, String> loadAll(Iterable<? extends String> keys) {
        throw new UnsupportedOperationException();
      }
    };
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> corral(Cache<String, String> cache) {
    return cache.unwrap(CorralCache.class);
  }

  @Test
  void put_andRemoveWithWriteThrough_observeTheWriter() {
    Cache<String, String> cache = caches.cache("users", Caches.writing(Caches.writer()).build());
    cache.put("a", "1");
    cache.remove("b");
    cache.putAll(Map.of("c", "1", "d", "2"));
    assertThatThrownBy(() -> cache.put("broken", "1")).isInstanceOf(CacheWriterException.class);

    assertThat(registry)
        .hasNumberOfObservationsWithNameEqualTo("corral.write", 4)
        .hasAnObservationWithAKeyValue("operation", "write")
        .hasAnObservationWithAKeyValue("operation", "delete")
        .hasAnObservationWithAKeyValue("corral.keys", "2")
        .hasAnObservationWithAKeyValue("outcome", "error");
  }

  @Test
  void flush_ofQueuedWrites_isTheParentOfItsWrites() {
    Cache<String, String> cache =
        caches.cache(
            "users",
            Caches.writing(Caches.writer())
                .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(1)))
                .build());
    cache.put("a", "1");
    cache.put("b", "2");
    assertThat(registry).doesNotHaveAnyObservation();
    corral(cache).flush(Duration.ofSeconds(20));

    await()
        .untilAsserted(
            () ->
                assertThat(registry)
                    .hasObservationWithNameEqualTo("corral.flush")
                    .that()
                    .hasContextualNameEqualTo("flush users")
                    .hasLowCardinalityKeyValue("outcome", "complete")
                    .hasHighCardinalityKeyValue("corral.keys", "2")
                    .doesNotHaveParentObservation()
                    .hasBeenStopped());
    assertThat(registry)
        .hasObservationWithNameEqualTo("corral.write")
        .that()
        .hasParentObservationContextSatisfying(
            parent -> assertThat(parent.getName()).isEqualTo("corral.flush"));
  }

  @Test
  void outage_ofRedis_isObservedFromItsBeginToItsEnd() {
    MeterRegistry meters = new SimpleMeterRegistry();
    registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
    try (OwnServer server = new OwnServer();
        Caches own =
            new Caches(server.uri("timeout=200ms")).with(new CorralObservations(registry))) {
      Cache<String, String> cache = own.cache("users", Caches.loading(Caches.loader()).build());
      server.stop();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                cache.get("a");
                return meters.find("corral.outage.active").longTaskTimer() != null;
              });
      assertThat(meters.get("corral.outage.active").longTaskTimer().activeTasks()).isEqualTo(1);
      server.restart();
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(registry)
                      .hasObservationWithNameEqualTo("corral.outage")
                      .that()
                      .hasLowCardinalityKeyValue("node", "redis")
                      .hasLowCardinalityKeyValue("refused", "everything")
                      .doesNotHaveParentObservation()
                      .hasBeenStopped());
      assertThat(meters.get("corral.outage").timer().totalTime(TimeUnit.MILLISECONDS)).isPositive();
      assertThat(meters.get("corral.load").timer().count()).isPositive();
    }
  }

  @Test
  void noopRegistry_observesNothing() {
    assertThat(
            new CorralObservations(ObservationRegistry.NOOP)
                .begin(CorralObserver.Activity.LOAD, "users", 1))
        .isNull();
  }

  @Test
  void failingObserver_neverReachesTheCaller_andOthersAreNotified() {
    List<String> seen = new CopyOnWriteArrayList<>();
    CorralObservers observers = caches.manager().unwrap(CorralObservers.class);
    observers.add(new FailingObserver());
    observers.add(
        new CorralObserver() {
          @Override
          public Observed begin(Activity activity, String cacheName, int keys) {
            seen.add("begin " + activity);
            return (complete, failure) -> seen.add("end " + activity);
          }
        });
    LoadOptions withTimeout = LoadOptions.DEFAULTS.withTimeouts(null, Duration.ofSeconds(10));
    Cache<String, String> cache =
        caches.cache("users", Caches.loading(Caches.loader()).loading(withTimeout).build());

    assertThat(cache.get("a")).isEqualTo("value of a");
    assertThat(seen).containsExactly("begin MISS", "begin LOAD", "end LOAD", "end MISS");
    cache.close();
  }

  /** Throws from each method. */
  private static final class FailingObserver implements CorralObserver {

    @Override
    public void cacheOpened(CorralCache<?, ?> cache) {
      throw new IllegalStateException("opened");
    }

    @Override
    public void cacheClosed(CorralCache<?, ?> cache) {
      throw new IllegalStateException("closed");
    }

    @Override
    public Observed begin(Activity activity, String cacheName, int keys) {
      if (activity == Activity.MISS) {
        throw new IllegalStateException("begin");
      }
      return (complete, failure) -> {
        throw new IllegalStateException("end");
      };
    }

    @Override
    public Runnable withContext(Runnable task) {
      return () -> {
        throw new IllegalStateException("context");
      };
    }
  }
}
