package dev.corral.jcache.internal.pipeline.events;

import dev.corral.jcache.internal.feed.EntryChange;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A change from the feed that is decoded when the first listener needs it, and once for all
 * listeners. Safe for many threads; a second thread waits while the first one decodes.
 */
final class DecodedOnce<K, V> implements Supplier<@Nullable ChangedEntry<K, V>> {

  private static final Logger log = LoggerFactory.getLogger(DecodedOnce.class);

  private final String cacheName;
  private final CacheListeners.Decoder<K, V> decoder;
  private final ReentrantLock decoding = new ReentrantLock();
  private @Nullable EntryChange encoded;
  private @Nullable ChangedEntry<K, V> decoded;

  DecodedOnce(String cacheName, CacheListeners.Decoder<K, V> decoder, EntryChange change) {
    this.cacheName = cacheName;
    this.decoder = decoder;
    this.encoded = change;
  }

  /**
   * Decodes the change. May wait for Redis, which has the class table. An old value that this JVM
   * cannot decode is not available.
   *
   * @return null if this JVM cannot decode the key or the new value; then listeners do not receive
   *     the change
   */
  @Override
  public @Nullable ChangedEntry<K, V> get() {
    decoding.lock();
    try {
      EntryChange change = encoded;
      if (change != null) {
        decoded = decode(change);
        encoded = null;
      }
      return decoded;
    } finally {
      decoding.unlock();
    }
  }

  private @Nullable ChangedEntry<K, V> decode(EntryChange change) {
    try {
      byte[] bytes = change.value();
      byte[] oldBytes = change.oldValue();
      K key = decoder.key(change.key());
      V value = bytes == null ? null : decoder.value(bytes);
      V oldValue = oldBytes == null ? null : decoder.value(oldBytes);
      if (key == null || (bytes != null && value == null)) {
        return null;
      }
      return new ChangedEntry<>(key, value, oldValue);
    } catch (RuntimeException e) {
      log.warn(
          "Cache '{}': listeners do not receive a {} event, because this JVM cannot decode it: {}",
          cacheName,
          change.kind(),
          e.getMessage());
      return null;
    }
  }
}
