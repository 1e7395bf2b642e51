package dev.corral.jcache.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** User code that starts an asynchronous operation for its own key, and waits for it. */
class UserCodeTest {

  /** Less than the 30 s for which an operation waits for the lock of its key. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private static OwnRedis redis;
  private final AtomicReference<CorralCache<String, String>> cache = new AtomicReference<>();

  @BeforeAll
  static void openRedis() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void closeRedis() {
    redis.close();
  }

  @SuppressWarnings("unchecked")
  private CorralCache<String, String> open(
      String name, MutableConfiguration<String, String> configuration) {
    configuration.setTypes(String.class, String.class);
    cache.set(redis.cache(name, configuration).unwrap(CorralCache.class));
    return cache.get();
  }

  private static <T> T soon(CompletableFuture<T> future) {
    return future.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Reads the key that it loads. */
  private final class Loader implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      return cache.get().getAsync(key).join();
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void loader_readsItsOwnKey_failsAsCircular() {
    var read =
        open(
                "loader",
                new MutableConfiguration<String, String>()
                    .setReadThrough(true)
                    .setCacheLoaderFactory(new SingletonFactory<>(new Loader())))
            .getAsync("k");
    assertThat(read.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).handle((it, e) -> e).join())
        .hasStackTraceContaining("circular load");
  }

  @Test
  void processor_invokesOnItsOwnKey_isReentrant() {
    CorralCache<String, String> opened = open("processor", new MutableConfiguration<>());
    String result =
        soon(
            opened.<String>invokeAsync(
                "k",
                (entry, none) ->
                    opened
                        .<String>invokeAsync("k", (again, arguments) -> "inner " + again.exists())
                        .join()));
    assertThat(result).isEqualTo("inner false");
  }

  @Test
  void listener_changesItsOwnKey_returns() {
    AtomicBoolean called = new AtomicBoolean();
    CacheEntryCreatedListener<String, String> listener =
        events -> {
          if (called.compareAndSet(false, true)) {
            cache.get().removeAsync("k").join();
            cache.get().putAsync("k", "created again").join(); // an event for this listener
          }
        };
    CorralCache<String, String> opened =
        open(
            "listener",
            new MutableConfiguration<String, String>()
                .addCacheEntryListenerConfiguration(
                    new MutableCacheEntryListenerConfiguration<>(
                        new SingletonFactory<>(listener), null, false, /* isSynchronous= */ true)));
    soon(opened.putAsync("k", "v"));
    assertThat(opened.get("k")).isEqualTo("created again");
  }

  /** Reads the key that it writes. */
  private final class Writer implements CacheWriter<String, String> {

    private @Nullable String seen;

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      seen = cache.get().<String>invokeAsync(entry.getKey(), (it, none) -> it.getValue()).join();
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Object key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void writer_invokesOnItsOwnKey_isReentrant() {
    Writer writer = new Writer();
    CorralCache<String, String> opened =
        open(
            "writer",
            new MutableConfiguration<String, String>()
                .setWriteThrough(true)
                .setCacheWriterFactory(new SingletonFactory<>(writer)));
    try {
      soon(opened.putAsync("k", "v"));
    } catch (CompletionException e) {
      throw new AssertionError(e.getCause());
    }
    assertThat(opened.get("k")).isEqualTo("v");
    assertThat(writer.seen).isNull();
  }
}
