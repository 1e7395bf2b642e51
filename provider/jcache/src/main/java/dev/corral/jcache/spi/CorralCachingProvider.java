package dev.corral.jcache.spi;

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
 * The provider that {@code Caching.getCachingProvider()} finds. It has one manager for each URI and
 * class loader. To make one costs nothing; Redis is reached when the first cache is created.
 */
public final class CorralCachingProvider implements CachingProvider {

  private final Map<ClassLoader, Map<URI, CorralCacheManager>> managers = new WeakHashMap<>();
  private final ClassLoader defaultClassLoader = new ApplicationClassLoader();

  /** Called by the service loader. */
  public CorralCachingProvider() {}

  /**
   * The manager of a URI and class loader; it is made if there is none.
   *
   * @param uri {@code redis://…} and its kin, {@code embedded:}, a configuration file, or null for
   *     the default
   * @param classLoader loads the classes of keys and values; null for the default
   * @param properties {@code corral.…} settings; only the call that makes the manager reads them.
   *     With the thin jar, {@code corral.redis.client} may be a {@code RedissonClient}, which is
   *     used instead of an own one and never shut down
   * @throws IllegalArgumentException if a setting is unknown or wrong
   */
  @Override
  public CacheManager getCacheManager(
      @Nullable URI uri, @Nullable ClassLoader classLoader, @Nullable Properties properties) {
    URI managerUri = uri == null ? getDefaultURI() : uri;
    ClassLoader loader = classLoader == null ? getDefaultClassLoader() : classLoader;
    Properties copy = new Properties();
    if (properties != null) {
      properties.stringPropertyNames().forEach(it -> copy.put(it, properties.getProperty(it)));
      copyClient(properties, copy);
    }
    synchronized (managers) {
      return managers
          .computeIfAbsent(loader, it -> new HashMap<>())
          .computeIfAbsent(managerUri, it -> create(it, loader, copy));
    }
  }

  private static void copyClient(Properties from, Properties to) {
    Object client = from.get(CorralCacheManager.CLIENT);
    if (client != null) {
      to.put(CorralCacheManager.CLIENT, client);
    }
  }

  private CorralCacheManager create(URI uri, ClassLoader classLoader, Properties properties) {
    var settings =
        SettingsResolver.ofProcess()
            .resolve(uri, uri.equals(getDefaultURI()), classLoader, properties);
    return new CorralCacheManager(this, uri, classLoader, properties, settings, this::forget);
  }

  @Override
  public CacheManager getCacheManager(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    return getCacheManager(uri, classLoader, null);
  }

  @Override
  public CacheManager getCacheManager() {
    return getCacheManager(null, null, null);
  }

  /** Finds classes by the context class loader of the thread, then by that of Corral. */
  @Override
  public ClassLoader getDefaultClassLoader() {
    return defaultClassLoader;
  }

  @Override
  public URI getDefaultURI() {
    return SettingsResolver.DEFAULT_URI;
  }

  /** No setting by default; see {@link #getCacheManager(URI, ClassLoader, Properties)}. */
  @Override
  public Properties getDefaultProperties() {
    return new Properties();
  }

  @Override
  public boolean isSupported(OptionalFeature feature) {
    return false;
  }

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
      open =
          managers
              .getOrDefault(classLoader == null ? getDefaultClassLoader() : classLoader, Map.of())
              .get(uri == null ? getDefaultURI() : uri);
    }
    if (open != null) {
      open.close();
    }
  }

  private void forget(CorralCacheManager closed) {
    synchronized (managers) {
      Map<URI, CorralCacheManager> siblings = managers.get(closed.getClassLoader());
      if (siblings != null) {
        siblings.remove(closed.getURI(), closed);
        if (siblings.isEmpty()) {
          managers.remove(closed.getClassLoader());
        }
      }
    }
  }
}
