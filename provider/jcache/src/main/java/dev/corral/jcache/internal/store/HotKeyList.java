package dev.corral.jcache.internal.store;

import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisFailures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a cache that are read most often in all JVMs, with their counts, in Redis. Survives
 * {@code clear()}. Safe for many threads.
 */
public final class HotKeyList {

  private static final Logger log = LoggerFactory.getLogger(HotKeyList.class);

  private final CacheContext cache;
  private final AtomicBoolean refused = new AtomicBoolean();

  public HotKeyList(CacheContext cache) {
    this.cache = cache;
  }

  /**
   * The list at one moment.
   *
   * @param id identifies the list; a list that follows one that was lost has another id. Empty if
   *     there is none
   * @param counts by the texts of the keys
   */
  public record Content(String id, Map<String, Double> counts) {}

  /**
   * Adds counts of keys. Does not wait.
   *
   * @param counts by the texts of the keys; without counts, this only reads the id of the list
   * @return the id of the list afterwards
   */
  public CompletableFuture<String> add(Map<String, Double> counts, HotKeyOptions options) {
    List<Object> arguments = arguments(options, 0);
    counts.forEach(
        (key, count) -> {
          arguments.add(key);
          arguments.add(String.format(Locale.ROOT, "%.3f", count));
        });
    return run(arguments)
        .thenApply(
            reply -> {
              refused.set(false);
              return RedisCommands.text(reply.get(0));
            });
  }

  /** Logs why {@link #add} has failed: a refusal by Redis once, until it succeeds again. */
  public void logFailure(Throwable failure) {
    boolean isOutage = RedisFailures.isUnavailability(failure);
    String reason = RedisFailures.plain(failure); // without the texts of the keys
    if (isOutage || refused.getAndSet(true)) {
      log.debug("Cache '{}': the hottest keys are sent later: {}", cache.name(), reason);
    } else {
      log.warn(
          "Cache '{}': Redis does not take the hottest keys, which are sent again later; check the"
              + " rights of its user: {}",
          cache.name(),
          reason);
    }
  }

  /**
   * Reads the list.
   *
   * @throws javax.cache.CacheException if Redis fails
   */
  public Content read(HotKeyOptions options) {
    List<Object> reply =
        cache.await("read the hottest keys", run(arguments(options, options.maxKeys())));
    Map<String, Double> counts = new HashMap<>();
    for (int i = 1; i + 1 < reply.size(); i += 2) {
      counts.put(
          RedisCommands.text(reply.get(i)), Double.valueOf(RedisCommands.text(reply.get(i + 1))));
    }
    return new Content(RedisCommands.text(reply.get(0)), counts);
  }

  private static List<Object> arguments(HotKeyOptions options, int read) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(options.halfLife().toSeconds());
    arguments.add(options.maxKeys());
    arguments.add(read);
    arguments.add(UUID.randomUUID().toString());
    return arguments;
  }

  private CompletableFuture<List<Object>> run(List<Object> arguments) {
    return cache
        .redis()
        .run(
            LuaScript.HOT_KEYS,
            List.of(cache.keys().hotKeys(), cache.keys().hotKeysId()),
            arguments.toArray());
  }
}
