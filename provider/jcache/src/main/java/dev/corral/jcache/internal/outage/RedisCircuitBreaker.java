package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.redis.Availability;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisFailures;
import dev.failsafe.CircuitBreaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker between the caches of one manager and their Redis. While it is open, no
 * user's call goes to Redis. Safe for many threads.
 *
 * <p>It opens when three commands in a row fail, when one command and the probe after it fail, or
 * when a cache has something to repair. Then a background thread probes Redis. When Redis answers,
 * every cache recovers, and the breaker closes as soon as nothing is left to repair.
 */
public final class RedisCircuitBreaker implements Availability, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisCircuitBreaker.class);

  private static final int FAILURES_IN_A_ROW = 3;
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);

  /*
   * A Redis that was frozen may still run commands that this JVM sent before, on every connection.
   * A reply on a connection shows that the earlier commands on it have run. This many concurrent
   * probes use all connections.
   */
  private static final int PROBES_OVER_ALL_CONNECTIONS = 18;

  private final RedisCommands direct;
  private final String probedKey;
  private final ExecutorService background;
  private final CircuitBreaker<Object> circuit;
  private final List<CacheRecovery> caches = new CopyOnWriteArrayList<>();
  private final AtomicBoolean probing = new AtomicBoolean();
  private final LongAdder openedTimes = new LongAdder();

  /** Held for writing during the last repairs before the breaker closes. */
  private final ReadWriteLock closing = new ReentrantReadWriteLock();

  private volatile boolean hasRecentFailure;
  private volatile boolean closed;
  private volatile @Nullable Throwable cause;
  private volatile long openedNanos;

  /**
   * A closed breaker: Redis is assumed to be available.
   *
   * @param direct commands that go to Redis even while the breaker is open
   * @param probedKey any key; it selects the server that is probed
   * @param background runs the probes
   */
  public RedisCircuitBreaker(RedisCommands direct, String probedKey, ExecutorService background) {
    this.direct = direct;
    this.probedKey = probedKey;
    this.background = background;
    this.circuit =
        CircuitBreaker.builder()
            .withFailureThreshold(FAILURES_IN_A_ROW)
            .onOpen(event -> onOpened())
            .build();
  }

  @Override
  public boolean isAvailable() {
    return circuit.isClosed();
  }

  @Override
  public void answered() {
    if (hasRecentFailure) {
      hasRecentFailure = false;
      circuit.recordSuccess();
    }
  }

  @Override
  public void failed(Throwable failure) {
    if (closed || !circuit.isClosed()) {
      return;
    }
    cause = failure;
    hasRecentFailure = true;
    circuit.recordException(failure);
    if (circuit.isClosed()) {
      probe();
    }
  }

  @Override
  public @Nullable Throwable cause() {
    return cause;
  }

  /**
   * Opens the breaker, because Redis was not reached or contains entries that must not be read.
   *
   * @param reason null to keep the current cause
   */
  public void open(@Nullable Throwable reason) {
    if (closed || circuit.isOpen()) {
      return;
    }
    if (reason != null) {
      cause = reason;
    }
    circuit.open();
  }

  /**
   * Runs an action that does not overlap the last repairs before the breaker closes.
   *
   * @param action gets whether Redis is available; this can change during the action only by a new
   *     failure of Redis
   */
  void whileNotClosing(Consumer<Boolean> action) {
    closing.readLock().lock();
    try {
      action.accept(isAvailable());
    } finally {
      closing.readLock().unlock();
    }
  }

  private void onOpened() {
    openedTimes.increment();
    openedNanos = System.nanoTime();
    log.warn(
        "Redis is unavailable; {} cache(s) continue without it until it answers again: {}",
        caches.size(),
        RedisFailures.plain(cause()));
    probe();
  }

  /** Adds a cache that recovers when Redis is available again. */
  void register(CacheRecovery cache) {
    caches.add(cache);
  }

  void deregister(CacheRecovery cache) {
    caches.remove(cache);
  }

  /** How often the breaker has opened. */
  long openedTimes() {
    return openedTimes.sum();
  }

  /** Starts to probe Redis in the background, unless a thread is doing so already. */
  private void probe() {
    if (!closed && probing.compareAndSet(false, true)) {
      try {
        background.execute(this::probeUntilRecovered);
      } catch (RejectedExecutionException e) {
        probing.set(false);
      }
    }
  }

  private void probeUntilRecovered() {
    boolean recovered = false;
    try {
      while (!closed && !recovered) {
        recovered = tryRecovery();
        if (!recovered) {
          Thread.sleep(BETWEEN_PROBES.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      probing.set(false);
    }
    if (!circuit.isClosed() && recovered) {
      probe();
    }
  }

  private boolean tryRecovery() {
    try {
      awaitProbes(1);
      awaitProbes(PROBES_OVER_ALL_CONNECTIONS);
      long repaired = 0;
      for (CacheRecovery cache : caches) {
        cache.reopen();
        repaired += cache.repairNow();
      }
      finishRecovery(repaired);
      return true;
    } catch (CacheException e) {
      log.debug("Redis is still unavailable: {}", e.getMessage());
      open(e.getCause());
      return false;
    } catch (RuntimeException e) {
      log.warn("The caches could not recover from an outage; they continue without Redis", e);
      open(e);
      return false;
    }
  }

  private void awaitProbes(int probes) {
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    for (int i = 0; i < probes; i++) {
      replies.add(direct.runForNumber(LuaScript.CLOCK, List.of(probedKey)));
    }
    replies.forEach(reply -> direct.await("*", "probe", reply));
  }

  /** Makes the repairs that were added during the first ones, while no more can be added. */
  private void finishRecovery(long repairedBefore) {
    long repaired = repairedBefore;
    closing.writeLock().lock();
    try {
      for (CacheRecovery cache : caches) {
        repaired += cache.repairNow();
      }
      hasRecentFailure = false;
      if (circuit.isClosed()) {
        circuit.recordSuccess();
        return;
      }
      circuit.close();
    } finally {
      closing.writeLock().unlock();
    }
    long outageNanos = System.nanoTime() - openedNanos;
    log.info(
        "Redis is available again after {} ms; {} keys were repaired",
        TimeUnit.NANOSECONDS.toMillis(outageNanos),
        repaired);
  }

  /** Stops the probes; the breaker opens no more. */
  @Override
  public void close() {
    closed = true;
  }
}
