package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Evictions while a cached method runs: its value is from before them, and must not be stored. */
final class EvictionsIT {

  /** Rows, and cached methods that read them. */
  static class Rows {

    private final Map<String, String> rows = new ConcurrentHashMap<>(Map.of("k", "old"));
    private final AtomicReference<Runnable> afterRead = new AtomicReference<>(() -> {});
    private final ObjectProvider<Rows> self;

    Rows(ObjectProvider<Rows> self) {
      this.self = self;
    }

    /** What happens once, after the next read of a row. */
    void afterRead(Runnable work) {
      afterRead.set(work);
    }

    void store(String key, String row) {
      rows.put(key, row);
    }

    /** Reads the row; then something happens once, before the method returns. */
    private String read(String key) {
      String row = Objects.requireNonNull(rows.get(key));
      afterRead.getAndSet(() -> {}).run();
      return row;
    }

    @Cacheable("rows")
    public String row(String key) {
      return read(key);
    }

    @Cacheable(cacheNames = "rows", sync = true)
    public String sync(String key) {
      return read(key);
    }

    @Cacheable("rows")
    public CompletableFuture<String> future(String key) {
      return CompletableFuture.completedFuture(read(key));
    }

    /** A cached method that calls another one. */
    @Cacheable("pages")
    public String page(String key) {
      return "page of " + self.getObject().row(key);
    }

    @CacheEvict(cacheNames = "rows", key = "#a0")
    public void change(String key, String row) {
      rows.put(key, row);
    }

    @CacheEvict(cacheNames = "rows", allEntries = true)
    public void changeAll(String row) {
      rows.replaceAll((key, old) -> row);
    }
  }

  @Configuration
  static class Beans {
    @Bean
    Rows rows(ObjectProvider<Rows> self) {
      return new Rows(self);
    }
  }

  /** A method of the service that reads the row of a key. */
  private interface Method {
    String call(Rows rows, String key);
  }

  private static final AtomicInteger prefixes = new AtomicInteger();
  private static OwnRedis redis;

  @BeforeAll
  static void startRedis() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  /** Changes the row in another application while the method runs in this one. */
  private static void isFreshAfter(Method method, boolean evictsAll) {
    String[] properties = {
      redis.property(), "corral.redis.key-prefix=evictions-" + prefixes.incrementAndGet() + ":"
    };
    Applications.of(Beans.class, properties)
        .run(
            context ->
                Applications.of(Beans.class, properties)
                    .run(
                        other -> {
                          Rows rows = context.getBean(Rows.class);
                          Rows elsewhere = other.getBean(Rows.class);
                          rows.afterRead(
                              () -> {
                                rows.store("k", "new");
                                if (evictsAll) {
                                  elsewhere.changeAll("new");
                                } else {
                                  elsewhere.change("k", "new");
                                }
                              });

                          assertThat(method.call(rows, "k")).endsWith("old");
                          assertThat(rows.row("k")).isEqualTo("new");
                          assertThat(rows.row("k")).isEqualTo("new");
                        }));
  }

  /** A transaction of this JVM that does not use the starter, and a caller after its COMMIT. */
  @Test
  void plainMethod_transactionCommitsWhileItRuns_laterCallerDoesNotShareItsResult() {
    Applications.of(Beans.class, redis.property(), "corral.redis.key-prefix=intents:")
        .run(
            context -> {
              Rows rows = context.getBean(Rows.class);
              CountDownLatch hasRead = new CountDownLatch(1);
              CountDownLatch mayEnd = new CountDownLatch(1);
              rows.afterRead(
                  () -> {
                    hasRead.countDown();
                    await(mayEnd);
                  });
              CompletableFuture<String> before = CompletableFuture.supplyAsync(() -> rows.row("k"));
              await(hasRead);
              rows.store("k", "new");
              corral(context.getBean(CacheManager.class))
                  .recordIntent(Set.of("k"), Duration.ofMinutes(1))
                  .confirm();

              CompletableFuture<String> after = CompletableFuture.supplyAsync(() -> rows.row("k"));
              TimeUnit.MILLISECONDS.sleep(200); // until it waits for the first one, or for its lock
              mayEnd.countDown();

              assertThat(before.join()).isEqualTo("old");
              assertThat(after.join()).isEqualTo("new");
              assertThat(rows.row("k")).isEqualTo("new");
            });
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<Object, Object> corral(CacheManager manager) {
    Cache cache = Objects.requireNonNull(manager.getCache("rows"));
    return (CorralCache<Object, Object>) cache.getNativeCache();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void plainMethod_keyIsEvictedWhileItRuns_isNotCached() {
    isFreshAfter(Rows::row, false);
    isFreshAfter(Rows::row, true);
  }

  @Test
  void synchronizedMethod_keyIsEvictedWhileItRuns_isNotCached() {
    isFreshAfter(Rows::sync, false);
  }

  @Test
  void future_keyIsEvictedWhileItRuns_isNotCached() {
    isFreshAfter((rows, key) -> rows.future(key).join(), false);
  }

  @Test
  void methodInsideOfAnother_keyIsEvictedWhileItRuns_isNotCached() {
    isFreshAfter(Rows::page, false);
    isFreshAfter(Rows::page, true);
  }

  @Test
  void cache_closedByOtherCode_isOpenedAgain() {
    Applications.of(Beans.class, redis.property(), "corral.redis.key-prefix=closed:")
        .run(
            context -> {
              Rows rows = context.getBean(Rows.class);
              rows.row("k");
              context.getBean(javax.cache.CacheManager.class).destroyCache("rows");

              assertThat(rows.row("k")).isEqualTo("old");
              assertThat(rows.row("k")).isEqualTo("old");
            });
  }

  @Test
  void putIfAbsent_ofAValueThatExists_returnsIt() {
    Applications.of(Beans.class, redis.property(), "corral.redis.key-prefix=absent:")
        .run(
            context -> {
              Cache cache =
                  Objects.requireNonNull(context.getBean(CacheManager.class).getCache("rows"));

              assertThat(cache.putIfAbsent("k", null)).isNull();
              assertThat(Objects.requireNonNull(cache.putIfAbsent("k", null)).get()).isNull();
              assertThat(Objects.requireNonNull(cache.putIfAbsent("k", "other")).get()).isNull();
            });
  }
}
