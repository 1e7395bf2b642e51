package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.internal.entry.CacheEntry;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.store.queue.PendingWrite;
import dev.corral.jcache.internal.store.queue.WriteQueue;
import dev.corral.jcache.internal.store.queue.WriteQueue.Refused;
import dev.corral.jcache.internal.store.queue.WriteQueue.Taken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes queued changes to the database in batches. A batch that fails is split in halves, until
 * the write that the writer refuses is alone; only a write that failed alone counts as an attempt.
 * After many failures without a success, the database is considered unavailable, and the remaining
 * writes are returned to the queue without an attempt.
 */
final class BatchWriter<K, V> {

  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);

  private final String cacheName;
  private final WriteQueue<K, V> queue;
  private final WriterInvoker<K, V> writer;
  private final int maxAttempts;
  private final Backoff backoff;

  /**
   * How many calls may fail in a row before the database is considered unavailable: sufficient to
   * find two refused writes in a batch.
   */
  private final int maxFailuresInARow;

  BatchWriter(
      String cacheName,
      WriteQueue<K, V> queue,
      CacheWriter<? super K, ? super V> writer,
      WriteBehindOptions options,
      ObserverList observers) {
    this.cacheName = cacheName;
    this.queue = queue;
    this.writer = new WriterInvoker<>(cacheName, writer, observers);
    this.maxAttempts = options.maxAttempts();
    this.backoff = new Backoff(options.backoff(), options.maxBackoff());
    this.maxFailuresInARow =
        2 * (Integer.SIZE - Integer.numberOfLeadingZeros(options.batchSize())) + 2;
  }

  /**
   * Writes a batch, and acknowledges the written changes in the queue.
   *
   * @return false if the database seems to be unavailable, or if the lease of the bucket was lost
   */
  boolean write(int bucket, Taken<K, V> taken) {
    return new Round(bucket, taken.takenMillis()).write(taken.writes());
  }

  /** The writes of a batch that failed, and the exception; empty and null after a success. */
  private record Failure<K, V>(
      List<PendingWrite<K, V>> unwritten, @Nullable CacheWriterException cause) {}

  /** The processing of one batch from the queue, with all its parts. */
  private final class Round {

    private final int bucket;
    private final long takenMillis;
    private final Deque<List<PendingWrite<K, V>>> batches = new ArrayDeque<>();
    private final List<Refused<K, V>> refused = new ArrayList<>();
    private int failuresInARow;

    Round(int bucket, long takenMillis) {
      this.bucket = bucket;
      this.takenMillis = takenMillis;
    }

    boolean write(List<PendingWrite<K, V>> writes) {
      List<PendingWrite<K, V>> puts = new ArrayList<>();
      List<PendingWrite<K, V>> removals = new ArrayList<>();
      for (PendingWrite<K, V> write : writes) {
        if (write.undecodable() != null) {
          refuse(write, write.undecodable());
        } else {
          (write.removal() ? removals : puts).add(write);
        }
      }
      push(removals);
      push(puts);
      boolean leased = writeBatches();
      batches.forEach(
          batch ->
              batch.forEach(
                  write -> refused.add(new Refused<>(write, write.attempts(), 0, "not tried"))));
      return leased && (refused.isEmpty() || queue.giveBack(bucket, refused)) && batches.isEmpty();
    }

    /**
     * Writes the batches until all are written or refused, or the database is considered
     * unavailable. Untried writes remain in {@code batches}.
     *
     * @return false if this JVM has lost the lease of the bucket
     */
    private boolean writeBatches() {
      while (!batches.isEmpty() && failuresInARow <= maxFailuresInARow) {
        if (!queue.stillLeased(bucket)) {
          return false;
        }
        List<PendingWrite<K, V>> batch = batches.pop();
        Failure<K, V> failure = call(batch);
        List<PendingWrite<K, V>> unwritten = failure.unwritten();
        List<PendingWrite<K, V>> written =
            batch.stream().filter(write -> !unwritten.contains(write)).toList();
        failuresInARow = written.isEmpty() ? failuresInARow + 1 : 0;
        if (!written.isEmpty() && !queue.acknowledge(bucket, takenMillis, written)) {
          return false;
        }
        if (unwritten.size() == 1) {
          refuse(unwritten.get(0), Objects.requireNonNull(failure.cause()));
        } else {
          push(unwritten.subList(unwritten.size() / 2, unwritten.size()));
          push(unwritten.subList(0, unwritten.size() / 2));
        }
      }
      return true;
    }

    private void push(List<PendingWrite<K, V>> batch) {
      if (!batch.isEmpty()) {
        batches.push(batch);
      }
    }

    private void refuse(PendingWrite<K, V> write, RuntimeException cause) {
      int attempts = write.attempts() + 1;
      boolean isDead = attempts >= maxAttempts;
      Throwable root =
          cause instanceof CacheWriterException && cause.getCause() != null
              ? cause.getCause()
              : cause;
      refused.add(
          new Refused<>(
              write, attempts, isDead ? -1 : backoff.millisAfter(attempts), queue.reasonOf(root)));
      if (isDead) {
        log.warn(
            "Cache '{}': writing the key {} failed {} times, the last time with {}; the change is"
                + " now a dead letter, which you can replay or discard",
            cacheName,
            write.text(),
            attempts,
            root.getClass().getName());
      }
    }
  }

  private Failure<K, V> call(List<PendingWrite<K, V>> batch) {
    Set<Object> unwritten = new HashSet<>();
    CacheWriterException failure;
    if (batch.get(0).removal()) {
      batch.forEach(write -> unwritten.add(Objects.requireNonNull(write.key())));
      failure = guarded(() -> writer.deleteAll(unwritten));
    } else {
      Collection<Cache.Entry<? extends K, ? extends V>> entries = new ArrayList<>();
      for (PendingWrite<K, V> write : batch) {
        entries.add(
            new CacheEntry<>(
                Objects.requireNonNull(write.key()), Objects.requireNonNull(write.value())));
      }
      failure = guarded(() -> writer.writeAll(entries));
      entries.forEach(entry -> unwritten.add(entry.getKey()));
    }
    return failure == null
        ? new Failure<>(List.of(), null)
        : new Failure<>(
            batch.stream().filter(write -> unwritten.contains(write.key())).toList(), failure);
  }

  private interface Call {
    @Nullable CacheWriterException run();
  }

  /** Calls the writer. Converts its errors into exceptions, so that they do not end the drainer. */
  private @Nullable CacheWriterException guarded(Call call) {
    try {
      return call.run();
    } catch (LinkageError | AssertionError | StackOverflowError e) {
      return new CacheWriterException("cache '%s': the writer failed".formatted(cacheName), e);
    }
  }
}
