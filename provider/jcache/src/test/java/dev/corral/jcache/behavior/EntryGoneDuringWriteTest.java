package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The entry by which an operation decided is gone when the writer has written: another JVM has
 * removed it after an outage, or it has expired. The database has the change, so the operation says
 * that it was made.
 */
class EntryGoneDuringWriteTest {

  private static final Map<String, String> database = new ConcurrentHashMap<>();

  private static OwnRedis redis;
  private static Cache<String, String> cache;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
    cache =
        redis
            .manager()
            .createCache(
                "gone",
                new MutableConfiguration<String, String>()
                    .setTypes(String.class, String.class)
                    .setStatisticsEnabled(true)
                    .setWriteThrough(true)
                    .setCacheWriterFactory(new SingletonFactory<>(new RemovingWriter())));
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @BeforeEach
  void store() {
    RemovingWriter.removes = false;
    cache.put("k", "old");
    RemovingWriter.removes = true;
  }

  @Test
  void remove_expectedValue_isTrue() {
    assertThat(cache.remove("k", "old")).isTrue();
    assertThat(database).isEmpty();
    assertThat(cache.containsKey("k")).isFalse();
  }

  @Test
  void replace_expectedValue_isTrue() {
    assertThat(cache.replace("k", "old", "new")).isTrue();
    assertStored();
  }

  @Test
  void replace_anyValue_isTrue() {
    assertThat(cache.replace("k", "new")).isTrue();
    assertStored();
  }

  @Test
  void getAndReplace_anyValue_returnsTheValueThatDecided() {
    assertThat(cache.getAndReplace("k", "new")).isEqualTo("old");
    assertStored();
  }

  @Test
  void putIfAbsent_removedBefore_isTrue() {
    RemovingWriter.removes = false;
    cache.remove("k");
    RemovingWriter.removes = true;
    assertThat(cache.putIfAbsent("k", "new")).isTrue();
    assertStored();
  }

  private static void assertStored() {
    assertThat(database).containsExactly(Map.entry("k", "new"));
    assertThat(cache.get("k")).isEqualTo("new");
  }

  /** Writes to {@link #database}, and removes the entry from Redis as a repair does. */
  static final class RemovingWriter implements CacheWriter<String, String> {

    static volatile boolean removes;

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      database.put(entry.getKey(), entry.getValue());
      remove(entry.getKey());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      throw new AssertionError("no bulk operation is called");
    }

    @Override
    public void delete(Object key) {
      database.remove(key);
      remove(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      throw new AssertionError("no bulk operation is called");
    }

    private static void remove(Object key) {
      if (removes) {
        removes = false;
        redis.raw().call("UNLINK", "{gone}:" + key);
      }
    }
  }
}
