package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.RefusalStatistics;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With {@code skipUncacheable}, a key or value that cannot be stored breaks nothing. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SkipUncacheableTest {

  /** Its class is not allowed. */
  private record Secret(String text) {}

  /** As a key it has no canonical text. */
  private static final class Odd {}

  private static final Secret SECRET = new Secret("s");

  private final OwnRedis redis = new OwnRedis();

  @AfterEach
  void close() {
    redis.close();
  }

  private static CorralConfiguration.Builder<Object, Object> skipping() {
    return CorralConfiguration.builder(Object.class, Object.class).skipUncacheable(true);
  }

  private Cache<Object, Object> open(CorralConfiguration<Object, Object> configuration) {
    return redis.manager().createCache("cache", configuration);
  }

  private static RefusalStatistics refusals(Cache<?, ?> cache) {
    return cache.unwrap(CorralCache.class).refusalStatistics();
  }

  @Test
  void put_valueThatCannotBeStored_removesTheEntry_andIsCounted() {
    Cache<Object, Object> cache = open(skipping().build());
    cache.put(1L, "old");

    cache.put(1L, SECRET);

    assertThat(cache.get(1L)).isNull();
    assertThat(cache.containsKey(1L)).isFalse();
    assertThat(refusals(cache).skipped()).isEqualTo(1);
    assertThat(refusals(cache).classes()).containsExactly(Secret.class.getName());
    cache.put(1L, "new");
    assertThat(cache.get(1L)).isEqualTo("new");
  }

  @Test
  void put_withoutTheOption_throws_andLeavesTheEntry() {
    Cache<Object, Object> cache =
        open(CorralConfiguration.builder(Object.class, Object.class).build());
    cache.put(1L, "old");

    assertThatThrownBy(() -> cache.put(1L, SECRET))
        .isInstanceOf(CacheException.class)
        .hasMessageStartingWith("cache 'cache': Class " + Secret.class.getName());
    assertThatThrownBy(() -> cache.get(new Odd())).isInstanceOf(CacheException.class);
    assertThat(cache.get(1L)).isEqualTo("old");
    assertThat(refusals(cache).skipped()).isZero();
  }

  @Test
  void everyMethod_withAValueThatCannotBeStored_leavesNoStaleEntry() {
    Cache<Object, Object> cache = open(skipping().build());

    cache.put(1L, "a");
    assertThat(cache.getAndPut(1L, SECRET)).isEqualTo("a");
    assertThat(cache.get(1L)).isNull();

    assertThat(cache.putIfAbsent(1L, SECRET)).isFalse();
    cache.put(1L, "b");
    assertThat(cache.putIfAbsent(1L, SECRET)).isFalse();
    assertThat(cache.get(1L)).isEqualTo("b");

    assertThat(cache.replace(1L, SECRET)).isFalse();
    assertThat(cache.get(1L)).isNull();

    cache.put(1L, "c");
    assertThat(cache.getAndReplace(1L, SECRET)).isEqualTo("c");
    assertThat(cache.get(1L)).isNull();

    cache.put(1L, "d");
    assertThat(cache.replace(1L, "other", SECRET)).isFalse();
    assertThat(cache.replace(1L, SECRET, "e")).isFalse();
    assertThat(cache.remove(1L, SECRET)).isFalse();
    assertThat(cache.get(1L)).isEqualTo("d");
    assertThat(cache.replace(1L, "d", SECRET)).isFalse();
    assertThat(cache.get(1L)).isNull();
  }

  @Test
  void putAll_withAValueThatCannotBeStored_putsTheOthers() {
    Cache<Object, Object> cache = open(skipping().build());
    cache.put(2L, "old");
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put(1L, "one");
    map.put(2L, SECRET);
    map.put(new Odd(), "odd");
    map.put(3L, "three");

    cache.putAll(map);

    assertThat(cache.getAll(Set.of(1L, 2L, 3L))).isEqualTo(Map.of(1L, "one", 3L, "three"));
  }

  @Test
  void invoke_thatSetsAValueThatCannotBeStored_returnsItsResult_andRemovesTheEntry() {
    Cache<Object, Object> cache = open(skipping().build());
    cache.put(1L, "old");

    Object result =
        cache.invoke(
            1L,
            (entry, arguments) -> {
              entry.setValue(SECRET);
              return "result";
            });

    assertThat(result).isEqualTo("result");
    assertThat(cache.get(1L)).isNull();
  }

  @Test
  void everyMethod_withAKeyThatCannotBeStored_findsNothing() {
    Cache<Object, Object> cache = open(skipping().build());
    Odd key = new Odd();

    cache.put(key, "value");
    assertThat(cache.get(key)).isNull();
    assertThat(cache.containsKey(key)).isFalse();
    assertThat(cache.remove(key)).isFalse();
    assertThat(cache.getAll(Set.of(key, 1L))).isEmpty();
    assertThat(refusals(cache).skipped()).isGreaterThanOrEqualTo(4);
    assertThatThrownBy(() -> cache.invoke(key, (entry, arguments) -> "result"))
        .as("a processor that could not run")
        .isInstanceOf(CacheException.class);
  }

  @Test
  void get_withANearCache_andAKeyThatCannotBeStored_findsNothing() {
    Cache<Object, Object> cache =
        open(skipping().nearCache(NearCacheOptions.ofEntries(10)).build());
    Odd key = new Odd();

    cache.put(key, "value");
    assertThat(cache.get(key)).isNull();
    assertThat(cache.containsKey(key)).isFalse();
    cache.put(1L, "old");
    assertThat(cache.get(1L)).isEqualTo("old");
    cache.put(1L, SECRET);
    assertThat(cache.get(1L)).isNull();
  }

  @Test
  void get_loadsAValueThatCannotBeStored_eachTime() {
    AtomicInteger loads = new AtomicInteger();
    CacheLoader<Object, Object> loader =
        new CacheLoader<>() {
          @Override
          public Object load(Object key) {
            loads.incrementAndGet();
            return SECRET;
          }

          @Override
          public Map<Object, Object> loadAll(Iterable<?> keys) {
            Map<Object, Object> all = new HashMap<>();
            keys.forEach(key -> all.put(key, load(key)));
            return all;
          }
        };
    Cache<Object, Object> cache =
        open(
            skipping()
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(loader)))
                .build());

    assertThat(cache.get(1L)).isEqualTo(SECRET);
    assertThat(cache.get(1L)).isEqualTo(SECRET);
    assertThat(cache.getAll(Set.of(1L, 2L))).isEqualTo(Map.of(1L, SECRET, 2L, SECRET));
    assertThat(loads).hasValueGreaterThanOrEqualTo(4);
  }

  @Test
  @SuppressWarnings("unchecked")
  void loads_withAKeyThatCannotBeStored_loadAllKeysAndLeaveNoneBehind() throws Exception {
    CacheLoader<Object, Object> loader =
        new CacheLoader<>() {
          @Override
          public Object load(Object key) {
            return key instanceof Odd ? "odd" : "row " + key;
          }

          @Override
          public Map<Object, Object> loadAll(Iterable<?> keys) {
            Map<Object, Object> all = new HashMap<>();
            keys.forEach(key -> all.put(key, load(key)));
            return all;
          }
        };
    Cache<Object, Object> cache =
        open(
            skipping()
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(loader)))
                .build());
    CorralCache<Object, Object> corral = cache.unwrap(CorralCache.class);
    Odd odd = new Odd();

    assertThat(cache.get(odd)).isEqualTo("odd");
    assertThat(cache.getAll(keys(1L, odd, 2L)))
        .isEqualTo(Map.of(1L, "row 1", odd, "odd", 2L, "row 2"));
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(keys(3L, odd, 4L), false, done);
    done.get(10, TimeUnit.SECONDS);
    CompletionListenerFuture replaced = new CompletionListenerFuture();
    cache.loadAll(keys(3L, odd, 4L), true, replaced);
    replaced.get(10, TimeUnit.SECONDS);
    WarmUp.Progress progress =
        corral
            .warm(List.of(5L, odd, 6L), WarmUpOptions.DEFAULTS)
            .completion()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);

    assertThat(progress.loaded()).isEqualTo(3);
    for (long key = 1; key <= 6; key++) {
      assertThat(cache.containsKey(key)).as("key %d", key).isTrue();
      long each = key;
      cache.remove(each);
      assertThat(CompletableFuture.supplyAsync(() -> cache.get(each)).get(10, TimeUnit.SECONDS))
          .isEqualTo("row " + each);
    }
    assertThat(CompletableFuture.supplyAsync(() -> cache.get(odd)).get(10, TimeUnit.SECONDS))
        .isEqualTo("odd");
  }

  /** In this order. */
  private static Set<Object> keys(Object... keys) {
    return new LinkedHashSet<>(List.of(keys));
  }

  @Test
  void put_toACacheWithAWriter_throws_becauseTheWriterMustGetTheValue() {
    List<Object> written = new CopyOnWriteArrayList<>();
    CacheWriter<Object, Object> writer =
        new CacheWriter<>() {
          @Override
          public void write(Cache.Entry<?, ?> entry) {
            written.add(entry.getValue());
          }

          @Override
          public void writeAll(Collection<Cache.Entry<?, ?>> entries) {
            entries.forEach(this::write);
          }

          @Override
          public void delete(Object key) {
            written.add("deleted");
          }

          @Override
          public void deleteAll(Collection<?> keys) {
            keys.forEach(this::delete);
          }
        };
    Cache<Object, Object> cache =
        open(
            skipping()
                .standard(
                    it ->
                        it.setWriteThrough(true)
                            .setCacheWriterFactory(new SingletonFactory<>(writer)))
                .build());

    assertThatThrownBy(() -> cache.put(1L, SECRET)).isInstanceOf(CacheException.class);
    assertThat(written).doesNotContain("deleted");
  }
}
