package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RLock;
import org.redisson.api.options.CommonOptions;
import org.redisson.client.RedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Key locks over Redisson's: reentrant for a thread, released when its JVM dies, renewed while it
 * lives.
 */
public final class RedisKeyLocks<K> implements KeyLocks<K>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisKeyLocks.class);

  private static final Duration CLOSING = Duration.ofSeconds(1);
  private static final long LOOK_MILLIS = 5;

  private final RedisCommands redis;
  private final KeySpace names;
  private final EntryCodec<K, ?> codec;
  private final String cacheName;
  private final Duration patience;
  private final AtomicInteger releasing = new AtomicInteger();

  /**
   * @param patience how long to wait for a key that another thread or JVM holds
   */
  public RedisKeyLocks(
      RedisCommands redis,
      KeySpace names,
      EntryCodec<K, ?> codec,
      String cacheName,
      Duration patience) {
    this.redis = redis;
    this.names = names;
    this.codec = codec;
    this.cacheName = cacheName;
    this.patience = patience;
  }

  @Override
  public <R> R whileHolding(Collection<? extends K> keys, Supplier<R> action) {
    TreeSet<String> sorted = new TreeSet<>();
    keys.forEach(key -> sorted.add(names.lock(codec.text(key))));
    Deque<RLock> held = new ArrayDeque<>();
    try {
      sorted.forEach(name -> held.push(acquire(name)));
      return action.get();
    } finally {
      held.forEach(this::release);
    }
  }

  @Override
  public <S, R> R whileHolding(K key, Supplier<S> look, Function<@Nullable S, R> action) {
    RLock lock = lock(names.lock(codec.text(key)));
    Taking taking = taking(lock);
    S seen;
    boolean taken;
    try {
      seen = look.get();
      taken = redis.await(cacheName, "lock", taking.taken());
    } catch (RuntimeException | Error e) {
      taking.giveUp();
      throw e;
    }
    if (!taken) {
      return whileHolding(List.of(key), () -> action.apply(null));
    }
    try {
      return action.apply(seen);
    } finally {
      release(lock);
    }
  }

  private Taking taking(RLock lock) {
    try {
      return new Taking(lock);
    } catch (RedisException e) {
      throw redis.failure(cacheName, "lock", e);
    }
  }

  /** One try to take a lock. Who gives it up does not get it later. */
  private static final class Taking {

    private final RLock lock;
    private final long thread = Thread.currentThread().getId();
    private final CompletableFuture<Boolean> taken;

    Taking(RLock lock) {
      this.lock = lock;
      this.taken = lock.tryLockAsync(thread).toCompletableFuture();
    }

    CompletableFuture<Boolean> taken() {
      return taken.copy();
    }

    void giveUp() {
      var unused = taken.thenAccept(this::unlock);
    }

    private void unlock(boolean had) {
      if (had) {
        var unused = lock.unlockAsync(thread);
      }
    }
  }

  private RLock lock(String name) {
    redis.requireAvailable(cacheName, "lock");
    return redis.client().getLock(CommonOptions.name(name).retryAttempts(0));
  }

  private RLock acquire(String name) {
    RLock lock = lock(name);
    try {
      if (lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return lock;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheException(
          "cache '%s': interrupted while waiting for a key".formatted(cacheName), e);
    } catch (RedisException e) {
      throw redis.failure(cacheName, "lock", e);
    }
    throw new CacheException(
        "cache '%s': a key was held by another entry processor or cache writer for more than %d s"
            .formatted(cacheName, patience.toSeconds()));
  }

  /**
   * Nobody waits for it: if this thread wants the key again before it is released, it still has it.
   * A lock that cannot be released ends by itself; the change it guarded stands.
   */
  private void release(RLock lock) {
    releasing.incrementAndGet();
    var unused =
        lock.unlockAsync()
            .whenComplete(
                (done, failure) -> {
                  releasing.decrementAndGet();
                  if (failure != null) {
                    logUnreleased(redis.failure(cacheName, "unlock", failure));
                  }
                });
  }

  private static void logUnreleased(CacheException failure) {
    log.atLevel(failure instanceof RedisUnavailableException ? Level.DEBUG : Level.WARN)
        .log("{}; the lock ends by itself", failure.getMessage());
  }

  /** Waits for what is being released, so that nobody has to wait for the lock to end by itself. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSING.toNanos();
    while (releasing.get() > 0 && System.nanoTime() - deadline < 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
