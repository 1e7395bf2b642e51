package dev.corral.jcache.internal.pipeline.loading;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadOptions.Refresh;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.UncacheableException;
import dev.corral.jcache.internal.store.loads.RefreshClaims;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes the entries that this JVM reads, an interval after their last load. Safe for many
 * threads.
 *
 * <p>It remembers the keys that were read, up to a number, and when. From time to time it looks for
 * those that are due, and claims them, since one JVM of the cluster is sufficient. A key that was
 * not read for some time is forgotten; without keys, nothing runs.
 */
public final class PeriodicRefresh<K, V> {

  private static final Logger log = LoggerFactory.getLogger(PeriodicRefresh.class);

  /** How many entries this JVM refreshes at a time, at most. */
  private static final int MOST_AT_A_TIME = 16;

  /** The bits of the clock that choose the reads that Caffeine records: 1 in 64. */
  private static final long UNRECORDED = 0x3f0;

  /** How many seconds the running refreshes may take before a warning. */
  private static final int SLOW_SECONDS = 10;

  private static final long LONGEST_PERIOD_MILLIS = 1_000;
  private static final long SHORTEST_PERIOD_MILLIS = 20;

  private final String cacheName;
  private final Duration interval;
  private final long stopNanos;
  private final RefreshClaims<K> claims;
  private final SingleFlight<K, V> singleFlight;
  private final LockedLoad<K, V> lockedLoad;
  private final Executor executor;
  private final Cache<Object, KnownKey> keys;
  private final Policy<Object, KnownKey> policy;
  private final int maxKeys;
  private final int atATime;
  private final Semaphore free;
  private final Set<CompletableFuture<?>> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean isScheduled = new AtomicBoolean();
  private final AtomicBoolean hasWarned = new AtomicBoolean();
  private volatile Stage.@Nullable Next<K, V> next;
  private volatile boolean closed;

  /**
   * Refreshes by these options; null if they have no interval.
   *
   * @param executor runs the refreshes, and the search for due keys
   */
  static <K, V> @Nullable PeriodicRefresh<K, V> of(
      String cacheName,
      LoadOptions options,
      RefreshClaims<K> claims,
      SingleFlight<K, V> singleFlight,
      LockedLoad<K, V> lockedLoad,
      Executor executor) {
    return options.refresh().isPeriodic()
        ? new PeriodicRefresh<>(cacheName, options, claims, singleFlight, lockedLoad, executor)
        : null;
  }

  private PeriodicRefresh(
      String cacheName,
      LoadOptions options,
      RefreshClaims<K> claims,
      SingleFlight<K, V> singleFlight,
      LockedLoad<K, V> lockedLoad,
      Executor executor) {
    this.cacheName = cacheName;
    Refresh refresh = options.refresh();
    this.interval = refresh.refreshInterval();
    this.stopNanos = Math.max(nanos(refresh.stopRefreshAfterLastAccess()), 2 * interval.toNanos());
    this.maxKeys = refresh.maxRefreshedKeys();
    this.atATime = LoadBudget.backgroundLoads(options.budget(), MOST_AT_A_TIME);
    this.free = new Semaphore(atATime);
    this.claims = claims;
    this.singleFlight = singleFlight;
    this.lockedLoad = lockedLoad;
    this.executor = executor;
    this.keys = Caffeine.newBuilder().maximumSize(maxKeys).build();
    this.policy = keys.policy();
  }

  /** A time of more than a century would be too long for a number of nanoseconds. */
  private static long nanos(Duration time) {
    Duration longest = Duration.ofDays(36_500);
    return time.compareTo(longest) < 0 ? time.toNanos() : longest.toNanos();
  }

  /** What this JVM knows of a key, by its monotonic clock. */
  private static final class KnownKey {

    private volatile long readNanos;
    private volatile long dueNanos;
    private final AtomicLong loadedNanos;

    KnownKey(long readNanos, long dueNanos, long loadedNanos) {
      this.readNanos = readNanos;
      this.dueNanos = dueNanos;
      this.loadedNanos = new AtomicLong(loadedNanos);
    }

    /** Records a load; false for all but one of the threads that have waited for it. */
    boolean recordLoad(long now, long intervalNanos) {
      long last = loadedNanos.get();
      if (now - last < intervalNanos / 8 || !loadedNanos.compareAndSet(last, now)) {
        return false;
      }
      dueNanos = now + intervalNanos;
      return true;
    }
  }

  /** Records a read that the near cache has answered. */
  public void recordRead(K key) {
    var unused = known(key);
  }

  /** Records a read that has found an entry. */
  void recordRead(K key, Stage.Next<K, V> stages) {
    setNext(stages);
    var unused = known(key);
  }

  /** The stages are always the same ones; a hot field is written once. */
  private void setNext(Stage.Next<K, V> stages) {
    if (next == null) {
      next = stages;
    }
  }

  /** Records reads whose values were loaded just now: they are due an interval later. */
  void recordLoads(Collection<K> loaded, Stage.Next<K, V> stages) {
    setNext(stages);
    long now = System.nanoTime();
    List<K> delayed = new ArrayList<>();
    for (K key : loaded) {
      KnownKey known = known(key);
      if (known != null && known.recordLoad(now, interval.toNanos())) {
        delayed.add(key);
      }
    }
    claims.delay(delayed, interval);
  }

  /** A refresh by a reader, which is recorded if it gave a value. */
  Supplier<@Nullable V> recording(
      K key, InFlightLoad<V> load, Supplier<@Nullable V> refresh, Stage.Next<K, V> stages) {
    return () -> {
      V value = refresh.get();
      if (!load.isAbandoned()) {
        recordLoads(Set.of(key), stages);
      }
      return value;
    };
  }

  /** What is known of a key that is read now; null if it is not to be refreshed. */
  private @Nullable KnownKey known(K key) {
    if (closed || next == null) {
      return null;
    }
    Object id;
    try {
      id = claims.idOf(key);
    } catch (UncacheableException e) {
      return null; // it is never stored
    }
    long now = System.nanoTime();
    boolean isRecorded = (now & UNRECORDED) == 0;
    KnownKey found = isRecorded ? keys.getIfPresent(id) : policy.getIfPresentQuietly(id);
    if (found != null) {
      if (now - found.readNanos > stopNanos / 64) { // a hot key is written rarely
        found.readNanos = now;
      }
      return found;
    }
    if (!isRecorded && keys.estimatedSize() >= maxKeys) {
      return null; // otherwise each read of a rare key would weigh as 64 of a known one
    }
    long intervalNanos = interval.toNanos();
    KnownKey added = new KnownKey(now, now + intervalNanos, now - intervalNanos);
    KnownKey other = keys.asMap().putIfAbsent(id, added);
    schedule();
    return other == null ? added : other;
  }

  private void schedule() {
    if (!isScheduled.get() && isScheduled.compareAndSet(false, true)) {
      runLater();
    }
  }

  private void runLater() {
    long tenth = interval.toMillis() / 10;
    long millis = Math.max(SHORTEST_PERIOD_MILLIS, Math.min(LONGEST_PERIOD_MILLIS, tenth));
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run)
        .execute(this::submit);
  }

  private void submit() {
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      log.debug("Cache '{}' is being closed, and refreshes no entries", cacheName);
    } catch (Throwable e) { // such as an OutOfMemoryError, if no thread can be created now
      runLater();
      throw e;
    }
  }

  private void run() {
    try {
      refreshDue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closed) {
        log.warn("Cache '{}': entries could not be refreshed, and are later", cacheName, e);
      }
    } finally {
      if (!closed && !keys.asMap().isEmpty()) {
        runLater();
      } else {
        isScheduled.set(false);
        if (!closed && !keys.asMap().isEmpty()) { // a key was added meanwhile
          schedule();
        }
      }
    }
  }

  /** A key that is due, and since when. */
  private record Due(Object id, KnownKey key, long sinceNanos) {}

  private void refreshDue() throws InterruptedException {
    long now = System.nanoTime();
    List<Due> due = new ArrayList<>();
    for (Map.Entry<Object, KnownKey> entry : keys.asMap().entrySet()) {
      KnownKey key = entry.getValue();
      long since = key.dueNanos;
      if (now - key.readNanos > stopNanos + stopNanos / 64) { // some reads are not noted
        keys.asMap().remove(entry.getKey(), key);
      } else if (now - since >= 0) {
        due.add(new Due(entry.getKey(), key, since));
      }
    }
    due.sort(Comparator.comparingLong(it -> it.sinceNanos() - now));
    for (int from = 0; from < due.size() && !closed; from += atATime) {
      refresh(due.subList(from, Math.min(due.size(), from + atATime)));
    }
  }

  private void refresh(List<Due> due) throws InterruptedException {
    List<K> wanted = new ArrayList<>(due.size());
    List<KnownKey> asked = new ArrayList<>(due.size());
    for (Due each : due) {
      try {
        wanted.add(claims.keyOf(each.id()));
        asked.add(each.key());
      } catch (CacheException e) {
        keys.invalidate(each.id());
      }
    }
    List<Long> waits = claims.claim(wanted, interval);
    long now = System.nanoTime();
    for (int i = 0; i < wanted.size(); i++) {
      long millis = waits.get(i) == 0 ? interval.toMillis() : waits.get(i);
      asked.get(i).dueNanos = now + TimeUnit.MILLISECONDS.toNanos(millis + 1);
    }
    for (int i = 0; i < wanted.size() && !closed; i++) {
      if (waits.get(i) == 0 && awaitFree()) {
        start(wanted.get(i), asked.get(i));
      }
    }
  }

  /** Waits until fewer than the maximum number of refreshes are running; false when closed. */
  private boolean awaitFree() throws InterruptedException {
    for (int seconds = 1; !closed; seconds++) {
      if (free.tryAcquire(1, TimeUnit.SECONDS)) {
        return true;
      }
      if (seconds == SLOW_SECONDS) {
        log.warn(
            "Cache '{}': {} refreshes have not ended for {} s, so no other entry is refreshed;"
                + " check the timeouts of the loader, and the load budget",
            cacheName,
            atATime,
            SLOW_SECONDS);
      }
    }
    return false;
  }

  private void start(K key, KnownKey known) {
    Stage.Next<K, V> stages = next;
    CompletableFuture<Void> end = new CompletableFuture<>();
    running.add(end);
    boolean isStarted = false;
    try {
      if (stages != null && !closed) { // it is among the running ones before this looks
        executor.execute(
            () -> {
              try {
                if (!isRefreshed(key, stages)) { // another JVM may be able to
                  known.dueNanos = System.nanoTime() + interval.toNanos() * 5 / 4;
                }
              } finally {
                end(end);
              }
            });
        isStarted = true;
      }
    } catch (RejectedExecutionException e) {
      log.debug("Cache '{}' is being closed, and refreshes no entries", cacheName);
    } finally {
      if (!isStarted) {
        end(end);
      }
    }
  }

  @SuppressWarnings("CollectionUndefinedEquality") // the same future is meant
  private void end(CompletableFuture<Void> end) {
    running.remove(end);
    free.release();
    end.complete(null);
  }

  /** Refreshes an entry; false if that has failed. */
  private boolean isRefreshed(K key, Stage.Next<K, V> stages) {
    InFlightLoad<V> own = singleFlight.newLoad(key);
    if (singleFlight.putIfAbsent(key, own) != null) {
      return true; // another thread is loading it
    }
    try {
      singleFlight.run(key, own, () -> lockedLoad.refreshNow(key, own, stages));
      return true; // also if the loader confirmed the entry, or if another JVM changed or loads it
    } catch (RuntimeException e) {
      log.debug("Cache '{}': an entry is refreshed an interval later", cacheName, e);
    } catch (Error e) {
      if (!hasWarned.getAndSet(true)) {
        log.warn("Cache '{}': an entry is refreshed an interval later", cacheName, e);
      }
    }
    return false;
  }

  /**
   * Starts no refresh any more.
   *
   * @return completes when the running refreshes have ended
   */
  CompletableFuture<?> close() {
    closed = true;
    keys.invalidateAll();
    return CompletableFuture.allOf(running.toArray(CompletableFuture[]::new));
  }
}
