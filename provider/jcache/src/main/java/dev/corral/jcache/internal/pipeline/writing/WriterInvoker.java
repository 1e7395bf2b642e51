package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.internal.entry.CacheEntry;
import dev.corral.jcache.internal.entry.UserCode;
import java.util.Collection;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * Calls the user's cache writer, and wraps its exceptions in a {@link CacheWriterException} that
 * names the cache.
 */
final class WriterInvoker<K, V> {

  private final String cacheName;
  private final CacheWriter<? super K, ? super V> writer;

  WriterInvoker(String cacheName, CacheWriter<? super K, ? super V> writer) {
    this.cacheName = cacheName;
    this.writer = writer;
  }

  void write(K key, V value) {
    throwIfFailed(attempt(() -> writer.write(new CacheEntry<>(key, value))));
  }

  void delete(K key) {
    throwIfFailed(attempt(() -> writer.delete(key)));
  }

  /**
   * Writes many entries. Entries that remain in the collection were not written.
   *
   * @return null after a success
   */
  @Nullable CacheWriterException writeAll(
      Collection<Cache.Entry<? extends K, ? extends V>> entries) {
    return attempt(() -> writeAllUnchecked(entries));
  }

  @SuppressWarnings("unchecked")
  private void writeAllUnchecked(Collection<?> entries) {
    ((CacheWriter<K, V>) writer)
        .writeAll((Collection<Cache.Entry<? extends K, ? extends V>>) entries);
  }

  /**
   * Deletes many keys. Keys that remain in the collection were not deleted.
   *
   * @return null after a success
   */
  @Nullable CacheWriterException deleteAll(Collection<?> keys) {
    return attempt(() -> writer.deleteAll(keys));
  }

  private @Nullable CacheWriterException attempt(Runnable call) {
    try {
      UserCode.run(call);
      return null;
    } catch (CacheWriterException e) {
      return e;
    } catch (RuntimeException e) {
      return new CacheWriterException(
          "cache '%s': the writer %s failed".formatted(cacheName, writer.getClass().getName()), e);
    }
  }

  private static void throwIfFailed(@Nullable CacheWriterException failure) {
    if (failure != null) {
      throw failure;
    }
  }
}
