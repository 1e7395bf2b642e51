package dev.corral.jcache.internal.store.tags;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which tags of a cache were invalidated. A read of entries also reads the number of the last
 * invalidation in their bucket; only if it is a new one, this JVM asks Redis for the tags. Safe for
 * many threads.
 */
public final class TagTables {

  private final CacheContext cache;
  private final List<TagTable> tables;

  public TagTables(CacheContext cache) {
    this.cache = cache;
    this.tables = Stream.generate(TagTable::new).limit(cache.keys().buckets()).toList();
  }

  /**
   * The test whether a stored entry with tags was invalidated.
   *
   * @param number of the last invalidation, as it was read together with the entry; 0 if it is
   *     missing or damaged: then it is unknown what was invalidated, so every entry counts as it.
   *     If this JVM knows a later one, the read was overtaken, or Redis has lost invalidations.
   */
  public CompletableFuture<Predicate<byte[]>> invalidated(int bucket, long number) {
    TagTable table = tables.get(bucket);
    if (number == 0) {
      return CompletableFuture.completedFuture(stored -> true);
    }
    if (number == table.last()) {
      return CompletableFuture.completedFuture(table::isInvalidated);
    }
    return cache
        .redis()
        .run(
            LuaScript.FOLLOW_TAGS,
            List.of(cache.keys().lastInvalidation(bucket), cache.keys().tags(bucket)),
            table.last())
        .thenApply(
            reply -> {
              table.add(reply);
              return table::isInvalidated;
            });
  }
}
