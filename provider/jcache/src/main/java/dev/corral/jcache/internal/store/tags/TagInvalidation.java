package dev.corral.jcache.internal.store.tags;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Invalidates the entries with certain tags, by one step in each bucket. Safe for many threads. */
public final class TagInvalidation {

  /**
   * How many tags all buckets remember together; about 100 bytes in Redis for each. Beyond it, the
   * oldest are dropped, and every entry with tags that is older than those counts as invalidated.
   */
  private static final int LIMIT = 100_000;

  private static final int LEAST_LIMIT = 10_000;

  private final CacheContext cache;
  private final int limit;

  public TagInvalidation(CacheContext cache) {
    this(cache, Math.max(LEAST_LIMIT, LIMIT / cache.keys().buckets()));
  }

  /**
   * @param limit how many tags each bucket remembers, at least 2
   */
  TagInvalidation(CacheContext cache, int limit) {
    this.cache = cache;
    this.limit = limit;
  }

  /**
   * Invalidates tags in some buckets: when this returns, no JVM reads an older entry with one of
   * the tags there.
   *
   * @return the buckets in which it was not done, because Redis is unavailable for them
   */
  public Set<Integer> invalidate(Collection<Integer> buckets, Collection<String> tags) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(limit);
    new LinkedHashSet<>(tags).forEach(tag -> arguments.add(TagBytes.of(tag)));
    Map<Integer, CompletableFuture<Long>> replies = new LinkedHashMap<>();
    for (int bucket : buckets) {
      replies.put(bucket, send(bucket, arguments));
    }
    Set<Integer> unavailable = new HashSet<>();
    replies.forEach(
        (bucket, reply) -> {
          try {
            cache.await("invalidate tags", reply);
          } catch (RedisUnavailableException e) {
            unavailable.add(bucket);
          }
        });
    return unavailable;
  }

  private CompletableFuture<Long> send(int bucket, List<Object> arguments) {
    return cache
        .redis()
        .runForNumber(
            LuaScript.INVALIDATE_TAGS,
            List.of(
                cache.keys().lastInvalidation(bucket),
                cache.keys().tags(bucket),
                cache.keys().subscriptions(bucket),
                cache.keys().invalidations(bucket)),
            arguments.toArray());
  }
}
