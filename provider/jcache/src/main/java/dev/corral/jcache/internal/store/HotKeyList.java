package dev.corral.jcache.internal.store;

import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The keys of a cache that are read most often in all JVMs, with their counts, in Redis. Survives
 * {@code clear()}. Safe for many threads.
 */
public final class HotKeyList {

  private final CacheContext cache;

  public HotKeyList(CacheContext cache) {
    this.cache = cache;
  }

  /**
   * Adds counts of keys. Does not wait.
   *
   * @param counts by the texts of the keys
   * @return how many keys the list had before
   */
  public CompletableFuture<Long> add(Map<String, Double> counts, HotKeyOptions options) {
    List<Object> arguments = arguments(options, 0);
    counts.forEach(
        (key, count) -> {
          arguments.add(key);
          arguments.add(String.format(Locale.ROOT, "%.3f", count));
        });
    return run(arguments).thenApply(reply -> Long.valueOf(RedisCommands.text(reply.get(0))));
  }

  /**
   * Reads the list.
   *
   * @return the counts by the texts of the keys
   * @throws javax.cache.CacheException if Redis fails
   */
  public Map<String, Double> read(HotKeyOptions options) {
    List<Object> reply =
        cache.await("read the hottest keys", run(arguments(options, options.maxKeys())));
    Map<String, Double> counts = new HashMap<>();
    for (int i = 1; i + 1 < reply.size(); i += 2) {
      counts.put(
          RedisCommands.text(reply.get(i)), Double.valueOf(RedisCommands.text(reply.get(i + 1))));
    }
    return counts;
  }

  private static List<Object> arguments(HotKeyOptions options, int read) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(options.halfLife().toSeconds());
    arguments.add(options.maxKeys());
    arguments.add(read);
    return arguments;
  }

  private CompletableFuture<List<Object>> run(List<Object> arguments) {
    return cache
        .redis()
        .run(LuaScript.HOT_KEYS, List.of(cache.keys().hotKeys()), arguments.toArray());
  }
}
