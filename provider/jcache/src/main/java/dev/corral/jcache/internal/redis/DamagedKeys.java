package dev.corral.jcache.internal.redis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.cache.CacheException;
import org.redisson.client.RedisException;

/**
 * The bookkeeping keys of one cache that hold another type than they should. A script that needs
 * one of them fails, for this cache alone. Safe for many threads.
 */
public record DamagedKeys(CacheContext cache) {

  /**
   * Removes those of a bucket. If one was a part of the write-behind queue, all changes that are
   * still queued are due at once.
   *
   * @return their names, when Redis has removed them
   */
  public CompletableFuture<Set<String>> remove(int bucket) {
    return find(cache.keys().typesOf(bucket), KeySpace.QUEUE_PARTS, /* removes= */ true);
  }

  /**
   * Removes those that belong to no bucket.
   *
   * @return their names, when Redis has removed them
   */
  public CompletableFuture<Set<String>> removeShared() {
    return find(cache.keys().typesOfShared(), 0, /* removes= */ true);
  }

  /**
   * The failure of an operation, which names the damaged keys if there are some and Redis refused
   * the operation because of its data.
   */
  CacheException explained(String operation, CacheException failure) {
    if (!isAboutData(failure)) {
      return failure;
    }
    Set<String> damaged;
    try {
      damaged = cache.redis().await(cache.name(), operation, findAll());
    } catch (CacheException e) {
      failure.addSuppressed(e);
      return failure;
    }
    return damaged.isEmpty()
        ? failure
        : new CacheException(
            ("cache '%s': %s: another program has changed the type of the Redis keys %s; clear() or"
                    + " destroyCache removes them")
                .formatted(cache.name(), operation, damaged),
            failure);
  }

  /** Whether Redis executed a command and refused it, as with a key of a wrong type. */
  private static boolean isAboutData(CacheException failure) {
    return !(failure instanceof RedisUnavailableException)
        && failure.getCause() != null
        && mayExplain(failure.getCause());
  }

  /**
   * Whether a failure may be due to damaged keys: Redis executed a script, and an error ended it.
   */
  public static boolean mayExplain(Throwable failure) {
    Throwable reason = FailedCommand.reasonOf(failure);
    if (!(reason instanceof RedisException) || RedisFailures.isUnavailability(reason)) {
      return false;
    }
    String message = String.valueOf(reason.getMessage());
    return message.contains("WRONGTYPE")
        || (message.contains("script") && !RedisFailures.isConfigurationError(reason));
  }

  private CompletableFuture<Set<String>> findAll() {
    List<CompletableFuture<Set<String>>> replies = new ArrayList<>();
    replies.add(find(cache.keys().typesOfShared(), 0, /* removes= */ false));
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      replies.add(find(cache.keys().typesOf(bucket), KeySpace.QUEUE_PARTS, /* removes= */ false));
    }
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              Set<String> all = new LinkedHashSet<>();
              replies.forEach(reply -> all.addAll(reply.join()));
              return all;
            });
  }

  private CompletableFuture<Set<String>> find(
      Map<String, String> types, int partsOfQueue, boolean removes) {
    List<String> keys = List.copyOf(types.keySet());
    List<Object> arguments = new ArrayList<>(List.of(removes ? 1 : 0, partsOfQueue));
    keys.forEach(key -> arguments.add(types.get(key)));
    return cache
        .redis()
        .run(LuaScript.REMOVE_DAMAGED, keys, arguments.toArray())
        .thenApply(
            numbers -> {
              Set<String> damaged = new LinkedHashSet<>();
              numbers.forEach(number -> damaged.add(keys.get(((Long) number).intValue() - 1)));
              return damaged;
            });
  }
}
