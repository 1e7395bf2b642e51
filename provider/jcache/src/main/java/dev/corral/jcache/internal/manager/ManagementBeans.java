package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralCache;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.management.CacheMXBean;
import javax.cache.management.CacheStatisticsMXBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The beans of a cache in the platform's MBean server: two under the names of the standard, and one
 * of our own, with what the standard does not know.
 */
final class ManagementBeans {

  private static final String CONFIGURATION = "javax.cache:type=CacheConfiguration";
  private static final String STATISTICS = "javax.cache:type=CacheStatistics";
  private static final String OWN = "dev.corral:type=CorralCache";

  /**
   * Whose bean is shown under a name: managers of one URI and several class loaders share names.
   */
  private static final ConcurrentMap<ObjectName, ManagementBeans> OWNERS =
      new ConcurrentHashMap<>();

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
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

  void registerOwn(String cacheName, CorralCache<?, ?> cache) {
    register(OWN, cacheName, new CorralCacheBean(cache));
  }

  void unregisterOwn(String cacheName) {
    unregister(OWN, cacheName);
  }

  void unregisterConfiguration(String cacheName) {
    unregister(CONFIGURATION, cacheName);
  }

  void unregisterStatistics(String cacheName) {
    unregister(STATISTICS, cacheName);
  }

  private void register(String type, String cacheName, Object bean) {
    ObjectName name = name(type, cacheName);
    OWNERS.put(name, this);
    try {
      server.registerMBean(bean, name);
    } catch (InstanceAlreadyExistsException e) {
      replace(name, bean);
    } catch (JMException e) {
      throw new CacheException("cannot register MBean " + name, e);
    }
  }

  /** A manager of the same URI and another class loader has one: the newest is shown. */
  private void replace(ObjectName name, Object bean) {
    try {
      server.unregisterMBean(name);
      server.registerMBean(bean, name);
    } catch (JMException e) {
      throw new CacheException("cannot register MBean " + name, e);
    }
  }

  private void unregister(String type, String cacheName) {
    ObjectName name = name(type, cacheName);
    if (!OWNERS.remove(name, this)) {
      return;
    }
    try {
      server.unregisterMBean(name);
    } catch (InstanceNotFoundException e) {
      // somebody else removed it: as it should be
    } catch (JMException e) {
      throw new CacheException("cannot unregister MBean " + name, e);
    }
  }

  private ObjectName name(String type, String cacheName) {
    String text =
        "%s,CacheManager=%s,Cache=%s"
            .formatted(type, plain(managerUri.toString()), plain(cacheName));
    try {
      return new ObjectName(text);
    } catch (JMException e) {
      throw new CacheException("no MBean can be named " + text, e);
    }
  }

  /** What an object name forbids is replaced, as the standard's own tests expect it. */
  private static String plain(String text) {
    return text.replaceAll("[,:=\n*?\"]", ".");
  }

  /** The configuration as it is when it is asked for. */
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
