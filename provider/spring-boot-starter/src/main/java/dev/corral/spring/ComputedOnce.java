package dev.corral.spring;

import dev.corral.jcache.ComputeIfAbsentProcessor;
import java.util.concurrent.Callable;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;

/**
 * Computes a missing value. The cache calls {@link #process} again if the entry was changed
 * meanwhile; the value is not computed again then, and not stored, because it may be stale. Used by
 * one thread.
 */
final class ComputedOnce implements ComputeIfAbsentProcessor<Object, Object, Object> {

  private final Callable<Object> computation;
  private final boolean isExclusive;
  private boolean begun;
  private boolean found;
  private @Nullable Object value;
  private @Nullable Throwable failure;

  /**
   * @param isExclusive whether it waits until no other caller computes a value of the key
   */
  ComputedOnce(Callable<Object> computation, boolean isExclusive) {
    this.computation = computation;
    this.isExclusive = isExclusive;
  }

  @Override
  public boolean isExclusive() {
    return isExclusive;
  }

  /** Whether the computation has begun. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether the result is the value of an entry, and not the computed one. */
  boolean hasFound() {
    return found;
  }

  /** The computed value; null if there is none. */
  @Nullable Object value() {
    return value;
  }

  /** What the computation threw; null if it did not fail. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public Object process(MutableEntry<Object, Object> entry, Object... arguments) {
    found = entry.exists();
    if (found) {
      return entry.getValue();
    }
    Object computed = value;
    if (computed == null) {
      computed = compute();
      value = computed;
      entry.setValue(computed);
    }
    return computed;
  }

  private Object compute() {
    begun = true;
    try {
      return computation.call();
    } catch (Throwable e) {
      failure = e;
      throw new EntryProcessorException(e);
    }
  }
}
