package dev.corral.spring;

import dev.corral.jcache.CorralConfiguration;

/**
 * Changes the configuration of caches in code, where code wins over properties and files. A bean of
 * this type is for all caches, unless it has {@link ForCache}. It runs before a cache is opened.
 */
@FunctionalInterface
public interface CorralCacheCustomizer {

  /**
   * Changes the configuration of a cache.
   *
   * @param cacheName the name of the cache
   * @param configuration collects the options, and has those of the other beans of this cache
   */
  void customize(String cacheName, CorralConfiguration.Builder<Object, Object> configuration);
}
