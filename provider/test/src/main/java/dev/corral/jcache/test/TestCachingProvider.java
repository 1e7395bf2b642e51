package dev.corral.jcache.test;

import dev.corral.jcache.internal.manager.CorralCacheManager;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.cache.CacheManager;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/** A provider of Corral whose managers all use the Redis and the key prefix of one test. */
final class TestCachingProvider implements CachingProvider {

  private final CorralCachingProvider provider = new CorralCachingProvider();
  private final List<CacheManager> managers = new CopyOnWriteArrayList<>();
  private final URI defaultUri;
  private final Properties settings;

  /**
   * A provider without managers.
   *
   * @param configuration the URI of the configuration file; null for the default
   * @param settings win over the properties of a manager
   */
  TestCachingProvider(@Nullable String configuration, Properties settings) {
    this.defaultUri = configuration == null ? provider.getDefaultURI() : URI.create(configuration);
    this.settings = settings;
  }

  /** The open managers. */
  List<CorralCacheManager> openManagers() {
    return managers.stream()
        .filter(it -> !it.isClosed())
        .map(it -> it.unwrap(CorralCacheManager.class))
        .toList();
  }

  @Override
  public CacheManager getCacheManager(
      @Nullable URI uri, @Nullable ClassLoader classLoader, @Nullable Properties properties) {
    Properties all = new Properties();
    if (properties != null) {
      all.putAll(properties);
    }
    all.putAll(settings);
    CacheManager manager =
        provider.getCacheManager(uri == null ? defaultUri : uri, classLoader, all);
    managers.removeIf(CacheManager::isClosed);
    if (!managers.contains(manager)) {
      managers.add(manager);
    }
    return manager;
  }

  @Override
  public CacheManager getCacheManager(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    return getCacheManager(uri, classLoader, null);
  }

  @Override
  public CacheManager getCacheManager() {
    return getCacheManager(null, null, null);
  }

  @Override
  public ClassLoader getDefaultClassLoader() {
    return provider.getDefaultClassLoader();
  }

  @Override
  public URI getDefaultURI() {
    return defaultUri;
  }

  @Override
  public Properties getDefaultProperties() {
    return new Properties();
  }

  @Override
  public boolean isSupported(OptionalFeature feature) {
    return provider.isSupported(feature);
  }

  @Override
  public void close() {
    provider.close();
  }

  @Override
  public void close(ClassLoader classLoader) {
    provider.close(classLoader);
  }

  @Override
  public void close(@Nullable URI uri, @Nullable ClassLoader classLoader) {
    provider.close(uri == null ? defaultUri : uri, classLoader);
  }
}
