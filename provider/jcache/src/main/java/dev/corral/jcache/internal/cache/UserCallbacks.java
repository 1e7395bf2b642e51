package dev.corral.jcache.internal.cache;

import dev.corral.jcache.CorralCacheLoader;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryTags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects that the factories of a configuration created for one cache. The cache closes those
 * that implement {@link AutoCloseable}, as the standard requires.
 *
 * @param loader null if the configuration has no loader factory
 * @param writer null if the configuration has no writer factory
 * @param tags null if the entries have no tags
 */
public record UserCallbacks<K, V>(
    String cacheName,
    ExpiryPolicy expiryPolicy,
    @Nullable CacheLoader<K, V> loader,
    @Nullable CacheWriter<? super K, ? super V> writer,
    @Nullable EntryTags<? super K, ? super V> tags) {

  private static final Logger log = LoggerFactory.getLogger(UserCallbacks.class);

  /**
   * Calls the factories.
   *
   * @throws RuntimeException whatever a factory throws; objects that exist by then are closed
   */
  public static <K, V> UserCallbacks<K, V> create(
      String cacheName, CorralConfiguration<K, V> configuration) {
    List<Object> created = new ArrayList<>();
    try {
      ExpiryPolicy policy = configuration.getExpiryPolicyFactory().create();
      created.add(policy);
      CacheLoader<K, V> loader = create(configuration.getCacheLoaderFactory(), created);
      CacheWriter<? super K, ? super V> writer =
          create(configuration.getCacheWriterFactory(), created);
      @SuppressWarnings("unchecked") // the builder of the configuration checks the types
      EntryTags<? super K, ? super V> tags =
          (EntryTags<? super K, ? super V>) create(configuration.tags(), created);
      return new UserCallbacks<>(cacheName, policy, loader, writer, tags);
    } catch (RuntimeException | Error e) {
      close(cacheName, created);
      throw e;
    } catch (Throwable e) { // factories in other languages throw checked exceptions, too
      close(cacheName, created);
      throw new CacheException("cache '%s': a factory failed".formatted(cacheName), e);
    }
  }

  private static <T> @Nullable T create(
      @Nullable Factory<? extends T> factory, List<Object> created) {
    T callback = factory == null ? null : factory.create();
    if (callback != null) {
      created.add(callback);
    }
    return callback;
  }

  /** Whether the loader gets what the cache still has of a key. */
  public boolean hasContextualLoader() {
    return loader instanceof CorralCacheLoader;
  }

  /** Whether every value may have tags: from the function, or from the loader. */
  public boolean giveTags() {
    return tags != null || hasContextualLoader();
  }

  /** Closes the listeners and filters given, then expiry policy, loader, writer and tags. */
  public void close(Collection<?> listeners) {
    List<Object> all = new ArrayList<>(listeners);
    all.add(expiryPolicy);
    if (loader != null) {
      all.add(loader);
    }
    if (writer != null) {
      all.add(writer);
    }
    if (tags != null) {
      all.add(tags);
    }
    close(cacheName, all);
  }

  /** Closes each object that can be closed. A failure is logged, and the next object is closed. */
  static void close(String cacheName, Collection<?> callbacks) {
    for (Object callback : callbacks) {
      if (callback instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          log.warn("Cache '{}': {} failed to close", cacheName, callback.getClass().getName(), e);
        }
      }
    }
  }
}
