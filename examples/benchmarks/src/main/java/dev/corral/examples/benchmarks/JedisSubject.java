package dev.corral.examples.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;

/** Jedis: a pool of blocking connections. */
record JedisSubject(String name, RedisClient jedis) implements Subject {

  private static final String PREFIX = "jedis:";

  @Override
  public @Nullable String get(String key) {
    return jedis.get(PREFIX + key);
  }

  @Override
  public void put(String key, String value) {
    jedis.set(PREFIX + key, value);
  }

  @Override
  public Map<String, String> getAll(Set<String> keys) {
    List<String> all = List.copyOf(keys);
    List<String> values = jedis.mget(all.stream().map(key -> PREFIX + key).toArray(String[]::new));
    Map<String, String> found = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      if (values.get(i) != null) {
        found.put(all.get(i), values.get(i));
      }
    }
    return found;
  }

  @Override
  public void putAll(Map<String, String> entries) {
    String[] words = new String[2 * entries.size()];
    int i = 0;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      words[i++] = PREFIX + entry.getKey();
      words[i++] = entry.getValue();
    }
    jedis.mset(words);
  }

  @Override
  public boolean putIfAbsent(String key, String value) {
    return jedis.set(PREFIX + key, value, SetParams.setParams().nx()) != null;
  }

  @Override
  public void close() {
    jedis.close();
  }
}
