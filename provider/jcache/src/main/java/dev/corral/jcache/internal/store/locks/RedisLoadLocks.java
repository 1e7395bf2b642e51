package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.store.EntryCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.redisson.api.RLock;
import org.redisson.client.RedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Load locks over those of Redisson: renewed while their JVM lives, and free soon after it dies.
 */
public final class RedisLoadLocks<K> implements LoadLocks<K> {

  private static final Logger log = LoggerFactory.getLogger(RedisLoadLocks.class);

  private final CacheContext cache;
  private final EntryCodec<K, ?> codec;

  public RedisLoadLocks(CacheContext cache, EntryCodec<K, ?> codec) {
    this.cache = cache;
    this.codec = codec;
  }

  @Override
  public Optional<Runnable> acquire(K key, Duration wait) {
    if (!cache.redis().availability().isAvailable()) {
      return Optional.empty();
    }
    RLock lock = lock(key);
    try {
      return lock.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS)
          ? Optional.of(() -> release(lock, Thread.currentThread().getId()))
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (RedisException e) {
      log.debug("{}", cache.failure("lock a load", e).getMessage());
      return Optional.empty();
    }
  }

  @Override
  public Map<K, Runnable> acquireFree(Collection<K> keys) {
    if (!cache.redis().availability().isAvailable()) {
      return Map.of();
    }
    long thread = Thread.currentThread().getId();
    Map<K, RLock> locks = new LinkedHashMap<>();
    keys.forEach(key -> locks.put(key, lock(key)));
    Map<K, CompletableFuture<Boolean>> replies = new LinkedHashMap<>();
    locks.forEach((key, lock) -> replies.put(key, lock.tryLockAsync(thread).toCompletableFuture()));
    Map<K, Runnable> acquired = new LinkedHashMap<>();
    replies.forEach(
        (key, reply) -> {
          if (isTrue(reply)) {
            RLock lock = Objects.requireNonNull(locks.get(key));
            acquired.put(key, () -> release(lock, thread));
          }
        });
    return acquired;
  }

  private boolean isTrue(CompletableFuture<Boolean> reply) {
    try {
      return cache.await("lock a load", reply);
    } catch (CacheException e) {
      log.debug("Cache '{}': a load continues without a lock: {}", cache.name(), e.getMessage());
      return false;
    }
  }

  private RLock lock(K key) {
    return cache.redis().lock(cache.keys().loadLock(codec.text(key)));
  }

  /** Does not wait: each release belongs to one acquisition, in whatever order they arrive. */
  private void release(RLock lock, long thread) {
    var unused =
        lock.unlockAsync(thread)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    logLost(failure);
                  }
                });
  }

  /** The lock expires, or has expired: the load ticket decides what is stored. */
  private void logLost(Throwable failure) {
    log.debug("Cache '{}': a load lock was lost: {}", cache.name(), failure.getMessage());
  }
}
