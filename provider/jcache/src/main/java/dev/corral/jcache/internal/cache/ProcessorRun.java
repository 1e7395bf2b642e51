package dev.corral.jcache.internal.cache;

import dev.corral.jcache.internal.entry.Decider;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.entry.Unwrapping;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard.Loaded;
import java.util.Objects;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;

/**
 * Runs an entry processor on an entry as it was seen, and says what the processor asked for as an
 * operation. It may run again, if somebody who holds no lock changed the entry meanwhile.
 */
final class ProcessorRun<K, V, T> implements Decider<V> {

  /** Loads the processor's key. */
  @FunctionalInterface
  interface Loader<V> {
    Loaded<V> load(boolean replaced);
  }

  private final K key;
  private final EntryProcessor<K, V, T> processor;
  private final Object[] arguments;
  private final @Nullable Loader<V> loader;
  private @Nullable T result;

  /**
   * @param loader null if the cache does not read through
   */
  ProcessorRun(
      K key, EntryProcessor<K, V, T> processor, Object[] arguments, @Nullable Loader<V> loader) {
    this.key = key;
    this.processor = processor;
    this.arguments = arguments;
    this.loader = loader;
  }

  /** What the processor returned in its last run. */
  @Nullable T result() {
    return result;
  }

  @Override
  public EntryOperation<V> decide(Snapshot<V> seen) {
    Entry entry = new Entry(seen);
    try {
      result = processor.process(entry, arguments);
    } catch (CacheException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EntryProcessorException(
          "the entry processor %s failed".formatted(processor.getClass().getName()), e);
    }
    return EntryOperation.processed(entry.then, entry.toStore(), entry.loaded, entry.loadTicket());
  }

  /** What the processor works on. */
  private final class Entry implements MutableEntry<K, V> {

    private final Snapshot<V> seen;
    private @Nullable V value;
    private Then then = Then.NOTHING;
    private boolean loaded;
    private @Nullable LoadTicket loadTicket;

    Entry(Snapshot<V> seen) {
      this.seen = seen;
      this.value = seen.isLive() ? seen.value() : null;
    }

    /** How long the load took is told only of what it gave. */
    @Nullable LoadTicket loadTicket() {
      return loadTicket == null || loaded ? loadTicket : new LoadTicket(loadTicket.id(), 0);
    }

    @Nullable V toStore() {
      return then == Then.PUT ? value : null;
    }

    @Override
    public K getKey() {
      return key;
    }

    @Override
    @SuppressWarnings("NullAway") // the interface knows no null, the specification does
    public V getValue() {
      if (value == null && loader != null && seen.state() != Prior.NEGATIVE) {
        Loaded<V> load = loader.load(/* replaced= */ seen.isLive());
        value = load.value();
        loadTicket = load.loadTicket();
        if (value != null && (loadTicket != null || seen.isLive())) {
          loaded = true;
          then = Then.PUT;
        }
      } else if (value != null && then == Then.NOTHING) {
        then = Then.TOUCH;
      }
      return value;
    }

    @Override
    public boolean exists() {
      return value != null;
    }

    @Override
    public void setValue(V newValue) {
      value = Objects.requireNonNull(newValue, "value");
      then = Then.PUT;
      loaded = false;
    }

    /** What the processor itself created is as if it had never been. */
    @Override
    public void remove() {
      boolean created = then == Then.PUT && !seen.isLive();
      then = created ? Then.NOTHING : Then.REMOVE;
      value = null;
      loaded = false;
    }

    @Override
    public <U> U unwrap(Class<U> type) {
      return Unwrapping.unwrap(this, type);
    }
  }
}
