package dev.corral.jcache.async;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/** A database that has a row for each key, and forgets what is written to it. */
final class Rows implements CacheLoader<String, String>, CacheWriter<String, String> {

  @Override
  public String load(String key) {
    return "row of " + key;
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    Map<String, String> rows = new HashMap<>();
    keys.forEach(key -> rows.put(key, load(key)));
    return rows;
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends String> entry) {}

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
    entries.clear();
  }

  @Override
  public void delete(Object key) {}

  @Override
  public void deleteAll(Collection<?> keys) {
    keys.clear();
  }
}
