package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import javax.cache.integration.CompletionListenerFuture;
import javax.cache.processor.EntryProcessorException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** User code that throws an exception, in each place where the cache calls it. */
class UserCodeFailuresTest {

  private static final String CAUSE = "user code fails";

  private static OwnRedis redis;
  private static int number;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  private static RuntimeException failure() {
    return new UnsupportedOperationException(CAUSE);
  }

  private static MutableConfiguration<String, String> strings() {
    return new MutableConfiguration<String, String>().setTypes(String.class, String.class);
  }

  private static Cache<String, String> cache(MutableConfiguration<String, String> configuration) {
    return redis.cache("failing-" + number++, configuration);
  }

  @Test
  void loader_throws_isACacheLoaderExceptionAndNothingIsStored() {
    Cache<String, String> cache =
        cache(strings().setReadThrough(true).setCacheLoaderFactory(FailingLoader::new));
    assertThatThrownBy(() -> cache.get("k"))
        .isInstanceOf(CacheLoaderException.class)
        .hasRootCauseMessage(CAUSE)
        .hasMessageContaining("failing-");
    assertThatThrownBy(() -> cache.getAll(Set.of("k", "l")))
        .isInstanceOf(CacheLoaderException.class);
    assertThatThrownBy(() -> cache.invoke("k", (entry, none) -> entry.getValue()))
        .isInstanceOf(CacheLoaderException.class)
        .hasRootCauseMessage(CAUSE);
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of("k"), true, done);
    assertThatThrownBy(done::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(CacheLoaderException.class);
    assertThat(cache.containsKey("k")).isFalse();
  }

  @Test
  void loadAll_loaderThrowsAnError_reachesTheCompletionListener() {
    for (Error error : List.of(new AssertionError(CAUSE), new NoClassDefFoundError(CAUSE))) {
      Cache<String, String> cache =
          cache(strings().setCacheLoaderFactory(() -> new ErringLoader(error)));
      for (boolean replace : new boolean[] {true, false}) {
        CompletionListenerFuture done = new CompletionListenerFuture();
        cache.loadAll(Set.of("k", "l"), replace, done);
        assertThatThrownBy(() -> done.get(5, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(CacheLoaderException.class)
            .hasRootCause(error);
      }
      assertThat(cache.unwrap(CorralCache.class).loadingStatistics().failures()).isEqualTo(2);
      assertThat(cache.unwrap(CorralCache.class).loadingStatistics().pending()).isZero();
      assertThat(cache.containsKey("k")).isFalse();
    }
  }

  @Test
  void writer_throws_isACacheWriterExceptionAndNothingChanges() {
    FailingWriter writer = new FailingWriter();
    Cache<String, String> cache =
        cache(strings().setWriteThrough(true).setCacheWriterFactory(() -> writer));
    cache.put("old", "v");
    writer.fails = true;
    Map<String, Runnable> changes =
        Map.of(
            "put", () -> cache.put("k", "w"),
            "putIfAbsent", () -> cache.putIfAbsent("k", "w"),
            "replace", () -> cache.replace("old", "w"),
            "getAndPut", () -> cache.getAndPut("old", "w"),
            "remove", () -> cache.remove("old"),
            "remove if", () -> cache.remove("old", "v"),
            "putAll", () -> cache.putAll(Map.of("k", "w")),
            "removeAll", () -> cache.removeAll(Set.of("old")),
            "removeAll of all", cache::removeAll);
    changes.forEach(
        (name, change) ->
            assertThatThrownBy(change::run)
                .as(name)
                .isInstanceOf(CacheWriterException.class)
                .hasRootCauseMessage(CAUSE));
    assertThatThrownBy(
            () ->
                cache.invoke(
                    "old",
                    (entry, none) -> {
                      entry.remove();
                      return null;
                    }))
        .hasRootCauseMessage(CAUSE);
    assertThat(contents(cache)).isEqualTo(Map.of("old", "v"));
  }

  @Test
  void processor_throws_isAnEntryProcessorExceptionAndNothingChanges() {
    Cache<String, String> cache = cache(strings());
    cache.put("k", "v");
    assertThatThrownBy(
            () ->
                cache.invoke(
                    "k",
                    (entry, none) -> {
                      entry.setValue("w");
                      throw failure();
                    }))
        .isInstanceOf(EntryProcessorException.class)
        .hasRootCauseMessage(CAUSE);
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.<String>invoke("k", (entry, none) -> entry.getValue())).isEqualTo("v");
  }

  @Test
  void synchronousListener_throws_isACacheEntryListenerExceptionAndTheChangeIsDone() {
    Cache<String, String> cache = cache(listening(/* isSynchronous= */ true, null));
    assertThatThrownBy(() -> cache.put("k", "v"))
        .isInstanceOf(CacheEntryListenerException.class)
        .hasRootCauseMessage(CAUSE);
    assertThat(cache.get("k")).isEqualTo("v");
    assertThatThrownBy(() -> cache.putAll(Map.of("a", "1", "b", "2")))
        .isInstanceOf(CacheEntryListenerException.class);
    assertThat(cache.getAll(Set.of("a", "b"))).hasSize(2);
  }

  @Test
  void asynchronousListener_throws_otherListenersReceiveTheEvents() {
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    Cache<String, String> cache =
        cache(
            listening(/* isSynchronous= */ false, null)
                .addCacheEntryListenerConfiguration(
                    new MutableCacheEntryListenerConfiguration<>(
                        () -> new EventLog<String, String>(events::add),
                        null,
                        /* isOldValueRequired= */ false,
                        /* isSynchronous= */ false)));
    cache.put("k", "v");
    cache.put("k", "w");
    await().until(() -> events.size() == 2);
  }

  @Test
  void filter_throws_isACacheEntryListenerExceptionAndTheListenerIsNotCalled() {
    List<String> events = new ArrayList<>();
    CacheEntryEventFilter<String, String> filter =
        event -> {
          throw failure();
        };
    Cache<String, String> cache =
        cache(
            strings()
                .addCacheEntryListenerConfiguration(
                    new MutableCacheEntryListenerConfiguration<>(
                        () -> new EventLog<String, String>(events::add),
                        () -> filter,
                        /* isOldValueRequired= */ false,
                        /* isSynchronous= */ true)));
    assertThatThrownBy(() -> cache.put("k", "v"))
        .isInstanceOf(CacheEntryListenerException.class)
        .hasRootCauseMessage(CAUSE);
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(events).isEmpty();
  }

  @Test
  void expiryPolicy_throws_newEntriesAreEternalAndExistingOnesKeepTheirExpiry() {
    Cache<String, String> cache = cache(strings().setExpiryPolicyFactory(FailingPolicy::new));
    cache.put("k", "v");
    cache.put("k", "w");
    assertThat(cache.get("k")).isEqualTo("w");
    assertThat(redis.raw().number("PTTL", "{" + cache.getName() + "}:k")).isEqualTo(-1);
  }

  private static MutableConfiguration<String, String> listening(
      boolean isSynchronous, CacheEntryEventFilter<String, String> filter) {
    return strings()
        .addCacheEntryListenerConfiguration(
            new MutableCacheEntryListenerConfiguration<>(
                () ->
                    new EventLog<String, String>(
                        event -> {
                          throw failure();
                        }),
                filter == null ? null : () -> filter,
                /* isOldValueRequired= */ false,
                isSynchronous));
  }

  private static Map<String, String> contents(Cache<String, String> cache) {
    Map<String, String> contents = new HashMap<>();
    cache.forEach(entry -> contents.put(entry.getKey(), entry.getValue()));
    return contents;
  }

  private static final class FailingLoader implements CacheLoader<String, String> {
    @Override
    public String load(String key) {
      throw failure();
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      throw failure();
    }
  }

  private static final class FailingWriter implements CacheWriter<String, String> {
    private volatile boolean fails;

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      fail();
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      fail();
    }

    @Override
    public void delete(Object key) {
      fail();
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      fail();
    }

    private void fail() {
      if (fails) {
        throw failure();
      }
    }
  }

  private static final class FailingPolicy implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      throw failure();
    }

    @Override
    public Duration getExpiryForAccess() {
      throw failure();
    }

    @Override
    public Duration getExpiryForUpdate() {
      throw failure();
    }
  }

  /** Counts that it was closed. */
  record ClosingPolicy(AtomicInteger closed) implements ExpiryPolicy, Closeable {
    @Override
    public Duration getExpiryForCreation() {
      return Duration.ETERNAL;
    }

    @Override
    public Duration getExpiryForAccess() {
      return null;
    }

    @Override
    public Duration getExpiryForUpdate() {
      return null;
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  /** Counts that it was closed. */
  record ClosingLoader(AtomicInteger closed) implements CacheLoader<String, String>, Closeable {
    @Override
    public String load(String key) {
      return null;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      return Map.of();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private record ErringLoader(Error error) implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      throw error;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      throw error;
    }
  }
}
