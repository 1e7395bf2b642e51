package dev.corral.jcache.internal.pipeline.events;

import dev.corral.jcache.internal.entry.Unwrapping;
import javax.cache.Cache;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/** The event of one change, as a listener receives it. */
final class EntryEvent<K, V> extends CacheEntryEvent<K, V> {

  private static final long serialVersionUID = 1L;

  private final transient K key;
  private final transient @Nullable V value;
  private final transient @Nullable V oldValue;

  /**
   * @param source the cache
   * @param value the new value; for REMOVED and EXPIRED the old value
   * @param oldValue null if the listener does not require it, or if there was none
   */
  EntryEvent(Cache<K, V> source, EventType type, K key, @Nullable V value, @Nullable V oldValue) {
    super(source, type);
    this.key = key;
    this.value = value;
    this.oldValue = oldValue;
  }

  @Override
  public K getKey() {
    return key;
  }

  @Override
  @SuppressWarnings(
      "NullAway") // the specification allows null, the interface has no annotation for it
  public V getValue() {
    return value;
  }

  @Override
  @SuppressWarnings(
      "NullAway") // the specification allows null, the interface has no annotation for it
  public V getOldValue() {
    return oldValue;
  }

  @Override
  public boolean isOldValueAvailable() {
    return oldValue != null;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return Unwrapping.unwrap(this, type);
  }
}
