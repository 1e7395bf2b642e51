package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.CorralObservers;
import dev.corral.jcache.EmbeddedServer;
import dev.corral.jcache.internal.cache.RedisCache;
import dev.corral.jcache.internal.config.CacheSettings;
import dev.corral.jcache.internal.config.Secrets;
import dev.corral.jcache.internal.config.Settings;
import dev.corral.jcache.internal.entry.Unwrapping;
import dev.corral.jcache.internal.manager.CacheOpener.OpenCache;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caches of one URI and class loader. The manager connects to Redis when its first cache is
 * created, and disconnects when it is closed. The entries of its caches remain in Redis. Safe for
 * many threads.
 */
public final class CorralCacheManager implements CacheManager {

  /** The property with a Redisson client of the application, which the manager then uses. */
  public static final String CLIENT = "corral.redis.client";

  private static final Logger log = LoggerFactory.getLogger(CorralCacheManager.class);

  private final CachingProvider provider;
  private final URI uri;
  private final ClassLoader classLoader;
  private final Properties properties;
  private final Settings settings;
  private final Consumer<CorralCacheManager> onClosed;
  private final ManagementBeans beans;
  private final ConcurrentMap<String, OpenCache<?, ?>> caches = new ConcurrentHashMap<>();
  private final Set<String> declared;

  /** The declared caches that were destroyed, and not created again. */
  private final Set<String> destroyed = ConcurrentHashMap.newKeySet();

  private final ManagerObservers observers;
  private final ReentrantLock lifecycle = new ReentrantLock();
  private @Nullable ManagerResources resources;
  private volatile boolean closed;

  /**
   * A manager without caches and without a connection.
   *
   * @param uri names the manager in messages and in management beans; without secrets
   * @param properties may contain {@link #CLIENT} and {@link CorralObserver#PROPERTY}
   * @throws IllegalArgumentException if the observer in the properties is no observer
   * @param onClosed runs at the end of the first {@link #close}
   */
  public CorralCacheManager(
      CachingProvider provider,
      URI uri,
      ClassLoader classLoader,
      Properties properties,
      Settings settings,
      Consumer<CorralCacheManager> onClosed) {
    this.provider = provider;
    this.uri = uri;
    this.classLoader = classLoader;
    this.properties = properties;
    this.settings = settings;
    this.declared = Set.copyOf(settings.caches().declaredCaches());
    this.onClosed = onClosed;
    this.beans = new ManagementBeans(uri);
    this.observers =
        new ManagerObservers(properties.get(CorralObserver.PROPERTY), this::openCaches);
  }

  @Override
  public CachingProvider getCachingProvider() {
    return provider;
  }

  /**
   * The URI that the manager was created with, except that {@code ***} replaces its secrets. The
   * provider finds the manager by either.
   */
  @Override
  public URI getURI() {
    return uri;
  }

  @Override
  public ClassLoader getClassLoader() {
    return classLoader;
  }

  /**
   * A copy of the properties that the manager was created with, except that {@code ***} replaces
   * the passwords among Corral's settings.
   */
  @Override
  public Properties getProperties() {
    return Secrets.masked(properties);
  }

  /**
   * {@inheritDoc}
   *
   * <p>If Redis is unavailable, this succeeds unless the cache is fail-fast, and Corral opens the
   * cache in Redis later.
   *
   * @throws CacheException if a cache of this name is open in this manager, if other JVMs use
   *     another layout of the cache, or if Redis refused the login
   * @throws UnsupportedOperationException if the configuration stores by reference
   */
  @Override
  public <K, V, C extends Configuration<K, V>> Cache<K, V> createCache(
      String cacheName, C configuration) {
    checkOpen();
    Objects.requireNonNull(cacheName, "cacheName");
    Objects.requireNonNull(configuration, "configuration");
    if (!configuration.isStoreByValue()) {
      throw new UnsupportedOperationException(
          ("cache '%s': store-by-reference is not supported, because entries are stored in Redis; "
                  + "use setStoreByValue(true), which is the default")
              .formatted(cacheName));
    }
    RedisCache<K, V> opened;
    lifecycle.lock();
    try {
      checkOpen();
      if (caches.containsKey(cacheName)) {
        throw new CacheException(
            "cache '%s' already exists in this manager; use getCache, or close the cache first"
                .formatted(cacheName));
      }
      opened = open(cacheName, CorralConfiguration.copyOf(configuration));
    } finally {
      lifecycle.unlock();
    }
    observers.opened(opened);
    return opened;
  }

  /** Opens a cache with its settings. The caller has the lock of the lifecycle. */
  private <K, V> RedisCache<K, V> open(String cacheName, CorralConfiguration<K, V> code) {
    CacheSettings<K, V> effective = settings.caches().resolve(cacheName, code, classLoader);
    if (resources == null) {
      resources =
          new ManagerResources(
              settings, classLoader, properties.get(CLIENT), observers.list(), this::openCaches);
    }
    OpenCache<K, V> open =
        new CacheOpener(this, resources).open(cacheName, effective, () -> forget(cacheName));
    caches.put(cacheName, open);
    resources.advice().cacheOpened();
    destroyed.remove(cacheName);
    if (effective.configuration().isManagementEnabled()) {
      enableManagement(cacheName, true);
    }
    if (effective.configuration().isStatisticsEnabled()) {
      enableStatistics(cacheName, true);
    }
    return open.cache();
  }

  /** The caches that are open now; unlike {@link #getCache}, this opens none. */
  public List<RedisCache<?, ?>> openCaches() {
    return caches.values().stream().<RedisCache<?, ?>>map(OpenCache::cache).toList();
  }

  /**
   * The cache of this name. A cache that the settings declare is opened by the first call.
   *
   * @return null if there is no cache of this name
   */
  private @Nullable OpenCache<?, ?> find(String cacheName) {
    Objects.requireNonNull(cacheName, "cacheName");
    OpenCache<?, ?> open = caches.get(cacheName);
    if (open != null || !isDeclared(cacheName)) {
      return open;
    }
    RedisCache<?, ?> opened = null;
    lifecycle.lock();
    try {
      checkOpen();
      if (!caches.containsKey(cacheName) && isDeclared(cacheName)) {
        opened = open(cacheName, CorralConfiguration.copyOf(new MutableConfiguration<>()));
      }
      open = caches.get(cacheName);
    } finally {
      lifecycle.unlock();
    }
    if (opened != null) {
      observers.opened(opened);
    }
    return open;
  }

  private boolean isDeclared(String cacheName) {
    return declared.contains(cacheName) && !destroyed.contains(cacheName);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K, V> @Nullable Cache<K, V> getCache(
      String cacheName, Class<K> keyType, Class<V> valueType) {
    checkOpen();
    Objects.requireNonNull(keyType, "keyType");
    Objects.requireNonNull(valueType, "valueType");
    OpenCache<?, ?> found = find(cacheName);
    if (found == null) {
      return null;
    }
    Configuration<?, ?> configuration = found.cache().configuration();
    checkType(cacheName, "keys", configuration.getKeyType(), keyType);
    checkType(cacheName, "values", configuration.getValueType(), valueType);
    return (Cache<K, V>) found.cache();
  }

  private static void checkType(
      String cacheName, String what, Class<?> configured, Class<?> requested) {
    if (!configured.equals(requested)) {
      throw new ClassCastException(
          ("cache '%s' is configured for %s of type %s, not %s; use the configured type, or set it"
                  + " in the code or the file that configures the cache")
              .formatted(cacheName, what, configured.getName(), requested.getName()));
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K, V> @Nullable Cache<K, V> getCache(String cacheName) {
    checkOpen();
    OpenCache<?, ?> found = find(cacheName);
    return found == null ? null : (Cache<K, V>) found.cache();
  }

  /**
   * The names of the caches that are open in this manager now, and of those that the settings
   * declare, whether they are open or not.
   */
  @Override
  public Iterable<String> getCacheNames() {
    checkOpen();
    Set<String> names = new TreeSet<>(caches.keySet());
    declared.stream().filter(this::isDeclared).forEach(names::add);
    return Collections.unmodifiableSet(names);
  }

  /**
   * Closes the cache and removes its entries from Redis, for all JVMs. Does nothing if this manager
   * has no open or declared cache of this name. A declared cache is then no longer declared in this
   * manager, until it is created again. The same cache in another JVM remains open, and is empty.
   *
   * @throws CacheException if Redis is unavailable; then the cache is closed, and its entries
   *     remain
   */
  @Override
  public void destroyCache(String cacheName) {
    checkOpen();
    OpenCache<?, ?> found = find(cacheName);
    if (found != null) {
      if (declared.contains(cacheName)) {
        destroyed.add(cacheName);
      }
      found.cache().close();
      found.clearer().destroy();
    }
  }

  @Override
  public void enableManagement(String cacheName, boolean enabled) {
    checkOpen();
    OpenCache<?, ?> found = find(cacheName);
    if (found == null) {
      return;
    }
    found.cache().enableManagement(enabled);
    if (enabled) {
      beans.registerConfiguration(cacheName, found.cache()::configuration);
    } else {
      beans.unregisterConfiguration(cacheName);
    }
  }

  @Override
  public void enableStatistics(String cacheName, boolean enabled) {
    checkOpen();
    OpenCache<?, ?> found = find(cacheName);
    if (found == null) {
      return;
    }
    found.cache().enableStatistics(enabled);
    if (enabled) {
      beans.registerStatistics(cacheName, found.cache().statistics());
      beans.registerCorral(cacheName, found.cache());
    } else {
      beans.unregisterStatistics(cacheName);
      beans.unregisterCorral(cacheName);
    }
  }

  private void forget(String cacheName) {
    OpenCache<?, ?> closedCache = caches.get(cacheName);
    if (closedCache != null) {
      observers.closed(closedCache.cache());
      caches.remove(cacheName);
    }
    beans.unregisterConfiguration(cacheName);
    beans.unregisterStatistics(cacheName);
    beans.unregisterCorral(cacheName);
  }

  @Override
  public void close() {
    lifecycle.lock();
    try {
      if (closed) {
        return;
      }
      for (OpenCache<?, ?> open : caches.values()) {
        try {
          open.cache().close();
        } catch (RuntimeException e) {
          log.warn("Cache '{}' failed to close", open.cache().getName(), e);
        }
      }
      closed = true;
      if (resources != null) {
        resources.close();
        resources = null;
      }
    } finally {
      lifecycle.unlock();
    }
    onClosed.accept(this);
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /**
   * This manager, its {@link CorralObservers}, or the {@link EmbeddedServer} of its caches.
   *
   * @throws IllegalArgumentException if the type is none of them, or if no embedded server runs
   */
  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.equals(CorralObservers.class)) {
      return type.cast(observers);
    }
    return type.equals(EmbeddedServer.class)
        ? type.cast(embeddedServer())
        : Unwrapping.unwrap(this, type);
  }

  private EmbeddedServer embeddedServer() {
    lifecycle.lock();
    try {
      return Optional.ofNullable(resources)
          .flatMap(ManagerResources::embeddedServer)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      ("the cache manager of %s has no embedded server: it uses another Redis, or "
                              + "it has no cache yet")
                          .formatted(uri)));
    } finally {
      lifecycle.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(
          "the cache manager of %s is closed; get another one from the provider".formatted(uri));
    }
  }
}
