package dev.corral.jcache.internal.config;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryTags;
import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import javax.cache.configuration.Factory;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/**
 * Combines the configuration of a cache in code with its settings in all other places. Code wins
 * where it says something ({@link CorralConfiguration#setInCode}); lists add up.
 *
 * <p>A new setting needs an entry in {@code reference.conf}, a line in {@code applyOptions} or
 * {@code applyClasses} here, and a line in {@link CodeValues}, which shows the value of code.
 */
public final class CacheSettingsResolver {

  private final CacheBlocks blocks;

  CacheSettingsResolver(CacheBlocks blocks) {
    this.blocks = blocks;
  }

  /** Settings without any block: all caches have the defaults. */
  public static CacheSettingsResolver none() {
    return new CacheSettingsResolver(new CacheBlocks(List.of()));
  }

  /**
   * The settings of a cache without the classes that they name: no class is loaded, and the
   * configuration has no types, loader, writer, listeners and codecs of keys.
   */
  public CacheSettings<Object, Object> resolveWithoutClasses(String cacheName) {
    Map<String, List<SettingValue>> values = blocks.settingsOfCache(cacheName);
    SettingsReader reader = new SettingsReader(values);
    var builder = CorralConfiguration.builder(Object.class, Object.class);
    applyOptions(reader, builder, Set.of());
    builder.allowedClasses(reader.texts("allowed-classes").toArray(new String[0]));
    return new CacheSettings<>(
        builder.build(),
        reader.bytes("max-decoded-size"),
        any -> EffectiveSettings.ofPlaces(values, reader));
  }

  /**
   * Checks the settings of all blocks, except whether the named classes exist.
   *
   * @throws IllegalArgumentException if one is invalid
   */
  void check() {
    for (String template : blocks.names(KnownSettings.TEMPLATES)) {
      check(blocks.settingsOfTemplate(template));
    }
    for (String cache : blocks.names(KnownSettings.CACHES)) {
      check(blocks.settingsOfCache(cache));
    }
    check(blocks.settingsOfCache(""));
  }

  private static void check(Map<String, List<SettingValue>> values) {
    SettingsReader reader = new SettingsReader(values);
    applyOptions(reader, CorralConfiguration.builder(Object.class, Object.class), Set.of());
    var unused = reader.bytes("max-decoded-size");
    reader.texts("allowed-classes");
  }

  /** The names of the caches that the settings declare, in alphabetical order. */
  public SortedSet<String> declaredCaches() {
    return blocks.declaredCaches();
  }

  /**
   * The settings of a cache.
   *
   * @param code the configuration in code
   * @param loader finds the classes that settings name
   * @throws IllegalArgumentException if a setting is invalid, or a class does not exist; the
   *     message names the place of the setting
   */
  public <K, V> CacheSettings<K, V> resolve(
      String cacheName, CorralConfiguration<K, V> code, ClassLoader loader) {
    Map<String, List<SettingValue>> values = blocks.settingsOfCache(cacheName);
    SettingsReader reader = new SettingsReader(values);
    Set<String> inCode = code.setInCode();
    CorralConfiguration.Builder<K, V> builder = code.toBuilder();
    applyOptions(reader, builder, inCode);
    applyClasses(new ClassSettings(reader, loader), builder, inCode);
    builder.allowedClasses(reader.texts("allowed-classes").toArray(new String[0]));
    CorralConfiguration<K, V> configuration = builder.build();
    EffectiveSettings effective = new EffectiveSettings(values, inCode, configuration);
    return new CacheSettings<>(configuration, reader.bytes("max-decoded-size"), effective::list);
  }

  /** Applies the settings that name no classes. */
  private static void applyOptions(
      SettingsReader reader, CorralConfiguration.Builder<?, ?> builder, Set<String> inCode) {
    CacheOptionsReader options = new CacheOptionsReader(reader);
    builder.standard(it -> applyStandard(reader, options, it, inCode));
    Integer buckets = reader.integerOr("buckets", "auto");
    if (buckets != null && !inCode.contains("buckets")) {
      reader.group("buckets", () -> builder.buckets(buckets));
    }
    Integer compressAbove = options.compressAbove();
    if (compressAbove != null && !inCode.contains("compress-above")) {
      builder.compressAbove(compressAbove);
    }
    ValueOptions values = options.values();
    if (!inCode.contains("values")) {
      builder.values(values);
    }
    double jitter = reader.part("jitter");
    boolean symmetric = reader.flag("jitter-symmetric");
    if (!inCode.contains("jitter")) {
      var unused = symmetric ? builder.symmetricJitter(jitter) : builder.jitter(jitter);
    }
    boolean skipUncacheable = reader.flag("skip-uncacheable");
    if (!inCode.contains("skip-uncacheable")) {
      builder.skipUncacheable(skipUncacheable);
    }
    boolean failFast = reader.flag("fail-fast");
    if (!inCode.contains("fail-fast")) {
      builder.failFast(failFast);
    }
    var loading = options.loading();
    if (!inCode.contains("loading")) {
      builder.loading(loading);
    }
    WriteBehindOptions writeBehind = options.writeBehind();
    if (writeBehind != null && !inCode.contains("write-behind")) {
      builder.writeBehind(writeBehind);
    }
    NearCacheOptions nearCache = options.nearCache(Set.of());
    if (nearCache != null && !inCode.contains("near-cache")) {
      builder.nearCache(nearCache);
    }
    HotKeyOptions hotKeys = options.hotKeys();
    if (hotKeys != null && !inCode.contains("hot-keys")) {
      builder.hotKeys(hotKeys);
    }
    VerifyOptions verification = options.verification();
    if (verification != null && !inCode.contains("verify")) {
      builder.verify(verification);
    }
    OutageOptions outage = options.outage();
    if (!outage.equals(OutageOptions.DEFAULTS) && !inCode.contains("outage")) {
      builder.outage(outage);
    }
  }

  private static void applyStandard(
      SettingsReader reader,
      CacheOptionsReader options,
      MutableConfiguration<?, ?> standard,
      Set<String> inCode) {
    ConstantExpiryPolicy expiry = options.expiry();
    if (expiry != null && !inCode.contains("expiry")) {
      standard.setExpiryPolicyFactory(new FactoryBuilder.SingletonFactory<>(expiry));
    }
    boolean statistics = reader.flag("statistics");
    if (!inCode.contains("statistics")) {
      standard.setStatisticsEnabled(statistics);
    }
    boolean management = reader.flag("management");
    if (!inCode.contains("management")) {
      standard.setManagementEnabled(management);
    }
    boolean readThrough = reader.flag("read-through");
    if (!inCode.contains("read-through")) {
      standard.setReadThrough(readThrough);
    }
    boolean writeThrough = reader.flag("write-through");
    if (!inCode.contains("write-through")) {
      standard.setWriteThrough(writeThrough);
    }
  }

  /** Applies the settings that name classes. */
  private static <K, V> void applyClasses(
      ClassSettings classes, CorralConfiguration.Builder<K, V> builder, Set<String> inCode) {
    builder.standard(it -> applyTypes(classes, it, inCode));
    builder.standard(it -> applyCallbacks(classes, it, inCode));
    for (Factory<KeyCodec<?>> codec :
        classes.<KeyCodec<?>>factories("key-codecs", KeyCodec.class)) {
      builder.keyCodec(codec);
    }
    Factory<EntryTags<K, V>> tags = classes.factory("tags", EntryTags.class);
    if (tags != null && !inCode.contains("tags")) {
      builder.tags(tags);
    }
    NearCacheOptions nearCache = builder.build().nearCache().orElse(null);
    if (nearCache != null && !inCode.contains("near-cache")) {
      Set<Class<?>> immutable = new HashSet<>(classes.types("near-cache.immutable-classes"));
      builder.nearCache(nearCache.withImmutable(immutable.toArray(new Class<?>[0])));
    }
  }

  @SuppressWarnings("unchecked") // the types of a configuration are only known at run time
  private static <K, V> void applyTypes(
      ClassSettings classes, MutableConfiguration<K, V> standard, Set<String> inCode) {
    Class<?> keyType =
        inCode.contains("key-type") ? standard.getKeyType() : classes.type("key-type");
    Class<?> valueType =
        inCode.contains("value-type") ? standard.getValueType() : classes.type("value-type");
    standard.setTypes((Class<K>) keyType, (Class<V>) valueType);
  }

  private static <K, V> void applyCallbacks(
      ClassSettings classes, MutableConfiguration<K, V> standard, Set<String> inCode) {
    Factory<ExpiryPolicy> policy = classes.factory("expiry.policy", ExpiryPolicy.class);
    if (policy != null && !inCode.contains("expiry")) {
      standard.setExpiryPolicyFactory(policy);
    }
    Factory<CacheLoader<K, V>> loader = classes.factory("loader", CacheLoader.class);
    if (loader != null && !inCode.contains("loader")) {
      standard.setCacheLoaderFactory(loader);
    }
    Factory<CacheWriter<? super K, ? super V>> writer =
        classes.factory("writer", CacheWriter.class);
    if (writer != null && !inCode.contains("writer")) {
      standard.setCacheWriterFactory(writer);
    }
    classes.<K, V>listeners("listeners").forEach(standard::addCacheEntryListenerConfiguration);
  }
}
