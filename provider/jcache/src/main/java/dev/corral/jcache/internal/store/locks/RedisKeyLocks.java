package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.EntryReads;
import dev.corral.jcache.internal.store.HeldLock;
import dev.corral.jcache.internal.store.PendingReleases;
import dev.corral.jcache.internal.store.RawEntry;
import dev.corral.jcache.internal.store.locks.LockCommands.LockReply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Key locks in Redis: reentrant for a thread, renewed while the JVM lives, and expired by Redis
 * after it died. A thread first acquires a fair local lock of the key, so one thread of each JVM at
 * a time asks Redis.
 *
 * <p>A lock is a lease. A JVM that is suspended for longer than the lease, or whose Redis lost it,
 * may continue beside another holder. Therefore commits compare what they saw, or have a write
 * fence; see {@link dev.corral.jcache.internal.store.EntryStore}. Safe for many threads.
 */
public final class RedisKeyLocks<K, V> implements KeyLocks<K, V>, AutoCloseable {

  /** How often {@link #renew} is to be called. */
  public static final Duration RENEWAL = LockCommands.RENEWAL;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final long POLL_MILLIS = 5;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private final CacheContext cache;
  private final LockCommands commands;
  private final EntryCodec<K, V> codec;
  private final EntryReads<K, V> reads;
  private final Duration timeout;
  private final ConcurrentMap<String, LocalLock> locks = new ConcurrentHashMap<>();

  /**
   * @param pending repeats the releases that fail
   * @param timeout how long to wait for a lock that another thread or JVM holds
   */
  public RedisKeyLocks(
      CacheContext cache,
      EntryCodec<K, V> codec,
      EntryReads<K, V> reads,
      PendingReleases pending,
      Duration timeout) {
    this.cache = cache;
    this.commands = LockCommands.ofKeyLocks(cache, pending, reads::typicalBytes);
    this.codec = codec;
    this.reads = reads;
    this.timeout = timeout;
  }

  /** The lock of a key in this JVM. The thread that holds it owns the lock in Redis, too. */
  private static final class LocalLock {

    private static final long NONE = 0;

    private final String key;
    private final FairLock turn = new FairLock();

    /** How many threads hold it or wait for it; guarded by the map. */
    private int users;

    private @Nullable CompletableFuture<LockReply> request;
    private volatile long acquisition = NONE;

    LocalLock(String key) {
      this.key = key;
    }

    /** Whether an outer call of this thread has acquired the lock in Redis. */
    boolean isNested() {
      return turn.isNested() && acquisition != NONE;
    }
  }

  /** A lock that the commit releases. */
  private record ReleasedByCommit(LocalLock lock, String token) implements HeldLock {

    @Override
    public void released() {
      lock.request = null;
      lock.acquisition = LocalLock.NONE;
    }
  }

  @Override
  public <R> R whileHolding(Collection<? extends K> keys, Supplier<R> action) {
    TreeSet<String> sorted = new TreeSet<>();
    keys.forEach(key -> sorted.add(codec.text(key)));
    long deadline = deadline();
    Deque<LocalLock> locked = new ArrayDeque<>(sorted.size());
    try {
      List<LocalLock> toAcquire = new ArrayList<>(sorted.size());
      for (String key : sorted) {
        LocalLock lock = lockLocally(key, deadline, () -> requireAvailable(key));
        locked.push(lock);
        if (!lock.isNested()) {
          toAcquire.add(lock);
        }
      }
      acquireAll(toAcquire, deadline);
      return action.get();
    } finally {
      locked.forEach(this::unlock);
    }
  }

  @Override
  public <R> R whileHolding(K key, BiFunction<Snapshot<V>, HeldLock, R> action) {
    long deadline = deadline();
    String text = codec.text(key);
    LocalLock lock = lockLocally(text, deadline, () -> requireAvailable(text));
    try {
      if (lock.isNested()) {
        return action.apply(reads.observe(lock.key), HeldLock.NOT_RELEASED_BY_COMMIT);
      }
      Snapshot<V> seen = reads.snapshot(acquireAndLook(lock, deadline));
      return action.apply(seen, new ReleasedByCommit(lock, commands.token(lock.acquisition)));
    } finally {
      unlock(lock);
    }
  }

  @Override
  public <R> R whileHoldingLocally(Collection<? extends K> keys, Supplier<R> action) {
    TreeSet<String> sorted = new TreeSet<>();
    keys.forEach(key -> sorted.add(codec.text(key)));
    long deadline = deadline();
    Deque<LocalLock> locked = new ArrayDeque<>(sorted.size());
    try {
      sorted.forEach(key -> locked.push(lockLocally(key, deadline, () -> {})));
      return action.get();
    } finally {
      locked.forEach(this::unlock);
    }
  }

  private void requireAvailable(String key) {
    cache.redis().requireUnrestricted(cache.name(), "lock", cache.keys().lock(key));
  }

  private long deadline() {
    return System.nanoTime() + timeout.toNanos();
  }

  /**
   * @param check throws to end the wait
   */
  private LocalLock lockLocally(String key, long deadline, Runnable check) {
    LocalLock lock =
        locks.compute(
            key,
            (same, existing) -> {
              LocalLock used = existing == null ? new LocalLock(key) : existing;
              used.users++;
              return used;
            });
    boolean acquired = false;
    try {
      acquired = lock.turn.lock(deadline, check);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      if (!acquired) {
        leave(lock);
      }
    }
    if (!acquired) {
      throw timedOut();
    }
    return lock;
  }

  private void leave(LocalLock lock) {
    locks.computeIfPresent(lock.key, (key, it) -> --it.users == 0 ? null : it);
  }

  private CompletableFuture<LockReply> submit(
      LocalLock lock, BiFunction<String, Long, CompletableFuture<LockReply>> command) {
    long acquisition = commands.nextAcquisition();
    CompletableFuture<LockReply> request = command.apply(lock.key, acquisition);
    lock.request = request;
    lock.acquisition = acquisition;
    return request;
  }

  /** A reply that arrives after the time-out is still processed, by {@link #release}. */
  private LockReply await(LocalLock lock, CompletableFuture<LockReply> request) {
    commands.waitFor(lock.key, request);
    return cache.await("lock", request.copy());
  }

  /** Waits while another owner holds the lock. */
  private RawEntry acquireAndLook(LocalLock lock, long deadline) {
    for (long pause = FIRST_PAUSE_NANOS; ; pause = longer(pause)) {
      LockReply reply = await(lock, submit(lock, commands::takeAndLook));
      if (reply.done()) {
        return reply.entry();
      }
      pause(pause, deadline);
    }
  }

  /** Waits while other owners hold some of the locks. */
  private void acquireAll(List<LocalLock> wanted, long deadline) {
    List<LocalLock> left = wanted;
    for (long pause = FIRST_PAUSE_NANOS; ; pause = longer(pause)) {
      left = acquireInOrder(left);
      if (left.isEmpty()) {
        return;
      }
      pause(pause, deadline);
    }
  }

  private static long longer(long pauseNanos) {
    return Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
  }

  /**
   * Returns the first lock that was not free, and all after it, which it releases. A caller that
   * waits for a lock holds no later one, so no two callers wait for each other.
   */
  private List<LocalLock> acquireInOrder(List<LocalLock> wanted) {
    List<CompletableFuture<LockReply>> requests = new ArrayList<>(wanted.size());
    wanted.forEach(lock -> requests.add(submit(lock, commands::take)));
    for (int i = 0; i < wanted.size(); i++) {
      if (!await(wanted.get(i), requests.get(i)).done()) {
        List<LocalLock> left = wanted.subList(i, wanted.size());
        left.forEach(this::release);
        return left;
      }
    }
    return List.of();
  }

  /** Sleeps for 50–100 % of the time, at random, so that waiting owners do not ask all at once. */
  private void pause(long nanos, long deadline) {
    if (System.nanoTime() - deadline >= 0) {
      throw timedOut();
    }
    try {
      TimeUnit.NANOSECONDS.sleep(ThreadLocalRandom.current().nextLong(nanos / 2, nanos));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void unlock(LocalLock lock) {
    if (!lock.isNested()) {
      release(lock);
    }
    lock.turn.unlock();
    leave(lock);
  }

  /** Does not wait: this JVM can acquire the lock again before it is released. */
  private void release(LocalLock lock) {
    CompletableFuture<LockReply> request = lock.request;
    long acquisition = lock.acquisition;
    lock.request = null;
    lock.acquisition = LocalLock.NONE;
    if (request != null) {
      commands.releaseAfter(request, lock.key, acquisition);
    }
  }

  /** Renews the leases of all held locks. Does not wait. */
  public void renew() {
    for (LocalLock lock : locks.values()) {
      long acquisition = lock.acquisition;
      if (acquisition != LocalLock.NONE) {
        var unused = commands.renew(lock.key, acquisition);
      }
    }
  }

  private CacheException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new CacheException(
        "cache '%s': interrupted while waiting for the lock of a key".formatted(cache.name()),
        cause);
  }

  private CacheException timedOut() {
    return new CacheException(
        "cache '%s': another entry processor or cache writer held the lock of a key for more than %d s"
            .formatted(cache.name(), timeout.toSeconds()));
  }

  /** Waits up to 1 s for pending releases, so that other JVMs need not wait until locks expire. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    while (commands.isReleasing() && System.nanoTime() - deadline < 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
