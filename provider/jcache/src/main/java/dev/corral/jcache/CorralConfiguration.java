package dev.corral.jcache;

import dev.corral.jcache.codec.KeyCodec;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one cache: the options of the standard, and Corral's own. Immutable.
 *
 * <p>Caches also accept a plain {@link MutableConfiguration}, without options of Corral's own.
 *
 * <pre>{@code
 * var users = CorralConfiguration.builder(Long.class, User.class)
 *     .standard(it -> it.setStatisticsEnabled(true))
 *     .allowedClasses("com.shop.model.*")
 *     .build();
 * }</pre>
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class CorralConfiguration<K, V> implements CompleteConfiguration<K, V> {

  private static final long serialVersionUID = 3L;

  private final MutableConfiguration<K, V> standard;
  private final StorageOptions storage;
  private final BehaviorOptions behavior;
  private final LinkedHashSet<String> setInCode;

  private CorralConfiguration(
      MutableConfiguration<K, V> standard,
      StorageOptions storage,
      BehaviorOptions behavior,
      Set<String> setInCode) {
    this.standard = standard;
    this.storage = storage;
    this.behavior = behavior;
    this.setInCode = new LinkedHashSet<>(setInCode);
    this.setInCode.addAll(RecordedConfiguration.differences(standard));
  }

  /** A builder of a configuration for keys and values of these types. */
  public static <K, V> Builder<K, V> builder(Class<K> keyType, Class<V> valueType) {
    MutableConfiguration<K, V> standard = new MutableConfiguration<>();
    return copyOf(standard.setTypes(keyType, valueType)).toBuilder();
  }

  /** A copy of any configuration, with the options of Corral's own if it has them. */
  public static <K, V> CorralConfiguration<K, V> copyOf(Configuration<K, V> configuration) {
    if (configuration instanceof CorralConfiguration<K, V> ours) {
      return ours;
    }
    return new CorralConfiguration<>(
        RecordedConfiguration.copyOf(configuration),
        StorageOptions.DEFAULTS,
        BehaviorOptions.DEFAULTS,
        Set.of());
  }

  /** A builder that begins with the options of this configuration. */
  public Builder<K, V> toBuilder() {
    return new Builder<>(this);
  }

  /**
   * The settings that this configuration decides, by their names in the file; the name of a block,
   * such as {@code loading}, means all of it: those whose setter was called. Of a plain {@link
   * MutableConfiguration}, and of the types, only values other than the default count.
   */
  public Set<String> setInCode() {
    return Collections.unmodifiableSet(setInCode);
  }

  /** The number of buckets; empty for the default. See {@link Builder#buckets}. */
  public OptionalInt buckets() {
    return StorageOptions.optional(storage.buckets());
  }

  /** The patterns of allowed classes. Default: none. See {@link Builder#allowedClasses}. */
  public List<String> allowedClasses() {
    return storage.allowedClasses();
  }

  /** The factories of key codecs. Default: none. See {@link Builder#keyCodec}. */
  public List<Factory<? extends KeyCodec<?>>> keyCodecs() {
    return storage.keyCodecs();
  }

  /** The options of the loader. Default: {@link LoadOptions#DEFAULTS}. */
  public LoadOptions loading() {
    return behavior.loading();
  }

  /** The options of write-behind; empty, the default, if the cache writes through. */
  public Optional<WriteBehindOptions> writeBehind() {
    return Optional.ofNullable(behavior.writeBehind());
  }

  /** The part of its time to live that an entry may lose at random, from 0 to 1. Default: 0. */
  public double jitter() {
    return behavior.jitter().part();
  }

  /** Whether jitter may also prolong the time to live. Default: false. */
  public boolean isJitterSymmetric() {
    return behavior.jitter().symmetric();
  }

  /** Whether every operation fails during an outage. Default: false. */
  public boolean isFailFast() {
    return behavior.failFast();
  }

  /** The size in bytes above which values are compressed; empty, the default, for no value. */
  public OptionalInt compressAbove() {
    return StorageOptions.optional(storage.compressAbove());
  }

  /** Whether operations skip keys and values that cannot be stored. Default: false. */
  public boolean isSkipUncacheable() {
    return storage.skipUncacheable();
  }

  /** The factory of the tags of entries; null, the default, if they have none. */
  public @Nullable Factory<? extends EntryTags<?, ?>> tags() {
    return storage.tags();
  }

  /** How values are stored. Default: {@link ValueOptions#DEFAULTS}. */
  public ValueOptions values() {
    return storage.values();
  }

  /** The options of the near cache; empty, the default, for those of the manager's defaults. */
  public Optional<NearCacheOptions> nearCache() {
    return Optional.ofNullable(behavior.nearCache());
  }

  /** The options for outages; empty, the default, for those of the manager's defaults. */
  public Optional<OutageOptions> outage() {
    return Optional.ofNullable(behavior.outage());
  }

  /** How the hottest keys are recorded; empty, the default, if they are not. */
  public Optional<HotKeyOptions> hotKeys() {
    return Optional.ofNullable(behavior.sampling().hotKeys());
  }

  /** How hits are compared with the loader; empty, the default, if they are not. */
  public Optional<VerifyOptions> verification() {
    return Optional.ofNullable(behavior.sampling().verification());
  }

  /** A copy of this configuration with other options of the standard. */
  public CorralConfiguration<K, V> with(Consumer<MutableConfiguration<K, V>> change) {
    return toBuilder().standard(change).build();
  }

  @Override
  public Class<K> getKeyType() {
    return standard.getKeyType();
  }

  @Override
  public Class<V> getValueType() {
    return standard.getValueType();
  }

  @Override
  public boolean isStoreByValue() {
    return standard.isStoreByValue();
  }

  @Override
  public boolean isReadThrough() {
    return standard.isReadThrough();
  }

  @Override
  public boolean isWriteThrough() {
    return standard.isWriteThrough();
  }

  @Override
  public boolean isStatisticsEnabled() {
    return standard.isStatisticsEnabled();
  }

  @Override
  public boolean isManagementEnabled() {
    return standard.isManagementEnabled();
  }

  /** The listener configurations; a copy, in the order in which they were added. */
  @Override
  public Iterable<CacheEntryListenerConfiguration<K, V>> getCacheEntryListenerConfigurations() {
    return RecordedConfiguration.listenersOf(standard);
  }

  @Override
  @SuppressWarnings("NullAway") // the standard returns null if there is no loader
  public Factory<CacheLoader<K, V>> getCacheLoaderFactory() {
    return standard.getCacheLoaderFactory();
  }

  @Override
  @SuppressWarnings("NullAway") // the standard returns null if there is no writer
  public Factory<CacheWriter<? super K, ? super V>> getCacheWriterFactory() {
    return standard.getCacheWriterFactory();
  }

  @Override
  public Factory<ExpiryPolicy> getExpiryPolicyFactory() {
    return standard.getExpiryPolicyFactory();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CorralConfiguration<?, ?> that
        && standard.equals(that.standard)
        && storage.equals(that.storage)
        && behavior.equals(that.behavior);
  }

  @Override
  public int hashCode() {
    return Objects.hash(standard, storage, behavior);
  }

  /** Collects options for keys of type K and values of type V. Not safe for many threads. */
  public static final class Builder<K, V> {

    private final RecordedConfiguration<K, V> standard;
    private final Set<String> setInCode;
    private StorageOptions storage;
    private BehaviorOptions behavior;

    private Builder(CorralConfiguration<K, V> base) {
      this.standard = new RecordedConfiguration<>(base.standard);
      this.setInCode = new LinkedHashSet<>(base.setInCode);
      this.storage = base.storage;
      this.behavior = base.behavior;
    }

    private Builder<K, V> with(StorageOptions options, String setting) {
      storage = options;
      setInCode.add(setting);
      return this;
    }

    private Builder<K, V> with(BehaviorOptions options, String setting) {
      behavior = options;
      setInCode.add(setting);
      return this;
    }

    /** Changes options of the standard: expiry, loader, writer, listeners, statistics. */
    public Builder<K, V> standard(Consumer<MutableConfiguration<K, V>> change) {
      change.accept(standard);
      return this;
    }

    /**
     * Sets the number of buckets: the slots of a cluster over which the cache is spread. All JVMs
     * must use the same number. Default: 64 on a cluster, otherwise 1.
     *
     * @throws IllegalArgumentException unless the number is from 1 to 16,384
     */
    public Builder<K, V> buckets(int number) {
      return with(storage.withBuckets(number), "buckets");
    }

    /**
     * Adds patterns of classes in keys and values, such as {@code com.shop.model.*}, in the syntax
     * of {@link java.io.ObjectInputFilter.Config#createFilter}. Types and JDK values are allowed.
     */
    public Builder<K, V> allowedClasses(String... patterns) {
      return with(storage.withAllowedClasses(List.of(patterns)), "allowed-classes");
    }

    /** Adds a codec for a key type without a canonical text; {@code handles} says for which. */
    public Builder<K, V> keyCodec(Factory<? extends KeyCodec<?>> codec) {
      return with(storage.withKeyCodec(codec), "key-codecs");
    }

    /** Sets the options of the loader. Default: {@link LoadOptions#DEFAULTS}. */
    public Builder<K, V> loading(LoadOptions options) {
      return with(behavior.withLoading(options), "loading");
    }

    /**
     * Makes the cache call its writer later and with batches. Ignored with a warning without the
     * standard's {@code setWriteThrough(true)} and a writer factory. Default: it writes through.
     */
    public Builder<K, V> writeBehind(WriteBehindOptions options) {
      return with(behavior.withWriteBehind(options), "write-behind");
    }

    /**
     * Shortens the time to live of each entry at random, by at most this part. Default: 0.
     *
     * @throws IllegalArgumentException unless the part is from 0 to 1
     */
    public Builder<K, V> jitter(double part) {
      return with(behavior.withJitter(part, /* symmetric= */ false), "jitter");
    }

    /**
     * Shortens or prolongs the times to live at random, by at most this part. Default: 0.
     *
     * @throws IllegalArgumentException unless the part is from 0 to 1
     */
    public Builder<K, V> symmetricJitter(double part) {
      return with(behavior.withJitter(part, /* symmetric= */ true), "jitter");
    }

    /**
     * Sets whether every operation throws {@link javax.cache.CacheException} during an outage, even
     * {@code createCache}. Otherwise loader and writer are called. Default: false.
     */
    public Builder<K, V> failFast(boolean on) {
      return with(behavior.withFailFast(on), "fail-fast");
    }

    /**
     * Compresses values above this size if this makes them smaller, which takes CPU time in each
     * put and get. JVMs may use different limits. Default: no value is compressed.
     *
     * @throws IllegalArgumentException if the size is negative
     */
    public Builder<K, V> compressAbove(int bytes) {
      return with(storage.withCompressAbove(bytes), "compress-above");
    }

    /** Gives the entries tags, which all JVMs of the cache should do alike. Default: none. */
    public Builder<K, V> tags(Factory<? extends EntryTags<? super K, ? super V>> factory) {
      return with(storage.withTags(factory), "tags");
    }

    /** Sets codec and encryption of the values. Default: {@link ValueOptions#DEFAULTS}. */
    public Builder<K, V> values(ValueOptions options) {
      return with(storage.withValues(options), "values");
    }

    /**
     * Sets whether operations skip what cannot be stored: a read is a miss, and a put removes the
     * entry. Ignored if the cache has a writer. Default: false, they throw.
     */
    public Builder<K, V> skipUncacheable(boolean on) {
      return with(storage.withSkipUncacheable(on), "skip-uncacheable");
    }

    /**
     * Gives the cache a near cache in this JVM, whose reads are never staler than {@link
     * NearCacheOptions#maxStaleness}. Ignored if the expiry policy changes the expiry on access.
     */
    public Builder<K, V> nearCache(NearCacheOptions options) {
      return with(behavior.withNearCache(options), "near-cache");
    }

    /** Sets the options for outages. Default: those of the manager's defaults. */
    public Builder<K, V> outage(OutageOptions options) {
      return with(behavior.withOutage(options), "outage");
    }

    /** Records the keys that are read most often. Default: they are not recorded. */
    public Builder<K, V> hotKeys(HotKeyOptions options) {
      return with(behavior.withHotKeys(options), "hot-keys");
    }

    /** Compares a sample of the hits with the loader. Ignored without one. Default: none. */
    public Builder<K, V> verify(VerifyOptions options) {
      return with(behavior.withVerification(options), "verify");
    }

    /** A configuration with the current options of this builder. */
    public CorralConfiguration<K, V> build() {
      Set<String> all = new LinkedHashSet<>(setInCode);
      all.addAll(standard.recorded());
      return new CorralConfiguration<>(
          new MutableConfiguration<>(standard), storage, behavior, all);
    }
  }
}
