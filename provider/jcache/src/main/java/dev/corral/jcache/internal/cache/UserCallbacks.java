package dev.corral.jcache.internal.cache;

import java.util.ArrayList;
import java.util.List;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/** What a user's factories made for one cache. */
public record UserCallbacks<K, V>(
    String cacheName,
    ExpiryPolicy expiryPolicy,
    @Nullable CacheLoader<K, V> loader,
    @Nullable CacheWriter<? super K, ? super V> writer) {

  /** Calls the factories; if one fails, what the others made is closed. */
  public static <K, V> UserCallbacks<K, V> create(
      String cacheName, CompleteConfiguration<K, V> configuration) {
    List<Object> made = new ArrayList<>();
    try {
      ExpiryPolicy policy = configuration.getExpiryPolicyFactory().create();
      made.add(policy);
      CacheLoader<K, V> loader = create(configuration.getCacheLoaderFactory(), made);
      CacheWriter<? super K, ? super V> writer =
          create(configuration.getCacheWriterFactory(), made);
      return new UserCallbacks<>(cacheName, policy, loader, writer);
    } catch (RuntimeException e) {
      Customizations.close(cacheName, made);
      throw e;
    }
  }

  private static <T> @Nullable T create(@Nullable Factory<? extends T> factory, List<Object> made) {
    T product = factory == null ? null : factory.create();
    if (product != null) {
      made.add(product);
    }
    return product;
  }

  public void close(List<Object> listeners) {
    List<Object> all = new ArrayList<>(listeners);
    all.add(expiryPolicy);
    if (loader != null) {
      all.add(loader);
    }
    if (writer != null) {
      all.add(writer);
    }
    Customizations.close(cacheName, all);
  }
}
