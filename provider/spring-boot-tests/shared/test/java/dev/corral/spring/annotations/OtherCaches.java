package dev.corral.spring.annotations;

import java.lang.annotation.Annotation;
import java.util.Objects;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;

/** Resolves all methods to one cache of Corral. A bean, so that it gets the cache manager. */
public final class OtherCaches implements CacheResolverFactory {

  static final String OTHER = "jsr-other";

  private final CacheManager manager;

  OtherCaches(CacheManager manager) {
    this.manager = manager;
  }

  @Override
  public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> method) {
    return new CacheResolver() {
      @Override
      @SuppressWarnings("unchecked")
      public <K, V> Cache<K, V> resolveCache(CacheInvocationContext<? extends Annotation> context) {
        return (Cache<K, V>) Objects.requireNonNull(manager.getCache(OTHER));
      }
    };
  }

  @Override
  public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> method) {
    return getCacheResolver(method);
  }
}
