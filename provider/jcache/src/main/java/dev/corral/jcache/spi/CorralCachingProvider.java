package dev.corral.jcache.spi;

import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.internal.config.Secrets;
import dev.corral.jcache.internal.config.SettingsResolver;
import dev.corral.jcache.internal.manager.ApplicationClassLoader;
import dev.corral.jcache.internal.manager.CorralCacheManager;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.WeakHashMap;
import javax.cache.CacheManager;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/**
 * The caching provider of Corral, which {@code Caching.getCachingProvider()} finds. It has one
 * cache manager per URI and class loader. A manager connects to Redis when its first cache is
 * created. Safe for many threads.
 */
public final class CorralCachingProvider implements CachingProvider {

  private final Map<ClassLoader, Map<URI, CorralCacheManager>> managers = new WeakHashMap<>();
  private final ClassLoader defaultClassLoader = new ApplicationClassLoader();

  /** A provider without managers; for the service loader. */
  public CorralCachingProvider() {}

  /**
   * The open manager of a URI and class loader; creates one if there is none. Does not connect to
   * Redis. The manager's own URI has {@code ***} in place of a password, and also finds it.
   *
   * @param uri the URI of a Redis such as {@code redis://…}, {@code embedded:/}, or the URI of a
   *     configuration file; null for the default
   * @param classLoader loads the classes of keys and values; null for the default
   * @param properties settings with the prefix {@code corral.}, or null; used only if this call
   *     creates the manager. With the thin jar, the property {@code corral.redis.client} may
   *     contain a {@code RedissonClient}, which Corral then uses and never shuts down. The property
   *     {@code corral.observer} may contain a {@link CorralObserver}
   * @throws IllegalArgumentException if a setting is unknown or its value is invalid
   */
  @Override
  public CacheManager getCacheManager(
      @Nullable URI uri, @Nullable ClassLoader classLoader, @Nullable Properties properties) {
    URI managerUri = uri == null ? getDefaultURI() : uri;
    ClassLoader loader = classLoader == null ? getDefaultClassLoader() : classLoader;
    Properties copy = new Properties();
    if (properties != null) {
      properties.stringPropertyNames().forEach(it -> copy.put(it, properties.getProperty(it)));
      copyObject(CorralCacheManager.CLIENT, properties, copy);
      copyObject(CorralObserver.PROPERTY, properties, copy);
    }
    synchronized (managers) {
      Map<URI, CorralCacheManager> siblings =
          managers.computeIfAbsent(loader, it -> new HashMap<>());
      CorralCacheManager open = find(siblings, managerUri);
      if (open == null) {
        open = create(managerUri, uniqueName(siblings, managerUri), loader, copy);
        siblings.put(managerUri, open);
      }
      return open;
    }
  }

  /** The manager of a URI, or the one that {@link CacheManager#getURI} names so. */
  private static @Nullable CorralCacheManager find(Map<URI, CorralCacheManager> siblings, URI uri) {
    CorralCacheManager exact = siblings.get(uri);
    return exact != null
        ? exact
        : siblings.values().stream().filter(it -> it.getURI().equals(uri)).findAny().orElse(null);
  }

  /** The URI without its secrets, different from those of the other managers. */
  private static URI uniqueName(Map<URI, CorralCacheManager> siblings, URI uri) {
    if (Secrets.isMasked(uri)) {
      throw new IllegalArgumentException(
          ("The URI %s has *** in place of a password, as CacheManager.getURI() returns it, and its"
                  + " cache manager is closed; use the URI with the password (write a password of"
                  + " asterisks as %%2A%%2A%%2A)")
              .formatted(uri));
    }
    int number = 1;
    URI name = Secrets.masked(uri, number);
    while (!name.equals(uri) && find(siblings, name) != null) {
      name = Secrets.masked(uri, ++number);
    }
    return name;
  }

  /** Copies a property whose value is an object, and so is no string property. */
  private static void copyObject(String property, Properties from, Properties to) {
    Object value = from.get(property);
    if (value != null) {
      to.put(property, value);
    }
  }

  private CorralCacheManager create(
      URI uri, URI name, ClassLoader classLoader, Properties properties) {
    var settings =
        SettingsResolver.ofProcess()
            .resolve(uri, uri.equals(getDefaultURI()), classLoader, properties);
    return new CorralCacheManager(
        this, name, classLoader, properties, settings, this::removeClosed);
  }

  @Override
  public CacheManager getCacheManager(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    return getCacheManager(uri, classLoader, null);
  }

  @Override
  public CacheManager getCacheManager() {
    return getCacheManager(null, null, null);
  }

  /**
   * A class loader that finds classes by the context class loader of the calling thread, then by
   * that of the thread that created this provider, then by that of Corral.
   */
  @Override
  public ClassLoader getDefaultClassLoader() {
    return defaultClassLoader;
  }

  /** The URI of the manager that is configured by properties, environment and file alone. */
  @Override
  public URI getDefaultURI() {
    return SettingsResolver.DEFAULT_URI;
  }

  /** Empty; see {@link #getCacheManager(URI, ClassLoader, Properties)} for the settings. */
  @Override
  public Properties getDefaultProperties() {
    return new Properties();
  }

  /** Always false: the only optional feature is store-by-reference. */
  @Override
  public boolean isSupported(OptionalFeature feature) {
    return false;
  }

  /** Closes all managers. The provider can still be used. */
  @Override
  public void close() {
    List<CorralCacheManager> open = new ArrayList<>();
    synchronized (managers) {
      managers.values().forEach(it -> open.addAll(it.values()));
    }
    open.forEach(CorralCacheManager::close);
  }

  @Override
  public void close(ClassLoader classLoader) {
    List<CorralCacheManager> open = new ArrayList<>();
    synchronized (managers) {
      open.addAll(managers.getOrDefault(classLoader, Map.of()).values());
    }
    open.forEach(CorralCacheManager::close);
  }

  @Override
  public void close(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    CorralCacheManager open;
    synchronized (managers) {
      ClassLoader loader = classLoader == null ? getDefaultClassLoader() : classLoader;
      open = find(managers.getOrDefault(loader, Map.of()), uri == null ? getDefaultURI() : uri);
    }
    if (open != null) {
      open.close();
    }
  }

  private void removeClosed(CorralCacheManager closed) {
    synchronized (managers) {
      Map<URI, CorralCacheManager> siblings = managers.get(closed.getClassLoader());
      if (siblings != null) {
        siblings.values().remove(closed);
        if (siblings.isEmpty()) {
          managers.remove(closed.getClassLoader());
        }
      }
    }
  }
}
