package dev.corral.jcache.internal.codec.values;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What is not in use now and too dear to be made anew. A thread usually finds what it gave back
 * itself, so threads do not get in each other's way. Safe for many threads.
 */
final class StripedPool<T> {

  private static final int SLOTS = 16;

  /** So far apart that no two slots share a line of the processor's cache. */
  private static final int DISTANCE = 16;

  private final AtomicReferenceArray<@Nullable T> slots =
      new AtomicReferenceArray<>(SLOTS * DISTANCE);
  private final ConcurrentLinkedDeque<T> others = new ConcurrentLinkedDeque<>();

  /** Null if there is none. */
  @Nullable T take() {
    T own = slots.getAndSet(slot(), null);
    return own != null ? own : others.pollFirst();
  }

  void giveBack(T one) {
    if (!slots.compareAndSet(slot(), null, one)) {
      others.offerFirst(one);
    }
  }

  private static int slot() {
    return (int) (Thread.currentThread().getId() % SLOTS) * DISTANCE;
  }
}
