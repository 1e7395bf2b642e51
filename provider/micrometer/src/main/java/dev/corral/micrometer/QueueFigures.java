package dev.corral.micrometer;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WriteBehindStatistics;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one write-behind queue. All meters of a scrape share one query of Redis, which
 * runs in another thread, so that a scrape never waits for long. Safe for many threads.
 */
final class QueueFigures {

  /** The age up to which figures are used without a new query. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** The age up to which figures are used if a new query has no answer. */
  static final Duration USABLE = Duration.ofMinutes(1);

  private final WeakReference<CorralCache<?, ?>> cache;
  private final QueueRounds rounds;
  private @Nullable CompletableFuture<@Nullable Void> query;
  private volatile @Nullable WriteBehindStatistics latest;
  private volatile long readNanos;
  private volatile long endedNanos;

  QueueFigures(CorralCache<?, ?> cache, QueueRounds rounds) {
    this.cache = new WeakReference<>(cache);
    this.rounds = rounds;
  }

  /** A figure; NaN if there is none from the last minute. */
  double value(ToDoubleFunction<WriteBehindStatistics> figure) {
    await(refresh());
    WriteBehindStatistics read = latest;
    return read == null || System.nanoTime() - readNanos > USABLE.toNanos()
        ? Double.NaN
        : figure.applyAsDouble(read);
  }

  /** The query in flight, or the latest one if it has just ended; otherwise starts a query. */
  private synchronized CompletableFuture<@Nullable Void> refresh() {
    CompletableFuture<@Nullable Void> current = query;
    if (current != null
        && (!current.isDone() || System.nanoTime() - endedNanos < FRESH.toNanos())) {
      return current;
    }
    CompletableFuture<@Nullable Void> started =
        CompletableFuture.<@Nullable Void>supplyAsync(this::read, rounds.threads());
    query = started;
    return started;
  }

  private @Nullable Void read() {
    try {
      CorralCache<?, ?> open = cache.get();
      if (open != null) {
        latest = open.writeBehindStatistics();
        readNanos = System.nanoTime();
      }
      return null;
    } finally {
      endedNanos = System.nanoTime();
    }
  }

  private void await(CompletableFuture<@Nullable Void> started) {
    if (started.isDone()) {
      return;
    }
    try {
      started.get(rounds.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The figures of an earlier query are used, or none.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
