package dev.corral.jcache.internal.config;

import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the groups of options of a cache from its settings. */
final class CacheOptionsReader {

  private final SettingsReader reader;

  CacheOptionsReader(SettingsReader reader) {
    this.reader = reader;
  }

  LoadOptions loading() {
    return reader.group(
        "loading.",
        () ->
            new LoadOptions(
                reader.duration("loading.lock-wait"),
                new LoadOptions.Timeouts(
                    reader.durationOrNone("loading.soft-timeout"),
                    reader.durationOrNone("loading.hard-timeout")),
                new LoadOptions.Refresh(
                    reader.number("loading.early-refresh"),
                    reader.duration("loading.refresh-interval"),
                    reader.duration("loading.stop-refresh-after-last-access"),
                    reader.integer("loading.max-refreshed-keys")),
                new LoadOptions.Stale(
                    reader.duration("loading.grace"),
                    reader.duration("loading.keep"),
                    reader.duration("loading.retry-interval")),
                reader.durationOrNone("loading.negative-time-to-live"),
                new LoadOptions.Coalescing(
                    reader.duration("loading.coalesce-window"),
                    reader.integer("loading.coalesce-max-keys")),
                new LoadOptions.Budget(
                    reader.integer("loading.max-loads"),
                    reader.integer("loading.max-loads-per-second"),
                    reader.constant("loading.budget-scope", LoadOptions.BudgetScope.class),
                    reader.duration("loading.budget-wait"))));
  }

  /** The options of write-behind; null if it is off. */
  @Nullable WriteBehindOptions writeBehind() {
    WriteBehindOptions options =
        reader.group(
            "write-behind.",
            () ->
                new WriteBehindOptions(
                    reader.duration("write-behind.delay"),
                    reader.integer("write-behind.batch-size"),
                    reader.integer("write-behind.queue-limit"),
                    reader.integer("write-behind.max-attempts"),
                    reader.duration("write-behind.backoff"),
                    reader.duration("write-behind.max-backoff")));
    return reader.flag("write-behind.enabled") ? options : null;
  }

  /**
   * The options of the near cache; null if both bounds are 0.
   *
   * @param immutableClasses classes whose objects never change
   */
  @Nullable NearCacheOptions nearCache(Set<Class<?>> immutableClasses) {
    long maxEntries = reader.integer("near-cache.max-entries");
    long maxBytes = reader.bytes("near-cache.max-bytes");
    boolean isOff = maxEntries == 0 && maxBytes == 0;
    NearCacheOptions options =
        reader.group(
            "near-cache.",
            () ->
                new NearCacheOptions(
                    isOff ? 1 : maxEntries,
                    maxBytes,
                    reader.duration("near-cache.max-staleness"),
                    reader.duration("near-cache.time-to-live"),
                    immutableClasses,
                    reader.flag("near-cache.hot-keys-only")));
    return isOff ? null : options;
  }

  /** How the hottest keys are recorded; null if they are not. */
  @Nullable HotKeyOptions hotKeys() {
    int maxKeys = reader.integer("hot-keys.max-keys");
    HotKeyOptions options =
        reader.group(
            "hot-keys.",
            () ->
                new HotKeyOptions(
                    maxKeys == 0 ? 1 : maxKeys,
                    reader.integer("hot-keys.sample-every"),
                    reader.duration("hot-keys.half-life")));
    return maxKeys == 0 ? null : options;
  }

  /** How hits are compared with the loader; null if they are not. */
  @Nullable VerifyOptions verification() {
    double sample = reader.part("verify.sample");
    boolean dryRun = reader.flag("verify.dry-run");
    VerifyOptions options =
        reader.group(
            "verify.",
            () ->
                new VerifyOptions(
                    sample == 0 ? 1 : sample,
                    reader.duration("verify.delay"),
                    reader.integer("verify.max-per-second"),
                    reader.constant("verify.comparison", VerifyOptions.Comparison.class),
                    reader.flag("verify.repair"),
                    dryRun));
    return sample == 0 && !dryRun ? null : options;
  }

  OutageOptions outage() {
    return new OutageOptions(
        reader.constant("outage.processors", OutageOptions.Processors.class),
        reader.flag("outage.read-before-write"));
  }

  /** The times to live; null if entries are eternal. */
  @Nullable ConstantExpiryPolicy expiry() {
    var creation = reader.expiry("expiry.creation", /* mayBeUnchanged= */ false);
    var update = reader.expiry("expiry.update", /* mayBeUnchanged= */ true);
    var access = reader.expiry("expiry.access", /* mayBeUnchanged= */ true);
    boolean isEternal =
        javax.cache.expiry.Duration.ETERNAL.equals(creation) && update == null && access == null;
    return isEternal ? null : new ConstantExpiryPolicy(creation, update, access);
  }

  ValueOptions values() {
    String jsonType = reader.named("json-type");
    List<String> keys = reader.texts("encryption.keys");
    ValueOptions encoding =
        reader.group(
            "value-codec", () -> ValueOptions.DEFAULTS.withCodec(reader.text("value-codec")));
    ValueOptions options =
        jsonType == null
            ? encoding
            : reader.group("json-type", () -> encoding.withJsonType(jsonType));
    return keys.isEmpty()
        ? options
        : options.withEncryption(
            reader.group("encryption", () -> new ConfiguredKeys(EncryptionKeys.parse(keys))));
  }

  /** The size above which values are compressed; null if none is. */
  @Nullable Integer compressAbove() {
    Long bytes = reader.bytesOrNone("compress-above");
    return bytes == null ? null : (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
