package dev.corral.jcache.deployment;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/** A map as a database. */
final class MapStore implements CacheLoader<String, String>, CacheWriter<String, String> {

  private final ConcurrentMap<String, String> rows = new ConcurrentHashMap<>();

  @Override
  public @Nullable String load(String key) {
    return rows.get(key);
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    Map<String, String> all = new HashMap<>();
    for (String key : keys) {
      String row = rows.get(key);
      if (row != null) {
        all.put(key, row);
      }
    }
    return all;
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends String> entry) {
    rows.put(entry.getKey(), entry.getValue());
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
    entries.forEach(this::write);
    entries.clear();
  }

  @Override
  public void delete(Object key) {
    rows.remove((String) key);
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    keys.forEach(this::delete);
    keys.clear();
  }
}
