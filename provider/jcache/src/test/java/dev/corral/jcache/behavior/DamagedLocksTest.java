package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Locks and write fences that another program has replaced by keys of another type. */
class DamagedLocksTest {

  private static final String[] KINDS = {"!lock:", "!load:", "!writing:"};

  private final OwnRedis redis = new OwnRedis();
  private final Map<String, Integer> rows = new ConcurrentHashMap<>(Map.of("k", 1));
  private Runnable inDatabase = () -> {};
  private final Cache<String, Integer> cache =
      redis.cache(
          "damaged",
          new MutableConfiguration<String, Integer>()
              .setTypes(String.class, Integer.class)
              .setReadThrough(true)
              .setWriteThrough(true)
              .setCacheLoaderFactory(new SingletonFactory<>(new Rows()))
              .setCacheWriterFactory(new SingletonFactory<>(new Rows())));

  @AfterEach
  void close() {
    redis.close();
  }

  private final class Rows implements CacheLoader<String, Integer>, CacheWriter<String, Integer> {

    @Override
    public Integer load(String key) {
      inDatabase.run();
      return rows.get(key);
    }

    @Override
    public Map<String, Integer> loadAll(Iterable<? extends String> keys) {
      return StreamSupport.stream(keys.spliterator(), false)
          .collect(Collectors.toMap(key -> key, this::load));
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends Integer> entry) {
      inDatabase.run();
      rows.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends Integer>> entries) {
      entries.forEach(this::write);
    }

    @Override
    public void delete(Object key) {
      inDatabase.run();
      rows.remove(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
    }
  }

  private void damage(String type) {
    for (String kind : KINDS) {
      String key = "{damaged}" + kind + "k";
      redis.raw().call("UNLINK", key);
      switch (type) {
        case "list" -> redis.raw().call("RPUSH", key, "x");
        case "text" -> redis.raw().call("SET", key, "x");
        default -> redis.raw().call("HSET", key, "number", "x", "waiter", "y", "since", "z");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "text", "hash"})
  void anyCall_damagedBefore_takesEffect(String type) {
    damage(type);
    assertThat(cache.get("k")).isEqualTo(1);
    damage(type);
    assertThat(increment()).isEqualTo(2);
    damage(type);
    cache.put("k", 3);
    assertThat(cache.get("k")).isEqualTo(3);
    damage(type);
    assertThat(cache.replace("k", 3, 4)).isTrue();
    damage(type);
    assertThat(cache.getAndRemove("k")).isEqualTo(4);
    assertThat(rows).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "text", "hash"})
  void anyCall_damagedMeanwhile_leavesNothingStale(String type) {
    inDatabase = () -> damage(type);
    assertThat(cache.get("k")).isEqualTo(1);
    assertThat(increment()).isEqualTo(2);
    assertThat(cache.get("k")).isEqualTo(2);
    cache.put("k", 3);
    assertThat(cache.get("k")).isEqualTo(3);
    cache.putAll(Map.of("k", 4, "l", 5));
    assertThat(cache.getAll(java.util.Set.of("k", "l"))).isEqualTo(rows);
    cache.remove("k");
    assertThat(cache.get("k")).isNull();
  }

  private Integer increment() {
    return cache.invoke(
        "k",
        (entry, none) -> {
          entry.setValue(entry.getValue() + 1);
          return entry.getValue();
        });
  }
}
