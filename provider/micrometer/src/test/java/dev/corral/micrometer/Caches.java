package dev.corral.micrometer;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/** Cache managers of one test, with keys of their own, in the embedded server or another one. */
final class Caches implements AutoCloseable {

  private final CorralCachingProvider provider = new CorralCachingProvider();
  private final Properties properties = new Properties();
  private final URI uri;

  Caches() {
    this(URI.create("embedded:/"));
  }

  Caches(URI uri) {
    this.uri = uri;
    properties.setProperty("corral.redis.key-prefix", UUID.randomUUID() + ":");
  }

  Caches with(String setting, String value) {
    properties.setProperty(setting, value);
    return this;
  }

  Caches with(CorralObserver observer) {
    properties.put(CorralObserver.PROPERTY, observer);
    return this;
  }

  CacheManager manager() {
    return provider.getCacheManager(uri, null, properties);
  }

  /** A cache of texts with statistics. */
  Cache<String, String> cache(String name) {
    return cache(name, texts().build());
  }

  Cache<String, String> cache(String name, CorralConfiguration<String, String> configuration) {
    return manager().createCache(name, configuration);
  }

  static CorralConfiguration.Builder<String, String> texts() {
    return CorralConfiguration.builder(String.class, String.class)
        .standard(it -> it.setStatisticsEnabled(true));
  }

  /** The same with a loader. */
  static CorralConfiguration.Builder<String, String> loading(CacheLoader<String, String> loader) {
    return texts().standard(it -> it.setReadThrough(true).setCacheLoaderFactory(() -> loader));
  }

  /** The same with a writer. */
  static CorralConfiguration.Builder<String, String> writing(CacheWriter<String, String> writer) {
    return texts().standard(it -> it.setWriteThrough(true).setCacheWriterFactory(() -> writer));
  }

  /** A configuration of any keys and values. */
  static CorralConfiguration<Object, Object> objects() {
    return CorralConfiguration.builder(Object.class, Object.class).build();
  }

  /** A loader that finds every key except those that begin with "absent". */
  static CacheLoader<String, String> loader() {
    return new CacheLoader<>() {
      @Override
      public String load(String key) {
        if (key.startsWith("broken")) {
          throw new IllegalStateException("no database");
        }
        return key.startsWith("absent") ? null : "value of " + key;
      }

      @Override
      public Map<String, String> loadAll(Iterable<? extends String> keys) {
        Map<String, String> values = new LinkedHashMap<>();
        keys.forEach(key -> values.put(key, load(key)));
        return values;
      }
    };
  }

  /** The same loader, which takes its time for each key. */
  static CacheLoader<String, String> slowLoader(Duration time) {
    CacheLoader<String, String> loader = loader();
    return new CacheLoader<>() {
      @Override
      public String load(String key) {
        try {
          Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return loader.load(key);
      }

      @Override
      public Map<String, String> loadAll(Iterable<? extends String> keys) {
        return loader.loadAll(keys);
      }
    };
  }

  /** A writer that refuses keys that begin with "broken". */
  static CacheWriter<String, String> writer() {
    return new CacheWriter<>() {
      @Override
      public void write(Cache.Entry<? extends String, ? extends String> entry) {
        delete(entry.getKey());
      }

      @Override
      public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
        entries.removeIf(
            entry -> {
              write(entry);
              return true;
            });
      }

      @Override
      public void delete(Object key) {
        if (String.valueOf(key).startsWith("broken")) {
          throw new IllegalStateException("no database");
        }
      }

      @Override
      public void deleteAll(Collection<?> keys) {
        keys.removeIf(
            key -> {
              delete(key);
              return true;
            });
      }
    };
  }

  @Override
  public void close() {
    provider.close();
  }
}
