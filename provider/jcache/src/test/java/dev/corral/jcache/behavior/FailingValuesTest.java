package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries whose class throws an Error while it is decoded: a miss for every operation. */
class FailingValuesTest {

  private static volatile @Nullable Supplier<Error> failure;
  private static OwnRedis redis;

  /** A value of an application. */
  public static final class Failing implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) {
      Supplier<Error> wanted = failure;
      if (wanted != null) {
        throw wanted.get();
      }
    }
  }

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @AfterEach
  void failNoMore() {
    failure = null;
  }

  private static CorralConfiguration.Builder<String, Object> configuration() {
    return CorralConfiguration.builder(String.class, Object.class)
        .allowedClasses(Failing.class.getName());
  }

  private static Error error(Class<? extends Error> type) {
    try {
      return type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        AssertionError.class,
        ThreadDeath.class,
        Error.class,
        StackOverflowError.class,
        NoClassDefFoundError.class
      })
  void anyRead_errorOfTheClass_isAMiss(Class<? extends Error> type) {
    Cache<String, Object> cache =
        redis.cache("failing-" + type.getSimpleName(), configuration().build());
    Map<String, Function<Cache<String, Object>, @Nullable Object>> reads =
        Map.of(
            "get", it -> it.get("k"),
            "getAll", it -> it.getAll(Set.of("k")).get("k"),
            "iterator", it -> it.iterator().hasNext() ? "an entry" : null,
            "getAndPut", it -> it.getAndPut("k", new Failing()),
            "getAndRemove", it -> it.getAndRemove("k"),
            "invoke", it -> it.<@Nullable Object>invoke("k", (entry, none) -> entry.getValue()));
    reads.forEach(
        (name, read) -> {
          failure = null;
          cache.put("k", new Failing());
          failure = () -> error(type);
          assertThat(read.apply(cache)).as(name).isNull();
        });
  }

  @Test
  void get_errorOfTheJvm_isRethrown() {
    Cache<String, Object> cache = redis.cache("fatal", configuration().build());
    cache.put("k", new Failing());
    OutOfMemoryError error = new OutOfMemoryError("a test");
    failure = () -> error;
    assertThatThrownBy(() -> cache.get("k")).isSameAs(error);
    failure = null;
    assertThat(cache.get("k")).isInstanceOf(Failing.class);
  }

  @Test
  void get_nearCacheHitFails_isAMiss() {
    Cache<String, Object> cache =
        redis.cache(
            "failing-near",
            configuration()
                .standard(it -> it.setStatisticsEnabled(true))
                .nearCache(NearCacheOptions.ofEntries(10))
                .build());
    CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
    cache.put("k", new Failing());
    await()
        .until(
            () -> {
              assertThat(cache.get("k")).isInstanceOf(Failing.class);
              return corral.nearCacheStatistics().reads().hits() > 0;
            });
    failure = () -> new AssertionError("a test");
    assertThat(cache.get("k")).isNull();
  }

  @Test
  void flush_queuedValueFails_writesTheOthers() {
    Map<String, Object> database = new ConcurrentHashMap<>();
    CorralCache<String, Object> cache = openBehind(database);
    cache.put("bad", new Failing());
    cache.put("good", "value");
    failure = () -> new AssertionError("a test");

    cache.flush(Duration.ZERO);

    await().until(() -> cache.writeBehindStatistics().deadLetters() == 1);
    assertThat(database).containsExactly(Map.entry("good", "value"));
    assertThat(cache.deadLetters())
        .singleElement()
        .matches(letter -> letter.key().equals("bad") && letter.value() == null);
    failure = null;
    assertThat(cache.deadLetters().get(0).value()).isInstanceOf(Failing.class);
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, Object> openBehind(Map<String, Object> database) {
    WriteBehindOptions options =
        WriteBehindOptions.DEFAULTS
            .withDelay(Duration.ofMinutes(10))
            .withRetries(1, Duration.ofMillis(10), Duration.ofMillis(10));
    return redis
        .cache(
            "failing-behind",
            configuration()
                .standard(
                    it -> it.setWriteThrough(true).setCacheWriterFactory(() -> new ToMap(database)))
                .writeBehind(options)
                .build())
        .unwrap(CorralCache.class);
  }

  /** A database in memory. */
  private record ToMap(Map<String, Object> rows) implements CacheWriter<String, Object> {

    @Override
    public void write(Cache.Entry<? extends String, ?> entry) {
      rows.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ?>> entries) {
      entries.forEach(this::write);
    }

    @Override
    public void delete(Object key) {
      rows.remove(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
    }
  }
}
