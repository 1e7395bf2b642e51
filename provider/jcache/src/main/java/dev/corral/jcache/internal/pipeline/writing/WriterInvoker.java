package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.CorralObserver.Activity;
import dev.corral.jcache.internal.entry.CacheEntry;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.entry.UserCode;
import java.util.Collection;
import java.util.Objects;
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
  private final ObserverList observers;

  WriterInvoker(
      String cacheName, CacheWriter<? super K, ? super V> writer, ObserverList observers) {
    this.cacheName = cacheName;
    this.writer = writer;
    this.observers = observers;
  }

  void write(K key, V value) {
    throwIfFailed(attempt(Activity.WRITE, 1, () -> writer.write(new CacheEntry<>(key, value))));
  }

  void delete(K key) {
    throwIfFailed(attempt(Activity.DELETE, 1, () -> writer.delete(key)));
  }

  /**
   * Writes many entries. Entries that remain in the collection were not written.
   *
   * @return null after a success
   */
  @Nullable CacheWriterException writeAll(
      Collection<Cache.Entry<? extends K, ? extends V>> entries) {
    return attempt(Activity.WRITE, entries.size(), () -> writeAllUnchecked(entries));
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
    return attempt(Activity.DELETE, keys.size(), () -> writer.deleteAll(keys));
  }

  private @Nullable CacheWriterException attempt(Activity activity, int keys, Runnable call) {
    try {
      return observers.<CacheWriterException, RuntimeException>observe(
          activity,
          cacheName,
          keys,
          () -> {
            UserCode.run(call);
            return null;
          },
          Objects::isNull);
    } catch (CacheWriterException e) {
      return e;
    } catch (Error e) {
      throw e;
    } catch (Throwable e) { // writers in other languages throw checked exceptions, too
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
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
