package dev.corral.spring;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/**
 * Spring's cache manager over a cache manager of Corral. A cache is opened when it is first asked
 * for, with the settings that its name has in the properties and the file of Corral, and again if
 * other code has closed it. Safe for many threads.
 */
public final class CorralCacheManager implements CacheManager {

  private final javax.cache.CacheManager manager;
  private final CacheOptions options;
  private final FlightThreads threads;
  private final ConcurrentMap<String, Cache> caches = new ConcurrentHashMap<>();
  private final ReentrantLock opening = new ReentrantLock();

  /**
   * A manager without open caches.
   *
   * @param manager a cache manager of Corral; the caller closes it
   */
  public CorralCacheManager(javax.cache.CacheManager manager, CacheOptions options) {
    this.manager = manager;
    this.options = options;
    this.threads = new FlightThreads(options.taskDecorator());
  }

  /** The cache manager of Corral. */
  public javax.cache.CacheManager getCacheManager() {
    return manager;
  }

  /**
   * The cache of this name. Opens it if it is not open.
   *
   * @return null if the name is not declared, and caches are not created on demand
   * @throws javax.cache.CacheException if the cache cannot be opened, such as for a wrong password
   */
  @Override
  public @Nullable Cache getCache(String name) {
    Cache open = caches.get(name);
    if (open != null && !isClosed(open)) {
      return open;
    }
    if (!options.createsMissing() && !getCacheNames().contains(name)) {
      return null;
    }
    opening.lock();
    try {
      Cache found = caches.get(name);
      if (found == null || isClosed(found)) {
        found = opened(name);
        caches.put(name, found);
      }
      return found;
    } finally {
      opening.unlock();
    }
  }

  /** Whether other code has closed or destroyed the cache in the cache manager of Corral. */
  private static boolean isClosed(Cache cache) {
    return ((CorralCache<?, ?>) cache.getNativeCache()).isClosed();
  }

  /** The caches of Corral that are open in this manager, in no order. */
  public List<CorralCache<?, ?>> openCaches() {
    List<CorralCache<?, ?>> open = new ArrayList<>();
    for (Cache cache : caches.values()) {
      if (!isClosed(cache)) {
        open.add((CorralCache<?, ?>) cache.getNativeCache());
      }
    }
    return open;
  }

  /**
   * Opens all declared caches, so that errors of their settings appear at the start.
   *
   * @throws javax.cache.CacheException if a cache cannot be opened, such as for a wrong password
   */
  public void openDeclaredCaches() {
    getCacheNames().forEach(this::getCache);
  }

  /** The names of the caches that are declared or open. */
  @Override
  public Collection<String> getCacheNames() {
    Set<String> names = new TreeSet<>(options.declaredNames());
    manager.getCacheNames().forEach(names::add);
    return Collections.unmodifiableSet(names);
  }

  private Cache opened(String name) {
    CorralSpringCache cache = new CorralSpringCache(open(name), threads);
    return options.transactionAware() ? new TransactionalCache(cache) : cache;
  }

  /**
   * Opens the cache, or takes the one that other code has opened in the cache manager of Corral.
   */
  private CorralCache<Object, Object> open(String name) {
    CorralConfiguration.Builder<Object, Object> configuration =
        CorralConfiguration.builder(Object.class, Object.class);
    if (!options.allowedClasses().isEmpty()) {
      configuration.allowedClasses(options.allowedClasses().toArray(new String[0]));
    }
    options.customizer().customize(name, configuration);
    javax.cache.Cache<Object, Object> cache;
    try {
      cache = manager.createCache(name, configuration.build());
    } catch (CacheException e) {
      cache = alreadyOpen(name, e);
    }
    @SuppressWarnings("unchecked")
    CorralCache<Object, Object> corral = cache.unwrap(CorralCache.class);
    return corral;
  }

  private javax.cache.Cache<Object, Object> alreadyOpen(String name, CacheException refusal) {
    try {
      javax.cache.Cache<Object, Object> open = manager.getCache(name);
      if (open != null) {
        return open;
      }
    } catch (CacheException e) {
      refusal.addSuppressed(e);
    }
    throw refusal;
  }
}
