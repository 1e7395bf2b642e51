package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.DamagedKeys;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Clears a cache at once, by raising the generation of its buckets. The cleared entries are absent
 * from then on; those that would never expire are removed from Redis in the background.
 *
 * <p>A marker in Redis shows any JVM that opens the cache later that a removal was not finished.
 * Safe for many threads.
 */
public final class CacheClearer {

  private static final Logger log = LoggerFactory.getLogger(CacheClearer.class);
  private static final int PAGE = 200;

  /**
   * How long the lock of a removal outlives its JVM. It only saves work: two JVMs may remove
   * cleared entries at the same time.
   */
  private static final Duration LEASE = Duration.ofSeconds(10);

  private static final long BETWEEN_ATTEMPTS_MILLIS = 250;

  private final CacheContext cache;
  private final ExecutorService background;
  private final AtomicInteger requested = new AtomicInteger();

  public CacheClearer(CacheContext cache, ExecutorService background) {
    this.cache = cache;
    this.background = background;
  }

  /** Clears the cache: when this returns, no JVM sees any of its entries. */
  public void clearAll() {
    raiseGenerations();
    removeCleared();
  }

  /**
   * Clears buckets.
   *
   * @return those that were not cleared, because Redis is unavailable for them
   */
  public Set<Integer> clear(Collection<Integer> buckets) {
    Map<Integer, CompletableFuture<?>> replies = new LinkedHashMap<>();
    buckets.forEach(bucket -> replies.put(bucket, raiseGeneration(bucket)));
    CompletableFuture<Void> healed = removeSharedDamage();
    Set<Integer> unavailable = new HashSet<>();
    replies.forEach(
        (bucket, reply) -> {
          try {
            await(reply);
          } catch (RedisUnavailableException e) {
            unavailable.add(bucket);
          }
        });
    if (unavailable.size() < buckets.size()) {
      removeCleared();
    }
    try {
      await(healed);
    } catch (RedisUnavailableException e) {
      log.debug("Cache '{}': damaged keys are removed by the next clear", cache.name(), e);
    }
    return unavailable;
  }

  /** Clears one bucket. Does not wait. */
  public CompletableFuture<?> clear(int bucket) {
    return raiseGeneration(bucket).thenRun(this::removeCleared);
  }

  /**
   * Clears the cache and removes its hottest keys and its layout, so that it can be created with
   * another one.
   */
  public void destroy() {
    raiseGenerations();
    await(cache.redis().unlink(cache.keys().hotKeys(), cache.keys().hotKeysId()));
    await(cache.redis().unlink(cache.keys().layout()));
    removeCleared();
  }

  /** Continues a removal that another JVM did not finish, if Redis is available for all buckets. */
  public void resume() {
    String[] markers = new String[cache.keys().buckets()];
    for (int bucket = 0; bucket < markers.length; bucket++) {
      markers[bucket] = cache.keys().clearMarker(bucket);
    }
    try {
      if (await(cache.redis().count(markers)) > 0) {
        removeCleared();
      }
    } catch (CacheException e) {
      log.debug("Cache '{}': cleared entries are removed later", cache.name(), e);
    }
  }

  private void raiseGenerations() {
    List<CompletableFuture<?>> replies = new ArrayList<>();
    replies.add(removeSharedDamage());
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      replies.add(raiseGeneration(bucket));
    }
    replies.forEach(this::await);
  }

  private CompletableFuture<Void> removeSharedDamage() {
    return new DamagedKeys(cache).removeShared().thenAccept(this::logDamaged);
  }

  /** Also removes damaged keys; the two steps do not depend on each other. */
  private CompletableFuture<?> raiseGeneration(int bucket) {
    CompletableFuture<Void> healed =
        new DamagedKeys(cache).remove(bucket).thenAccept(this::logDamaged);
    return cache
        .redis()
        .runForNumber(
            LuaScript.CLEAR,
            List.of(
                cache.keys().generation(bucket),
                cache.keys().expiryIndex(bucket),
                cache.keys().expiringValues(bucket),
                cache.keys().clearMarker(bucket),
                cache.keys().subscriptions(bucket),
                cache.keys().invalidations(bucket)))
        .thenCombine(healed, (generation, done) -> generation);
  }

  private void logDamaged(Set<String> keys) {
    if (!keys.isEmpty()) {
      log.warn(
          "Cache '{}': another program had changed the type of the Redis keys {}; they were removed",
          cache.name(),
          keys);
    }
  }

  /** One sweep at a time in this JVM; a clear during a sweep is followed by one more sweep. */
  private void removeCleared() {
    if (requested.getAndIncrement() == 0) {
      try {
        background.execute(this::sweepUntilDone);
      } catch (RejectedExecutionException e) {
        log.debug(
            "Cache '{}' is closed; the next JVM that opens it removes its cleared entries",
            cache.name(),
            e);
      }
    }
  }

  private void sweepUntilDone() {
    int handled;
    do {
      handled = requested.get();
      try {
        sweepAlone();
      } catch (RuntimeException e) {
        log.atLevel(background.isShutdown() ? Level.DEBUG : Level.WARN)
            .log(
                "Cache '{}': the removal of cleared entries stopped; the next clear continues it, or"
                    + " the next JVM that opens the cache: {}",
                cache.name(),
                e.getMessage());
      }
    } while (requested.addAndGet(-handled) > 0);
  }

  /** A full Redis refuses the lock, but accepts the removals, which several JVMs may make. */
  private void sweepAlone() {
    String token = UUID.randomUUID().toString();
    try {
      if (!awaitLock(token)) {
        return;
      }
    } catch (RedisUnavailableException e) {
      if (e.accepts() != Accepts.REMOVALS) {
        throw e;
      }
      sweep(token);
      return;
    }
    try {
      sweep(token);
    } finally {
      setLease(token, Duration.ZERO);
    }
  }

  /**
   * Waits while another JVM removes cleared entries.
   *
   * @return false if this JVM closes the cache manager meanwhile
   */
  private boolean awaitLock(String token) {
    while (!await(cache.redis().takeLease(cache.keys().clearLock(), token, LEASE))) {
      try {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_ATTEMPTS_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      if (background.isShutdown()) {
        return false;
      }
    }
    return true;
  }

  /** Renews the lock, or ends it, unless it was lost. Does not wait. */
  private void setLease(String token, Duration time) {
    var unused =
        cache
            .redis()
            .runForNumber(
                LuaScript.RENEW_LEASE, List.of(cache.keys().clearLock()), token, time.toMillis());
  }

  private void sweep(String token) {
    List<List<String>> pages = new ArrayList<>();
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      pages.add(new ArrayList<>());
    }
    long renewed = System.nanoTime();
    Iterator<String> scan = cache.scanEntries("clear");
    while (scan.hasNext()) {
      String entry = scan.next();
      if (System.nanoTime() - renewed > LEASE.dividedBy(4).toNanos()) {
        setLease(token, LEASE);
        renewed = System.nanoTime();
      }
      int bucket = cache.keys().bucketOfEntry(entry);
      if (bucket >= 0) {
        List<String> page = pages.get(bucket);
        page.add(entry);
        if (page.size() == PAGE) {
          unlinkCleared(bucket, page);
          page.clear();
        }
      }
    }
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      unlinkCleared(bucket, pages.get(bucket));
    }
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      await(cache.redis().unlink(cache.keys().clearMarker(bucket)));
    }
  }

  private void unlinkCleared(int bucket, List<String> entries) {
    if (!entries.isEmpty()) {
      List<String> keys = new ArrayList<>(entries.size() + 1);
      keys.add(cache.keys().generation(bucket));
      keys.addAll(entries);
      await(cache.redis().runForNumber(LuaScript.UNLINK_CLEARED, keys));
    }
  }

  private <R> R await(CompletableFuture<R> reply) {
    return cache.await("clear", reply);
  }
}
