package dev.corral.jcache.internal.codec.values;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of objects that are expensive to create. It is striped by thread: a thread usually gets
 * the object that it released last, without contention. The pool keeps a limited number, although
 * thousands of virtual threads may use objects at the same time. Safe for many threads.
 */
final class StripedPool<T> {

  private static final int STRIPES = 16;

  /** The distance between two stripes, so that they are in different cache lines of the CPU. */
  private static final int PADDING = 16;

  /** How many objects are kept beside those of the stripes. */
  static final int MAX_OVERFLOW = 64;

  private final AtomicReferenceArray<@Nullable T> stripes =
      new AtomicReferenceArray<>(STRIPES * PADDING);
  private final ConcurrentLinkedDeque<T> overflow = new ConcurrentLinkedDeque<>();
  private final AtomicInteger overflowSize = new AtomicInteger();

  /** Takes an object out of the pool; null if the pool is empty. */
  @Nullable T acquire() {
    T own = stripes.getAndSet(stripe(), null);
    if (own != null) {
      return own;
    }
    T other = overflow.pollFirst();
    if (other != null) {
      overflowSize.decrementAndGet();
    }
    return other;
  }

  /** Adds an object to the pool, unless the pool has many. */
  void release(T object) {
    if (stripes.compareAndSet(stripe(), null, object)) {
      return;
    }
    if (overflowSize.incrementAndGet() > MAX_OVERFLOW) {
      overflowSize.decrementAndGet();
    } else {
      overflow.offerFirst(object);
    }
  }

  private static int stripe() {
    return (int) (Thread.currentThread().getId() % STRIPES) * PADDING;
  }
}
