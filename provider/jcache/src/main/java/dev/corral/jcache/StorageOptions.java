package dev.corral.jcache;

import dev.corral.jcache.codec.KeyCodec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import javax.cache.configuration.Factory;
import org.jspecify.annotations.Nullable;

/** The options of a cache for the stored form of entries, and for their places. */
record StorageOptions(
    @Nullable Integer buckets,
    List<String> allowedClasses,
    List<Factory<? extends KeyCodec<?>>> keyCodecs,
    @Nullable Integer compressAbove,
    ValueOptions values,
    boolean skipUncacheable,
    @Nullable Factory<? extends EntryTags<?, ?>> tags)
    implements Serializable {

  static final StorageOptions DEFAULTS =
      new StorageOptions(null, List.of(), List.of(), null, ValueOptions.DEFAULTS, false, null);

  private static final int MAX_BUCKETS = 16_384;

  StorageOptions {
    if (buckets != null && (buckets < 1 || buckets > MAX_BUCKETS)) {
      throw new IllegalArgumentException(
          "buckets must be from 1 to %d, not %d".formatted(MAX_BUCKETS, buckets));
    }
    if (compressAbove != null && compressAbove < 0) {
      throw new IllegalArgumentException(
          "compressAbove must not be negative: %d".formatted(compressAbove));
    }
    allowedClasses = List.copyOf(allowedClasses);
    keyCodecs = List.copyOf(keyCodecs);
  }

  static OptionalInt optional(@Nullable Integer number) {
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  StorageOptions withBuckets(int number) {
    return new StorageOptions(
        number, allowedClasses, keyCodecs, compressAbove, values, skipUncacheable, tags);
  }

  StorageOptions withAllowedClasses(List<String> patterns) {
    List<String> all = new ArrayList<>(allowedClasses);
    all.addAll(patterns);
    return new StorageOptions(
        buckets, all, keyCodecs, compressAbove, values, skipUncacheable, tags);
  }

  StorageOptions withKeyCodec(Factory<? extends KeyCodec<?>> codec) {
    List<Factory<? extends KeyCodec<?>>> all = new ArrayList<>(keyCodecs);
    all.add(codec);
    return new StorageOptions(
        buckets, allowedClasses, all, compressAbove, values, skipUncacheable, tags);
  }

  StorageOptions withCompressAbove(int bytes) {
    return new StorageOptions(
        buckets, allowedClasses, keyCodecs, bytes, values, skipUncacheable, tags);
  }

  StorageOptions withValues(ValueOptions options) {
    return new StorageOptions(
        buckets, allowedClasses, keyCodecs, compressAbove, options, skipUncacheable, tags);
  }

  StorageOptions withSkipUncacheable(boolean on) {
    return new StorageOptions(buckets, allowedClasses, keyCodecs, compressAbove, values, on, tags);
  }

  StorageOptions withTags(Factory<? extends EntryTags<?, ?>> factory) {
    return new StorageOptions(
        buckets, allowedClasses, keyCodecs, compressAbove, values, skipUncacheable, factory);
  }
}
