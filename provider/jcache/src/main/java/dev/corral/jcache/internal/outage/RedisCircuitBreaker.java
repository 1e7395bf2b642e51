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
 * The breaker between the caches of one manager and their Redis.
 *
 * <p>It opens when three commands in a row fail, when one fails and a probe fails as well, or when
 * something is to be repaired. While it is open no user's call goes to Redis. A probe in the
 * background finds out that Redis is back; then every cache recovers, and only when nothing is left
 * to repair does the breaker close. Safe for many threads.
 */
public final class RedisCircuitBreaker implements Availability, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisCircuitBreaker.class);

  private static final int FAILURES_IN_A_ROW = 3;
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);

  /*
   * A Redis that hung has old commands of ours before it, on every connection. One answer on each
   * of them says that those are done; this many probes at once use them all.
   */
  private static final int PROBES_OVER_ALL_CONNECTIONS = 18;

  private final RedisCommands direct;
  private final String probed;
  private final ExecutorService background;
  private final CircuitBreaker<Object> breaker;
  private final List<CacheRecovery> caches = new CopyOnWriteArrayList<>();
  private final AtomicBoolean probing = new AtomicBoolean();
  private final LongAdder opened = new LongAdder();
  private final ReadWriteLock passage = new ReentrantReadWriteLock();
  private volatile boolean suspected;
  private volatile boolean ended;
  private volatile @Nullable Throwable cause;
  private volatile long openedNanos;

  /**
   * A closed breaker.
   *
   * @param direct commands that try in any case
   * @param probed any key; it says which server is asked
   */
  public RedisCircuitBreaker(RedisCommands direct, String probed, ExecutorService background) {
    this.direct = direct;
    this.probed = probed;
    this.background = background;
    this.breaker =
        CircuitBreaker.builder()
            .withFailureThreshold(FAILURES_IN_A_ROW)
            .onOpen(event -> goOn())
            .build();
  }

  @Override
  public boolean isAvailable() {
    return breaker.isClosed();
  }

  @Override
  public void answered() {
    if (suspected) {
      suspected = false;
      breaker.recordSuccess();
    }
  }

  @Override
  public void failed(Throwable failure) {
    if (ended || !breaker.isClosed()) {
      return;
    }
    cause = failure;
    suspected = true;
    breaker.recordException(failure);
    if (breaker.isClosed()) {
      probe();
    }
  }

  @Override
  public @Nullable Throwable cause() {
    return cause;
  }

  /** Opens the breaker, since Redis was not reached at all, or holds what must not be served. */
  public void open(@Nullable Throwable reason) {
    if (ended || breaker.isOpen()) {
      return;
    }
    if (reason != null) {
      cause = reason;
    }
    breaker.open();
  }

  /**
   * Does something that the last step of a recovery waits for, or that waits for this step.
   *
   * @param action is told whether Redis is available, and that stays so meanwhile unless Redis dies
   */
  void whileNotClosing(Consumer<Boolean> action) {
    passage.readLock().lock();
    try {
      action.accept(isAvailable());
    } finally {
      passage.readLock().unlock();
    }
  }

  /** Called once whenever the breaker opens. */
  private void goOn() {
    opened.increment();
    openedNanos = System.nanoTime();
    log.warn(
        "Redis is away; {} caches go on without it: {}",
        caches.size(),
        RedisFailures.plain(cause()));
    probe();
  }

  void enter(CacheRecovery cache) {
    caches.add(cache);
  }

  void leave(CacheRecovery cache) {
    caches.remove(cache);
  }

  long openedTimes() {
    return opened.sum();
  }

  /** One loop at a time asks whether Redis is there, until it is. */
  private void probe() {
    if (!ended && probing.compareAndSet(false, true)) {
      try {
        background.execute(this::probeUntilWell);
      } catch (RejectedExecutionException e) {
        probing.set(false);
      }
    }
  }

  private void probeUntilWell() {
    boolean well = false;
    try {
      while (!ended && !well) {
        well = recovers();
        if (!well) {
          Thread.sleep(BETWEEN_PROBES.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      probing.set(false);
    }
    if (!breaker.isClosed() && well) {
      probe();
    }
  }

  private boolean recovers() {
    try {
      awaitAll(1);
      awaitAll(PROBES_OVER_ALL_CONNECTIONS);
      long repaired = 0;
      for (CacheRecovery cache : caches) {
        cache.reopen();
        repaired += cache.repairNow();
      }
      closeAfter(repaired);
      return true;
    } catch (CacheException e) {
      log.debug("Redis is still away: {}", e.getMessage());
      open(e.getCause());
      return false;
    } catch (RuntimeException e) {
      log.warn("The caches could not recover, and go on without Redis", e);
      open(e);
      return false;
    }
  }

  private void awaitAll(int probes) {
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    for (int i = 0; i < probes; i++) {
      replies.add(direct.runForNumber(LuaScript.CLOCK, List.of(probed)));
    }
    replies.forEach(reply -> direct.await("*", "probe", reply));
  }

  /** Repairs what came in during the repair, while nothing more can come in, and closes. */
  private void closeAfter(long repairedBefore) {
    long repaired = repairedBefore;
    passage.writeLock().lock();
    try {
      for (CacheRecovery cache : caches) {
        repaired += cache.repairNow();
      }
      suspected = false;
      if (breaker.isClosed()) {
        breaker.recordSuccess();
        return;
      }
      breaker.close();
    } finally {
      passage.writeLock().unlock();
    }
    long awayNanos = System.nanoTime() - openedNanos;
    log.info(
        "Redis is back after {} ms; {} keys were repaired",
        TimeUnit.NANOSECONDS.toMillis(awayNanos),
        repaired);
  }

  /** Stops asking. */
  @Override
  public void close() {
    ended = true;
  }
}
