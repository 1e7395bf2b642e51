package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralCache;
import java.net.URI;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.management.CacheMXBean;
import javax.cache.management.CacheStatisticsMXBean;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The beans of one manager's caches in the platform's MBean server: the two of the standard, for
 * configuration and statistics, and {@link CorralCacheBean}.
 */
final class ManagementBeans {

  private static final String CONFIGURATION = "javax.cache:type=CacheConfiguration";
  private static final String STATISTICS = "javax.cache:type=CacheStatistics";
  private static final String CORRAL = "dev.corral:type=CorralCache";

  private final URI managerUri;

  ManagementBeans(URI managerUri) {
    this.managerUri = managerUri;
  }

  void registerConfiguration(
      String cacheName, Supplier<? extends CompleteConfiguration<?, ?>> configuration) {
    register(CONFIGURATION, cacheName, new ConfigurationBean(configuration));
  }

  void registerStatistics(String cacheName, CacheStatisticsMXBean statistics) {
    register(STATISTICS, cacheName, statistics);
  }

  void registerCorral(String cacheName, CorralCache<?, ?> cache) {
    register(CORRAL, cacheName, new CorralCacheBean(cache));
  }

  void unregisterCorral(String cacheName) {
    unregister(CORRAL, cacheName);
  }

  void unregisterConfiguration(String cacheName) {
    unregister(CONFIGURATION, cacheName);
  }

  void unregisterStatistics(String cacheName) {
    unregister(STATISTICS, cacheName);
  }

  private void register(String type, String cacheName, Object bean) {
    ObjectName name = name(type, cacheName);
    try {
      BeanRegistrations.register(name, this, bean);
    } catch (JMException e) {
      throw failure("register", name, e);
    }
  }

  private void unregister(String type, String cacheName) {
    ObjectName name = name(type, cacheName);
    try {
      BeanRegistrations.unregister(name, this);
    } catch (JMException e) {
      throw failure("unregister", name, e);
    }
  }

  private ObjectName name(String type, String cacheName) {
    String text =
        "%s,CacheManager=%s,Cache=%s"
            .formatted(type, plain(managerUri.toString()), plain(cacheName));
    try {
      return new ObjectName(text);
    } catch (JMException e) {
      throw failure("name", text, e);
    }
  }

  private static CacheException failure(String operation, Object name, JMException cause) {
    return new CacheException("cannot %s the MBean %s".formatted(operation, name), cause);
  }

  /** Replaces the characters that are not allowed in an object name, as the TCK expects. */
  private static String plain(String text) {
    return text.replaceAll("[,:=\n*?\"]", ".");
  }

  /** The bean of the standard for the configuration, which may change while it is registered. */
  private record ConfigurationBean(Supplier<? extends CompleteConfiguration<?, ?>> current)
      implements CacheMXBean {

    @Override
    public String getKeyType() {
      return current.get().getKeyType().getName();
    }

    @Override
    public String getValueType() {
      return current.get().getValueType().getName();
    }

    @Override
    public boolean isReadThrough() {
      return current.get().isReadThrough();
    }

    @Override
    public boolean isWriteThrough() {
      return current.get().isWriteThrough();
    }

    @Override
    public boolean isStoreByValue() {
      return current.get().isStoreByValue();
    }

    @Override
    public boolean isStatisticsEnabled() {
      return current.get().isStatisticsEnabled();
    }

    @Override
    public boolean isManagementEnabled() {
      return current.get().isManagementEnabled();
    }
  }
}
