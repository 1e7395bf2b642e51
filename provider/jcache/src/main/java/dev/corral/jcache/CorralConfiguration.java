package dev.corral.jcache;

import dev.corral.jcache.codec.KeyCodec;
import java.io.Serializable;
import java.util.ArrayList;
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
 * The configuration of one cache: all that the standard knows, and what Corral knows besides.
 *
 * <p>Immutable and safe for many threads. A plain {@link MutableConfiguration} does as well; this
 * one is needed only for Corral's own settings.
 *
 * <pre>{@code
 * var users = CorralConfiguration.builder(Long.class, User.class)
 *     .standard(it -> it.setStatisticsEnabled(true))
 *     .allowedClasses("com.shop.model.*")
 *     .build();
 * }</pre>
 */
public final class CorralConfiguration<K, V> implements CompleteConfiguration<K, V> {

  private static final long serialVersionUID = 1L;

  private final MutableConfiguration<K, V> standard;
  private final Own own;

  private CorralConfiguration(MutableConfiguration<K, V> standard, Own own) {
    this.standard = standard;
    this.own = own;
  }

  /** A new configuration for keys and values of these types. */
  public static <K, V> Builder<K, V> builder(Class<K> keyType, Class<V> valueType) {
    return new Builder<>(new MutableConfiguration<K, V>().setTypes(keyType, valueType));
  }

  /** A copy of any configuration, with Corral's own settings if it has them. */
  public static <K, V> CorralConfiguration<K, V> copyOf(Configuration<K, V> configuration) {
    if (configuration instanceof CorralConfiguration<K, V> ours) {
      return ours;
    }
    MutableConfiguration<K, V> copy;
    if (configuration instanceof CompleteConfiguration<K, V> complete) {
      copy = new MutableConfiguration<>(complete);
    } else {
      copy = new MutableConfiguration<>();
      copy.setTypes(configuration.getKeyType(), configuration.getValueType());
      copy.setStoreByValue(configuration.isStoreByValue());
    }
    return new CorralConfiguration<>(copy, Own.NOTHING);
  }

  /** Over how many slots of a cluster the cache is spread; empty for the default. */
  public OptionalInt buckets() {
    return own.buckets == null ? OptionalInt.empty() : OptionalInt.of(own.buckets);
  }

  /**
   * Which classes may occur in values, besides the configured types and the JDK's value types:
   * patterns in the syntax of {@link java.io.ObjectInputFilter.Config#createFilter}.
   */
  public List<String> allowedClasses() {
    return own.allowedClasses;
  }

  /** Codecs of key types that have no canonical form of their own. */
  public List<Factory<? extends KeyCodec<?>>> keyCodecs() {
    return own.keyCodecs;
  }

  /** How the cache loads. */
  public LoadOptions loading() {
    return own.loading;
  }

  /** How the cache writes behind; empty if it writes through. */
  public Optional<WriteBehindOptions> writeBehind() {
    return Optional.ofNullable(own.writeBehind);
  }

  /** Which part of its time to live an entry may lose, or gain, at random: from 0 to 1. */
  public double jitter() {
    return own.jitter;
  }

  /** Whether jitter may also let an entry live longer than its expiry policy says. */
  public boolean isJitterSymmetric() {
    return own.symmetricJitter;
  }

  /** Whether every operation fails while Redis is away, instead of falling through. */
  public boolean isFailFast() {
    return own.failFast;
  }

  /** From how many bytes on values are compressed; empty if none is. */
  public OptionalInt compressAbove() {
    return own.compressAbove == null ? OptionalInt.empty() : OptionalInt.of(own.compressAbove);
  }

  /** How entries are kept near; empty if they are not, unless the manager's defaults say so. */
  public Optional<NearCacheOptions> nearCache() {
    return Optional.ofNullable(own.nearCache);
  }

  /** The same with the standard's settings changed. */
  public CorralConfiguration<K, V> with(Consumer<MutableConfiguration<K, V>> change) {
    MutableConfiguration<K, V> copy = new MutableConfiguration<>(standard);
    change.accept(copy);
    return new CorralConfiguration<>(copy, own);
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
    Set<CacheEntryListenerConfiguration<K, V>> copy = new LinkedHashSet<>();
    standard.getCacheEntryListenerConfigurations().forEach(copy::add);
    return copy;
  }

  @Override
  @SuppressWarnings("NullAway") // null if there is no loader, as the standard has it
  public Factory<CacheLoader<K, V>> getCacheLoaderFactory() {
    return standard.getCacheLoaderFactory();
  }

  @Override
  @SuppressWarnings("NullAway") // null if there is no writer, as the standard has it
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
        && own.equals(that.own);
  }

  @Override
  public int hashCode() {
    return Objects.hash(standard, own);
  }

  /** What the standard does not know. */
  private record Own(
      @Nullable Integer buckets,
      List<String> allowedClasses,
      List<Factory<? extends KeyCodec<?>>> keyCodecs,
      LoadOptions loading,
      @Nullable WriteBehindOptions writeBehind,
      double jitter,
      boolean symmetricJitter,
      boolean failFast,
      @Nullable Integer compressAbove,
      @Nullable NearCacheOptions nearCache)
      implements Serializable {

    static final Own NOTHING =
        new Own(
            null, List.of(), List.of(), LoadOptions.DEFAULTS, null, 0, false, false, null, null);
  }

  /** Collects settings; not safe for many threads. */
  public static final class Builder<K, V> {

    private static final int MAX_BUCKETS = 16_384;

    private final MutableConfiguration<K, V> standard;
    private @Nullable Integer buckets;
    private final List<String> allowedClasses = new ArrayList<>();
    private final List<Factory<? extends KeyCodec<?>>> keyCodecs = new ArrayList<>();
    private LoadOptions loading = LoadOptions.DEFAULTS;
    private @Nullable WriteBehindOptions writeBehind;
    private double jitter;
    private boolean symmetricJitter;
    private boolean failFast;
    private @Nullable Integer compressAbove;
    private @Nullable NearCacheOptions nearCache;

    private Builder(MutableConfiguration<K, V> standard) {
      this.standard = standard;
    }

    /** Changes settings of the standard: expiry, loader, writer, listeners, statistics. */
    public Builder<K, V> standard(Consumer<MutableConfiguration<K, V>> change) {
      change.accept(standard);
      return this;
    }

    /**
     * Over how many slots of a cluster the cache is spread. All JVMs must agree. Default: 64 on a
     * cluster, 1 elsewhere.
     *
     * @throws IllegalArgumentException unless it is from 1 to 16,384
     */
    public Builder<K, V> buckets(int number) {
      if (number < 1 || number > MAX_BUCKETS) {
        throw new IllegalArgumentException(
            "buckets: %d is not from 1 to %d".formatted(number, MAX_BUCKETS));
      }
      buckets = number;
      return this;
    }

    /** Allows classes in values, by patterns such as {@code com.shop.model.*}. */
    public Builder<K, V> allowedClasses(String... patterns) {
      allowedClasses.addAll(List.of(patterns));
      return this;
    }

    /** Adds a codec for keys that have no canonical form of their own. */
    public Builder<K, V> keyCodec(Factory<? extends KeyCodec<?>> codec) {
      keyCodecs.add(codec);
      return this;
    }

    /** Says how the cache loads. */
    public Builder<K, V> loading(LoadOptions options) {
      loading = options;
      return this;
    }

    /**
     * Lets the cache writer be called later and in batches. The standard's {@code setWriteThrough}
     * has to be true as well, for without it a writer is not called at all.
     */
    public Builder<K, V> writeBehind(WriteBehindOptions options) {
      writeBehind = options;
      return this;
    }

    /**
     * Spreads expiry, so that what was stored together does not expire together: an entry loses up
     * to this part of its time to live, at random. Default: 0.
     *
     * @throws IllegalArgumentException unless it is from 0 to 1
     */
    public Builder<K, V> jitter(double part) {
      if (!(part >= 0 && part <= 1)) {
        throw new IllegalArgumentException("jitter: %s is not from 0 to 1".formatted(part));
      }
      jitter = part;
      symmetricJitter = false;
      return this;
    }

    /** The same, but an entry may as well live longer than its expiry policy says. */
    public Builder<K, V> symmetricJitter(double part) {
      jitter(part);
      symmetricJitter = true;
      return this;
    }

    /**
     * Lets every operation fail while Redis is away, instead of falling through to the database.
     */
    public Builder<K, V> failFast(boolean on) {
      failFast = on;
      return this;
    }

    /**
     * Compresses values of more than so many bytes, if that makes them smaller. It costs processor
     * time on each put and get of such a value. JVMs need not agree. Default: none is compressed.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder<K, V> compressAbove(int bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("compressAbove: %d is negative".formatted(bytes));
      }
      compressAbove = bytes;
      return this;
    }

    /**
     * Keeps entries in this JVM as well, so that they are read in nanoseconds. What another JVM
     * changes is forgotten within the staleness that the options state. It has no effect if the
     * expiry policy prolongs entries on access, since that has to reach Redis. Default: nothing is
     * kept.
     */
    public Builder<K, V> nearCache(NearCacheOptions options) {
      nearCache = options;
      return this;
    }

    /** The configuration. */
    public CorralConfiguration<K, V> build() {
      return new CorralConfiguration<>(
          new MutableConfiguration<>(standard),
          new Own(
              buckets,
              List.copyOf(allowedClasses),
              List.copyOf(keyCodecs),
              loading,
              writeBehind,
              jitter,
              symmetricJitter,
              failFast,
              compressAbove,
              nearCache));
    }
  }
}
