package dev.corral.jcache.internal.pipeline.hot;

import dev.corral.jcache.internal.pipeline.hot.SpaceSaving.Counter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which keys this JVM reads most often now, by a sample of its reads. Other than {@link
 * HotKeys}, it forgets within minutes, and does not need Redis. Safe for many threads.
 *
 * @param <T> the type of the keys, which must not be changed
 */
public final class HotKeyFilter<T> {

  private static final Logger log = LoggerFactory.getLogger(HotKeyFilter.class);

  private static final int SAMPLE_EVERY = 16;
  private static final long RANKING_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long HALF_LIFE_NANOS = Duration.ofMinutes(1).toNanos();

  /**
   * A key with fewer reads in the sample is not hot, even if there are no others: that is about one
   * read in 3 seconds.
   */
  private static final double FEWEST = 2;

  private final int maxKeys;
  private final BooleanSupplier isSampled;
  private final LongSupplier nanoTime;
  private final Executor executor;

  /** Guards the three fields that follow. */
  private final ReentrantLock lock = new ReentrantLock();

  private final SpaceSaving<T> counters;
  private long rankedNanos;
  private long rankingNanos;

  private volatile Ranking<T> ranking = new Ranking<>(Set.of(), 0);

  /** The hot keys at one moment, and the number of that moment. */
  private record Ranking<T>(Set<T> hot, long number) {}

  /**
   * @param maxKeys the number of keys that are hot at the same time, at most
   * @param executor ranks the keys, so that no reader has to
   */
  public HotKeyFilter(int maxKeys, Executor executor) {
    this(
        maxKeys,
        () -> ThreadLocalRandom.current().nextInt(SAMPLE_EVERY) == 0,
        System::nanoTime,
        executor);
  }

  /**
   * @param isSampled whether a read is counted
   */
  HotKeyFilter(int maxKeys, BooleanSupplier isSampled, LongSupplier nanoTime, Executor executor) {
    this.maxKeys = maxKeys;
    this.isSampled = isSampled;
    this.nanoTime = nanoTime;
    this.counters = new SpaceSaving<>(2 * maxKeys);
    this.rankedNanos = nanoTime.getAsLong();
    this.rankingNanos = rankedNanos;
    this.executor = executor;
  }

  /** Counts a read. If another thread is counting, the read is left out: few are, and at random. */
  public void recordRead(T key) {
    if (isSampled.getAsBoolean() && lock.tryLock()) {
      try {
        counters.add(key);
        long now = nanoTime.getAsLong();
        if (now - rankingNanos >= RANKING_NANOS) {
          rankingNanos = now;
          startRanking();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void startRanking() {
    try {
      executor.execute(this::rank);
    } catch (RejectedExecutionException | OutOfMemoryError e) { // the reader has its value
      log.debug("No thread ranks the hot keys now", e);
    }
  }

  private void rank() {
    lock.lock();
    try {
      rankLocked();
    } finally {
      lock.unlock();
    }
  }

  private void rankLocked() {
    long now = nanoTime.getAsLong();
    long elapsed = now - rankedNanos;
    rankedNanos = now;
    Set<T> hot = new HashSet<>();
    for (Counter<T> counter : counters.top(maxKeys)) {
      if (counter.atLeast() >= FEWEST) {
        hot.add(counter.key());
      }
    }
    counters.age(Math.pow(0.5, (double) elapsed / HALF_LIFE_NANOS));
    long number = hot.containsAll(ranking.hot()) ? ranking.number() : ranking.number() + 1;
    ranking = new Ranking<>(hot, number);
  }

  /** Whether a key was hot at the last ranking; there is one in each second with reads. */
  public boolean isHot(T key) {
    return ranking.hot().contains(key);
  }

  /** Changes when a key is no longer hot. */
  public long version() {
    return ranking.number();
  }
}
