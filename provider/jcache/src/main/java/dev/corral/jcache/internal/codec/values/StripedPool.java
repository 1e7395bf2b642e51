package dev.corral.jcache.internal.codec.values;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of objects that are expensive to create. It is striped by thread: a thread usually gets
 * the object that it released last, without contention. Safe for many threads.
 */
final class StripedPool<T> {

  private static final int STRIPES = 16;

  /** The distance between two stripes, so that they are in different cache lines of the CPU. */
  private static final int PADDING = 16;

  private final AtomicReferenceArray<@Nullable T> stripes =
      new AtomicReferenceArray<>(STRIPES * PADDING);
  private final ConcurrentLinkedDeque<T> overflow = new ConcurrentLinkedDeque<>();

  /** Takes an object out of the pool; null if the pool is empty. */
  @Nullable T acquire() {
    T own = stripes.getAndSet(stripe(), null);
    return own != null ? own : overflow.pollFirst();
  }

  /** Adds an object to the pool. */
  void release(T object) {
    if (!stripes.compareAndSet(stripe(), null, object)) {
      overflow.offerFirst(object);
    }
  }

  private static int stripe() {
    return (int) (Thread.currentThread().getId() % STRIPES) * PADDING;
  }
}
