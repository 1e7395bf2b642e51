package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.redisson.api.RLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Clears a cache at once, by raising the generation of its buckets, and removes in the background
 * what would otherwise stand in Redis for ever.
 *
 * <p>The marker that clear.lua leaves tells any JVM that opens the cache later that a removal was
 * not finished.
 */
public final class CacheClearer {

  private static final Logger log = LoggerFactory.getLogger(CacheClearer.class);
  private static final int PAGE = 200;

  private final RedisCommands redis;
  private final KeySpace names;
  private final String cacheName;
  private final ExecutorService background;
  private final AtomicInteger requested = new AtomicInteger();

  public CacheClearer(
      RedisCommands redis, KeySpace names, String cacheName, ExecutorService background) {
    this.redis = redis;
    this.names = names;
    this.cacheName = cacheName;
    this.background = background;
  }

  /** Retires all entries; when it returns, no JVM sees any of them. */
  public void retireAll() {
    raiseGenerations();
    removeOrphans();
  }

  /** Retires all entries and forgets the cache itself. */
  public void destroy() {
    raiseGenerations();
    await(redis.unlink(names.layout()));
    removeOrphans();
  }

  /** Goes on with a removal that another JVM did not finish. */
  public void resume() {
    String[] markers = new String[names.buckets()];
    for (int bucket = 0; bucket < markers.length; bucket++) {
      markers[bucket] = names.orphans(bucket);
    }
    if (await(redis.count(markers)) > 0) {
      removeOrphans();
    }
  }

  private void raiseGenerations() {
    List<CompletableFuture<?>> replies = new ArrayList<>();
    for (int bucket = 0; bucket < names.buckets(); bucket++) {
      replies.add(
          redis.runForNumber(
              LuaScript.CLEAR,
              List.of(
                  names.generation(bucket),
                  names.deadlines(bucket),
                  names.shadows(bucket),
                  names.orphans(bucket),
                  names.interests(bucket),
                  names.near(bucket))));
    }
    replies.forEach(this::await);
  }

  /** One sweep at a time in this JVM; a request during a sweep is answered by one more. */
  private void removeOrphans() {
    if (requested.getAndIncrement() == 0) {
      try {
        background.execute(this::sweepUntilDone);
      } catch (RejectedExecutionException e) {
        log.debug("Cache '{}' is closed; its orphans wait for the next JVM", cacheName, e);
      }
    }
  }

  private void sweepUntilDone() {
    int answered;
    do {
      answered = requested.get();
      try {
        sweepAlone();
      } catch (RuntimeException e) {
        log.atLevel(background.isShutdown() ? Level.DEBUG : Level.WARN)
            .log(
                "Cache '{}': removal of retired entries stopped; it resumes with the next clear or"
                    + " when the cache is opened: {}",
                cacheName,
                e.getMessage());
      }
    } while (requested.addAndGet(-answered) > 0);
  }

  private void sweepAlone() {
    RLock lock = redis.client().getLock(names.orphansLock());
    lock.lock();
    try {
      sweep();
    } finally {
      lock.unlock();
    }
  }

  private void sweep() {
    List<List<String>> pages = new ArrayList<>();
    for (int bucket = 0; bucket < names.buckets(); bucket++) {
      pages.add(new ArrayList<>());
    }
    Iterator<String> scan = redis.scan(cacheName, "clear", names.entryPattern());
    while (scan.hasNext()) {
      String entry = scan.next();
      int bucket = names.bucketOfEntry(entry);
      if (bucket >= 0) {
        List<String> page = pages.get(bucket);
        page.add(entry);
        if (page.size() == PAGE) {
          unlinkOrphans(bucket, page);
          page.clear();
        }
      }
    }
    for (int bucket = 0; bucket < names.buckets(); bucket++) {
      unlinkOrphans(bucket, pages.get(bucket));
    }
    for (int bucket = 0; bucket < names.buckets(); bucket++) {
      await(redis.unlink(names.orphans(bucket)));
    }
  }

  private void unlinkOrphans(int bucket, List<String> entries) {
    if (!entries.isEmpty()) {
      List<String> keys = new ArrayList<>(entries.size() + 1);
      keys.add(names.generation(bucket));
      keys.addAll(entries);
      await(redis.runForNumber(LuaScript.UNLINK_ORPHANS, keys));
    }
  }

  private <R> R await(CompletableFuture<R> reply) {
    return redis.await(cacheName, "clear", reply);
  }
}
