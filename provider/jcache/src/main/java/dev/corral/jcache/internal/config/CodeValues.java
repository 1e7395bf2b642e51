package dev.corral.jcache.internal.config;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;

/** The values of a configuration in code, in the form of the configuration file. */
final class CodeValues {

  private static final String NONE = "none";

  private static final Map<String, Function<CorralConfiguration<?, ?>, String>> VALUES =
      new HashMap<>();

  static {
    addStandard();
    addOwn();
    addLoading();
    addWriteBehind();
    addNearCache();
    addHotKeys();
    addVerification();
    add("outage.processors", it -> SettingsReader.spelled(outage(it).processors()));
    add("outage.read-before-write", it -> String.valueOf(outage(it).readBeforeWrite()));
  }

  private CodeValues() {}

  /** The value of a setting in a configuration; null if a configuration has no such option. */
  static @Nullable String of(String setting, CorralConfiguration<?, ?> configuration) {
    var value = VALUES.get(setting);
    return value == null ? null : value.apply(configuration);
  }

  private static void add(String setting, Function<CorralConfiguration<?, ?>, String> value) {
    VALUES.put(setting, value);
  }

  private static void addStandard() {
    add("time-to-live", it -> expiry(it, ExpiryPolicy::getExpiryForCreation));
    add("expiry.creation", it -> expiry(it, ExpiryPolicy::getExpiryForCreation));
    add("expiry.update", it -> expiry(it, ExpiryPolicy::getExpiryForUpdate));
    add("expiry.access", it -> expiry(it, ExpiryPolicy::getExpiryForAccess));
    add(
        "expiry.policy",
        it -> knownPolicy(it) == null ? className(it.getExpiryPolicyFactory()) : NONE);
    add("statistics", it -> String.valueOf(it.isStatisticsEnabled()));
    add("management", it -> String.valueOf(it.isManagementEnabled()));
    add("read-through", it -> String.valueOf(it.isReadThrough()));
    add("write-through", it -> String.valueOf(it.isWriteThrough()));
    add("loader", it -> className(it.getCacheLoaderFactory()));
    add("writer", it -> className(it.getCacheWriterFactory()));
    add("listeners", CodeValues::listeners);
    add("key-type", it -> it.getKeyType().getName());
    add("value-type", it -> it.getValueType().getName());
  }

  private static void addOwn() {
    add("jitter", it -> number(it.jitter() * 100) + "%");
    add("jitter-symmetric", it -> String.valueOf(it.isJitterSymmetric()));
    add("fail-fast", it -> String.valueOf(it.isFailFast()));
    add("skip-uncacheable", it -> String.valueOf(it.isSkipUncacheable()));
    add("tags", it -> className(it.tags()));
    add("key-codecs", it -> list(it.keyCodecs().stream().map(CodeValues::className).toList()));
    add("allowed-classes", it -> list(it.allowedClasses()));
    add(
        "compress-above",
        it -> it.compressAbove().isPresent() ? size(it.compressAbove().getAsInt()) : NONE);
    add("value-codec", it -> it.values().codec());
    add("json-type", it -> it.values().jsonType() == null ? NONE : it.values().jsonType());
    add("encryption.keys", it -> it.values().encryption() == null ? "[]" : "***");
    add(
        "buckets",
        it -> it.buckets().isPresent() ? String.valueOf(it.buckets().getAsInt()) : "auto");
  }

  private static void addLoading() {
    addLoading("lock-wait", LoadOptions::lockWait);
    addLoading("soft-timeout", LoadOptions::softTimeout);
    addLoading("hard-timeout", LoadOptions::hardTimeout);
    add("loading.early-refresh", it -> number(it.loading().earlyRefresh()));
    addLoading("refresh-interval", LoadOptions::refreshInterval);
    addLoading("stop-refresh-after-last-access", it -> it.refresh().stopRefreshAfterLastAccess());
    add(
        "loading.max-refreshed-keys",
        it -> String.valueOf(it.loading().refresh().maxRefreshedKeys()));
    addLoading("grace", LoadOptions::grace);
    addLoading("keep", LoadOptions::keep);
    addLoading("retry-interval", LoadOptions::retryInterval);
    addLoading("negative-time-to-live", LoadOptions::negativeTimeToLive);
    addLoading("coalesce-window", it -> it.coalescing().coalesceWindow());
    add(
        "loading.coalesce-max-keys",
        it -> String.valueOf(it.loading().coalescing().coalesceMaxKeys()));
    add("loading.max-loads", it -> String.valueOf(it.loading().budget().maxLoads()));
    add(
        "loading.max-loads-per-second",
        it -> String.valueOf(it.loading().budget().maxLoadsPerSecond()));
    add("loading.budget-scope", it -> SettingsReader.spelled(it.loading().budget().budgetScope()));
    addLoading("budget-wait", it -> it.budget().budgetWait());
  }

  private static void addLoading(String name, Function<LoadOptions, @Nullable Duration> time) {
    add("loading." + name, it -> time(time.apply(it.loading())));
  }

  private static void addWriteBehind() {
    add("write-behind.enabled", it -> String.valueOf(it.writeBehind().isPresent()));
    addWriteBehind("delay", it -> time(it.delay()));
    addWriteBehind("batch-size", it -> String.valueOf(it.batchSize()));
    addWriteBehind("queue-limit", it -> String.valueOf(it.queueLimit()));
    addWriteBehind("max-attempts", it -> String.valueOf(it.maxAttempts()));
    addWriteBehind("backoff", it -> time(it.backoff()));
    addWriteBehind("max-backoff", it -> time(it.maxBackoff()));
  }

  private static void addWriteBehind(String name, Function<WriteBehindOptions, String> value) {
    add(
        "write-behind." + name,
        it -> value.apply(it.writeBehind().orElse(WriteBehindOptions.DEFAULTS)));
  }

  private static void addNearCache() {
    add("near-cache.max-entries", it -> nearCache(it, near -> String.valueOf(near.maxEntries())));
    add("near-cache.max-bytes", it -> nearCache(it, near -> size(near.maxBytes())));
    add("near-cache.max-staleness", it -> time(orDefault(it).maxStaleness()));
    add("near-cache.time-to-live", it -> time(orDefault(it).timeToLive()));
    add(
        "near-cache.immutable-classes",
        it ->
            list(orDefault(it).immutableClasses().stream().map(Class::getName).sorted().toList()));
    add("near-cache.hot-keys-only", it -> String.valueOf(orDefault(it).hotKeysOnly()));
  }

  private static void addHotKeys() {
    add("hot-keys.max-keys", it -> it.hotKeys().map(hot -> hot.maxKeys() + "").orElse("0"));
    add("hot-keys.sample-every", it -> String.valueOf(hotKeys(it).sampleEvery()));
    add("hot-keys.half-life", it -> time(hotKeys(it).halfLife()));
  }

  private static HotKeyOptions hotKeys(CorralConfiguration<?, ?> configuration) {
    return configuration.hotKeys().orElse(HotKeyOptions.ofKeys(1));
  }

  private static void addVerification() {
    add(
        "verify.sample",
        it -> it.verification().map(verify -> number(verify.sample() * 100)).orElse("0") + "%");
    add("verify.delay", it -> time(verification(it).delay()));
    add("verify.max-per-second", it -> String.valueOf(verification(it).maxPerSecond()));
    add("verify.comparison", it -> SettingsReader.spelled(verification(it).comparison()));
    add("verify.repair", it -> String.valueOf(verification(it).repair()));
    add("verify.dry-run", it -> String.valueOf(verification(it).dryRun()));
  }

  private static VerifyOptions verification(CorralConfiguration<?, ?> configuration) {
    return configuration.verification().orElse(VerifyOptions.ofSample(1));
  }

  private static String nearCache(
      CorralConfiguration<?, ?> configuration, Function<NearCacheOptions, String> value) {
    return configuration.nearCache().map(value).orElse("0");
  }

  private static NearCacheOptions orDefault(CorralConfiguration<?, ?> configuration) {
    return configuration.nearCache().orElse(NearCacheOptions.ofEntries(1));
  }

  private static OutageOptions outage(CorralConfiguration<?, ?> configuration) {
    return configuration.outage().orElse(OutageOptions.DEFAULTS);
  }

  private static String listeners(CorralConfiguration<?, ?> configuration) {
    return list(
        StreamSupport.stream(
                configuration.getCacheEntryListenerConfigurations().spliterator(), false)
            .map(CacheEntryListenerConfiguration::getCacheEntryListenerFactory)
            .map(CodeValues::className)
            .toList());
  }

  /**
   * The policy, if it is one of the standard or of the settings, so that its times are constant.
   */
  private static @Nullable ExpiryPolicy knownPolicy(CorralConfiguration<?, ?> configuration) {
    Factory<ExpiryPolicy> factory = configuration.getExpiryPolicyFactory();
    if (EternalExpiryPolicy.factoryOf().equals(factory)) {
      return new EternalExpiryPolicy();
    }
    ExpiryPolicy policy =
        factory instanceof FactoryBuilder.SingletonFactory<ExpiryPolicy> singleton
            ? singleton.create()
            : null;
    boolean isKnown =
        policy instanceof ConstantExpiryPolicy
            || (policy != null
                && policy.getClass().getPackage() == EternalExpiryPolicy.class.getPackage());
    return isKnown ? policy : null;
  }

  private static String expiry(
      CorralConfiguration<?, ?> configuration,
      Function<ExpiryPolicy, javax.cache.expiry.@Nullable Duration> time) {
    ExpiryPolicy policy = knownPolicy(configuration);
    if (policy == null) {
      return "by expiry.policy";
    }
    javax.cache.expiry.Duration duration = time.apply(policy);
    return duration == null
        ? "unchanged"
        : duration.isEternal()
            ? "eternal"
            : duration.isZero() ? "0" : time(Duration.ofMillis(duration.getAdjustedTime(0)));
  }

  /** The name of the class that a factory creates, as far as it is known without a call. */
  private static String className(@Nullable Factory<?> factory) {
    if (factory == null) {
      return NONE;
    }
    if (factory instanceof ClassFactory<?> named) {
      return named.type().getName();
    }
    return factory instanceof FactoryBuilder.SingletonFactory<?> singleton
        ? singleton.create().getClass().getName()
        : factory.getClass().getName();
  }

  private static String list(Collection<String> elements) {
    return elements.stream().collect(Collectors.joining(", ", "[", "]"));
  }

  private static String number(double number) {
    return String.valueOf(Math.round(number * 1e6) / 1e6).replaceAll("\\.0$", "");
  }

  private static String size(long bytes) {
    return bytes > 0 && bytes % (1 << 20) == 0
        ? (bytes >> 20) + " MiB"
        : bytes > 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : String.valueOf(bytes);
  }

  /** A time in the largest unit in which it is a whole number. */
  private static String time(@Nullable Duration time) {
    if (time == null) {
      return NONE;
    }
    int nanos = time.toNanosPart();
    if (nanos != 0) {
      return nanos % 1_000_000 == 0 ? time.toMillis() + "ms" : time.toNanos() + "ns";
    }
    long seconds = time.toSeconds();
    for (var unit : List.of(Map.entry(3_600, "h"), Map.entry(60, "m"))) {
      if (seconds > 0 && seconds % unit.getKey() == 0) {
        return seconds / unit.getKey() + unit.getValue();
      }
    }
    return seconds + "s";
  }
}
