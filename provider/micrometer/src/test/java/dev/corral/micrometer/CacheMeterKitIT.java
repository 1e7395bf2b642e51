package dev.corral.micrometer;

import dev.corral.jcache.CorralCache;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinderCompatibilityKit;
import org.junit.jupiter.api.AfterEach;

/** Micrometer's own tests of binders for caches, all of them. */
class CacheMeterKitIT extends CacheMeterBinderCompatibilityKit<CorralCache<?, ?>> {

  private final Caches caches = new Caches();

  @Override
  public CorralCache<?, ?> createCache() {
    return caches.cache("mycache").unwrap(CorralCache.class);
  }

  @Override
  public void dereferenceCache() {
    caches.close();
    super.dereferenceCache();
  }

  @Override
  public CacheMeterBinder<CorralCache<?, ?>> binder() {
    return new CorralCacheMetrics(cache, Tags.empty());
  }

  @Override
  public void put(String key, String value) {
    texts().put(key, value);
  }

  @Override
  public String get(String key) {
    return texts().get(key);
  }

  @SuppressWarnings("unchecked")
  private CorralCache<String, String> texts() {
    return (CorralCache<String, String>) cache;
  }

  @AfterEach
  void close() {
    caches.close();
  }
}
