package dev.corral.jcache;

import java.util.LinkedHashSet;
import java.util.Set;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/**
 * The options of the standard while they are being set. It records which setters the application
 * has called, because a value alone does not show whether it was set: it may be the default.
 */
final class RecordedConfiguration<K, V> extends MutableConfiguration<K, V> {

  private static final long serialVersionUID = 1L;

  private final LinkedHashSet<String> recorded = new LinkedHashSet<>();

  RecordedConfiguration(CompleteConfiguration<K, V> configuration) {
    super(configuration);
  }

  /** A copy of the options of the standard that any configuration has. */
  static <K, V> MutableConfiguration<K, V> copyOf(Configuration<K, V> configuration) {
    return configuration instanceof CompleteConfiguration<K, V> complete
        ? new MutableConfiguration<>(complete)
        : new MutableConfiguration<K, V>()
            .setTypes(configuration.getKeyType(), configuration.getValueType())
            .setStoreByValue(configuration.isStoreByValue());
  }

  /** A copy of the listener configurations, in the order in which they were added. */
  static <K, V> Set<CacheEntryListenerConfiguration<K, V>> listenersOf(
      CompleteConfiguration<K, V> configuration) {
    Set<CacheEntryListenerConfiguration<K, V>> copy = new LinkedHashSet<>();
    configuration.getCacheEntryListenerConfigurations().forEach(copy::add);
    return copy;
  }

  /** The settings whose setters were called. */
  Set<String> recorded() {
    return recorded;
  }

  /** The settings of a configuration that have another value than the standard's default. */
  static Set<String> differences(CompleteConfiguration<?, ?> configuration) {
    Set<String> set = new LinkedHashSet<>();
    addIf(configuration.getKeyType() != Object.class, "key-type", set);
    addIf(configuration.getValueType() != Object.class, "value-type", set);
    boolean isEternal =
        EternalExpiryPolicy.factoryOf().equals(configuration.getExpiryPolicyFactory());
    addIf(!isEternal, "expiry", set);
    addIf(configuration.isStatisticsEnabled(), "statistics", set);
    addIf(configuration.isManagementEnabled(), "management", set);
    addIf(configuration.isReadThrough(), "read-through", set);
    addIf(configuration.isWriteThrough(), "write-through", set);
    addIf(configuration.getCacheLoaderFactory() != null, "loader", set);
    addIf(configuration.getCacheWriterFactory() != null, "writer", set);
    return set;
  }

  private static void addIf(boolean isSet, String setting, Set<String> set) {
    if (isSet) {
      set.add(setting);
    }
  }

  @Override
  public MutableConfiguration<K, V> setExpiryPolicyFactory(
      Factory<? extends ExpiryPolicy> factory) {
    recorded.add("expiry");
    return super.setExpiryPolicyFactory(factory);
  }

  @Override
  public MutableConfiguration<K, V> setStatisticsEnabled(boolean enabled) {
    recorded.add("statistics");
    return super.setStatisticsEnabled(enabled);
  }

  @Override
  public MutableConfiguration<K, V> setManagementEnabled(boolean enabled) {
    recorded.add("management");
    return super.setManagementEnabled(enabled);
  }

  @Override
  public MutableConfiguration<K, V> setReadThrough(boolean readThrough) {
    recorded.add("read-through");
    return super.setReadThrough(readThrough);
  }

  @Override
  public MutableConfiguration<K, V> setWriteThrough(boolean writeThrough) {
    recorded.add("write-through");
    return super.setWriteThrough(writeThrough);
  }

  @Override
  public MutableConfiguration<K, V> setCacheLoaderFactory(
      Factory<? extends CacheLoader<K, V>> factory) {
    recorded.add("loader");
    return super.setCacheLoaderFactory(factory);
  }

  @Override
  public MutableConfiguration<K, V> setCacheWriterFactory(
      Factory<? extends CacheWriter<? super K, ? super V>> factory) {
    recorded.add("writer");
    return super.setCacheWriterFactory(factory);
  }
}
