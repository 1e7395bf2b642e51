package dev.corral.jcache.internal.cache;

import dev.corral.jcache.ComputeIfAbsentProcessor;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.internal.entry.Decider;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.LoadTicket;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.entry.Unwrapping;
import dev.corral.jcache.internal.entry.UserCode;
import dev.corral.jcache.internal.pipeline.loading.Loaded;
import java.util.Objects;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;

/**
 * One {@code invoke} of an entry processor: runs the processor on a snapshot of the entry, and
 * returns the change that the processor requested as an operation. It runs again if an operation
 * that takes no key lock has changed the entry in between. Used by one thread.
 */
final class ProcessorRun<K, V, T> implements Decider<V> {

  /** Loads the key of the processor. */
  @FunctionalInterface
  interface Loader<V> {

    /**
     * Loads the value.
     *
     * @param isStored whether the key has an entry, which the processor has removed or which this
     *     JVM cannot decode; a load does not store its value over it
     * @param isShared whether the load of another thread may have the result
     */
    Loaded<V> load(boolean isStored, boolean isShared);
  }

  /**
   * Spring's processor of {@code @Cacheable(sync = true)}, in all of its releases. It is recognized
   * by its name, since its behavior shows too little: on a missing entry, a counter also reads
   * nothing and sets a value.
   */
  private static final String OF_SPRING =
      "org.springframework.cache.jcache.JCacheCache$ValueLoaderEntryProcessor";

  /** A ticket that no entry has, so a change that requires it finds the entry changed. */
  private static final LoadTicket NEVER_STORED = new LoadTicket("", 0);

  private final String cacheName;
  private final K key;
  private final EntryProcessor<K, V, T> processor;
  private final Object[] arguments;
  private final @Nullable Loader<V> loader;
  private @Nullable T result;

  /** The load of another thread may have had no ticket, again and again. */
  private boolean mayShareLoad = true;

  /**
   * @param loader null if the cache does not read through
   */
  ProcessorRun(
      String cacheName,
      K key,
      EntryProcessor<K, V, T> processor,
      Object[] arguments,
      @Nullable Loader<V> loader) {
    this.cacheName = cacheName;
    this.key = key;
    this.processor = processor;
    this.arguments = arguments;
    this.loader = loader;
  }

  /** The return value of the processor's last run. */
  @Nullable T result() {
    return result;
  }

  @Override
  public boolean computesIfAbsent() {
    return processor instanceof ComputeIfAbsentProcessor
        || processor.getClass().getName().equals(OF_SPRING);
  }

  @Override
  public boolean isExclusive() {
    return !(processor instanceof ComputeIfAbsentProcessor<K, V, T> computing)
        || computing.isExclusive();
  }

  @Override
  public EntryOperation<V> decide(Snapshot<V> seen) {
    Entry entry = new Entry(seen);
    try {
      result = UserCode.<@Nullable T>call(() -> processor.process(entry, arguments));
    } catch (CacheException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EntryProcessorException(
          "cache '%s': the entry processor %s failed; the entry is unchanged"
              .formatted(cacheName, processor.getClass().getName()),
          e);
    }
    return EntryOperation.processed(entry.then, entry.toStore(), entry.loaded, entry.loadTicket())
        .withOptions(entry.loaded ? entry.options : null);
  }

  /** The entry that the processor reads and changes. */
  private final class Entry implements MutableEntry<K, V> {

    private final Snapshot<V> seen;
    private @Nullable V value;
    private Then then = Then.NOTHING;
    private boolean loaded;
    private @Nullable LoadTicket loadTicket;
    private @Nullable EntryOptions options;

    Entry(Snapshot<V> seen) {
      this.seen = seen;
      this.value = seen.isLive() ? seen.value() : null;
    }

    /**
     * The load ticket; with the duration of the load only if the loaded value is stored. If the
     * value is from an entry that this run has not seen, a change is not committed, and the
     * processor runs again on that entry: it may have been removed, and be as it was seen.
     */
    @Nullable LoadTicket loadTicket() {
      return loadTicket == null || loaded || loadTicket.equals(LoadTicket.FENCED)
          ? loadTicket
          : new LoadTicket(loadTicket.id(), 0);
    }

    @Nullable V toStore() {
      return then == Then.PUT ? value : null;
    }

    @Override
    public K getKey() {
      return key;
    }

    @Override
    @SuppressWarnings("NullAway") // null is allowed by the specification
    public V getValue() {
      if (value == null && loader != null && seen.state() != Prior.NEGATIVE) {
        Loaded<V> load = loader.load(seen.isLive() || seen.isUndecodable(), mayShareLoad);
        value = load.value();
        loadTicket = load.loadTicket();
        options = load.options();
        if (load.isToBeStored() && (loadTicket != null || seen.isLive())) {
          loaded = true;
          then = Then.PUT;
        }
        if (load.isFromEntry()) {
          loadTicket = NEVER_STORED;
          mayShareLoad = false;
        } else if (load.isFenced()) {
          loadTicket = LoadTicket.FENCED;
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

    /** An entry that the processor itself created is dropped, which is no removal. */
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
