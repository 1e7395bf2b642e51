package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.Availability;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.PendingReleases;
import dev.corral.jcache.internal.store.UncacheableException;
import dev.corral.jcache.internal.store.locks.LockCommands.LockReply;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Load locks in Redis: renewed while their JVM lives, and free soon after it dies. A thread that
 * waits asks Redis again after 1 ms, then less often, up to every 32 ms; so it notices at once that
 * Redis has become unavailable. Safe for many threads.
 *
 * <p>One thread of each JVM loads a key at a time, so one of them at a time waits for its lock. If
 * a change of the key lets another load of this JVM begin earlier, that one replaces the first.
 */
public final class RedisLoadLocks<K> implements LoadLocks<K> {

  private static final Logger log = LoggerFactory.getLogger(RedisLoadLocks.class);

  /** How often {@link #renew} is to be called. */
  public static final Duration RENEWAL = LockCommands.RENEWAL;

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(32);

  private final CacheContext cache;
  private final LockCommands commands;
  private final EntryCodec<K, ?> codec;

  /** The keys of the held locks, by the numbers of their acquisitions. */
  private final ConcurrentMap<Long, String> held = new ConcurrentHashMap<>();

  /**
   * @param pending repeats the releases that fail
   */
  public RedisLoadLocks(CacheContext cache, EntryCodec<K, ?> codec, PendingReleases pending) {
    this.cache = cache;
    this.commands = LockCommands.ofLoadLocks(cache, pending);
    this.codec = codec;
  }

  /** A request for the lock of a key. */
  private record Request(String key, long acquisition, CompletableFuture<LockReply> reply) {}

  @Override
  public Optional<Runnable> acquire(K key, Duration wait) {
    String text = textOf(key);
    if (text == null || refusesLocks(text)) {
      return Optional.empty();
    }
    long deadline = System.nanoTime() + wait.toNanos();
    try {
      for (long pause = FIRST_PAUSE_NANOS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS)) {
        Request request = request(text);
        if (isAcquired(request)) {
          return Optional.of(releaseOf(request));
        }
        if (!sleep(pause, deadline)) {
          return Optional.empty();
        }
      }
    } catch (RedisUnavailableException e) {
      if (e.accepts() == Accepts.NOTHING) {
        throw e;
      }
      return Optional.empty();
    }
  }

  @Override
  public Map<K, Runnable> acquireFree(Collection<K> keys) {
    Map<K, String> texts = new LinkedHashMap<>();
    Map<K, Runnable> acquired = new LinkedHashMap<>();
    for (K key : keys) {
      String text = textOf(key);
      if (text != null && refusesLocks(text)) {
        acquired.put(key, RedisLoadLocks::releaseNothing);
      } else if (text != null) {
        texts.put(key, text);
      }
    }
    Map<K, Request> requests = new LinkedHashMap<>();
    texts.forEach((key, text) -> requests.put(key, request(text)));
    try {
      requests.forEach(
          (key, request) -> {
            if (isAcquired(request)) {
              acquired.put(key, releaseOf(request));
            }
          });
      return acquired;
    } catch (RedisUnavailableException e) {
      requests.values().forEach(this::release);
      if (e.accepts() == Accepts.NOTHING) {
        throw e;
      }
      texts.keySet().forEach(key -> acquired.put(key, RedisLoadLocks::releaseNothing));
      return acquired;
    }
  }

  /** The text of a key; null if it has none: it is never stored, and needs no lock. */
  private @Nullable String textOf(K key) {
    try {
      return codec.text(key);
    } catch (UncacheableException e) {
      return null;
    }
  }

  private Request request(String key) {
    long acquisition = commands.nextAcquisition();
    return new Request(key, acquisition, commands.take(key, acquisition));
  }

  /**
   * Waits for the reply.
   *
   * @return false also if Redis refused the request, or if the thread was interrupted
   */
  private boolean isAcquired(Request request) {
    try {
      commands.waitFor(request.key(), request.reply());
      if (!cache.await("lock a load", request.reply().copy()).done()) {
        return false;
      }
      held.put(request.acquisition(), request.key());
      return true;
    } catch (RedisUnavailableException e) {
      release(request);
      throw e;
    } catch (CacheException e) {
      release(request);
      log.debug("Cache '{}': a load continues without a lock: {}", cache.name(), e.getMessage());
      return false;
    }
  }

  /** Without changes a load cannot be stored either, so it needs no lock. */
  private boolean refusesLocks(String key) {
    Availability availability = cache.redis().availability();
    if (availability.isUnrestricted()) {
      return false;
    }
    Accepts accepts = availability.accepts(cache.keys().loadLock(key));
    return accepts != Accepts.EVERYTHING && accepts != Accepts.NOTHING;
  }

  /**
   * Sleeps for 50–100 % of the time, at random, so that waiting JVMs do not ask all at once.
   *
   * @return false if the deadline is over, or the thread was interrupted
   */
  private static boolean sleep(long nanos, long deadline) {
    long left = deadline - System.nanoTime();
    if (left <= 0 || Thread.currentThread().isInterrupted()) {
      return false;
    }
    try {
      long pause = ThreadLocalRandom.current().nextLong(nanos / 2, nanos);
      TimeUnit.NANOSECONDS.sleep(Math.min(left, pause));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void releaseNothing() {}

  private Runnable releaseOf(Request request) {
    return () -> release(request);
  }

  /** Does not wait: each release belongs to one acquisition, in whatever order they arrive. */
  private void release(Request request) {
    held.remove(request.acquisition());
    commands.releaseAfter(request.reply(), request.key(), request.acquisition());
  }

  /** Renews the leases of all held locks. Does not wait. */
  public void renew() {
    held.forEach(
        (acquisition, key) -> {
          var unused = commands.renew(key, acquisition);
        });
  }
}
