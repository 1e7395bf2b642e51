package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.internal.outage.CacheRecovery;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.loading.LoadGuard;
import dev.corral.jcache.internal.pipeline.verify.DryRunStage;
import dev.corral.jcache.internal.pipeline.verify.VerificationThreads;
import dev.corral.jcache.internal.pipeline.verify.Verifier;
import dev.corral.jcache.internal.pipeline.verify.VerifyStage;
import dev.corral.jcache.internal.store.VerifiedEntries;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring of the verification of one cache.
 *
 * @param verifier null if its hits are not compared with the loader
 * @param stage null if it has no verifier
 */
record VerificationAssembly<K, V>(@Nullable Verifier<K, V> verifier, @Nullable Stage<K, V> stage) {

  private static final Logger log = LoggerFactory.getLogger(VerificationAssembly.class);

  /**
   * Does nothing if a cache of this configuration can be opened.
   *
   * @throws CacheException if a dry run is impossible
   */
  static void check(String cacheName, CorralConfiguration<?, ?> configuration) {
    if (configuration.verification().filter(VerifyOptions::dryRun).isEmpty()) {
      return;
    }
    if (!configuration.isReadThrough() || configuration.getCacheLoaderFactory() == null) {
      throw new CacheException(
          ("cache '%s': a dry run needs a CacheLoader factory and readThrough=true, because the"
                  + " loader answers instead of the cache")
              .formatted(cacheName));
    }
    boolean writes =
        configuration.isWriteThrough() && configuration.getCacheWriterFactory() != null;
    if (writes && configuration.writeBehind().isPresent()) {
      throw new CacheException(
          ("cache '%s': a dry run is impossible with writeBehind, because the loader does not see"
                  + " queued changes")
              .formatted(cacheName));
    }
  }

  /**
   * Wires the verification that the configuration asks for.
   *
   * @param guard null if the cache has no loader
   * @param entries the entries, with a way to compare their values
   */
  static <K, V> VerificationAssembly<K, V> open(
      String cacheName,
      CorralConfiguration<K, V> configuration,
      ManagerResources resources,
      CacheRecovery recovery,
      @Nullable LoadGuard<K, V> guard,
      Function<VerifyOptions, VerifiedEntries<K, V>> entries) {
    VerifyOptions options = configuration.verification().orElse(null);
    if (options == null) {
      return new VerificationAssembly<>(null, null);
    }
    if (guard == null) {
      log.warn(
          "Cache '{}': verify is ignored because there is no loader to compare with; set a"
              + " CacheLoader factory, with or without readThrough",
          cacheName);
      return new VerificationAssembly<>(null, null);
    }
    if (options.dryRun()) {
      log.info(
          "Cache '{}' is in a dry run: the loader answers all reads, and the cache is only filled"
              + " and compared; set verify.dry-run=false to use it",
          cacheName);
    }
    Verifier<K, V> verifier =
        new Verifier<>(
            cacheName,
            options,
            entries.apply(options),
            guard::call,
            recovery::isUnrestricted,
            new VerificationThreads(
                resources.threads().background(),
                resources.threads().timer(),
                guard.backgroundLoads(VerificationThreads.MOST_AT_A_TIME)));
    Stage<K, V> stage =
        options.dryRun()
            ? new DryRunStage<>(verifier, callsOf(guard))
            : new VerifyStage<>(verifier);
    return new VerificationAssembly<>(verifier, stage);
  }

  private static <K, V> DryRunStage.Loads<K, V> callsOf(LoadGuard<K, V> guard) {
    return new DryRunStage.Loads<>() {
      @Override
      public @Nullable V call(K key) {
        return guard.callInTime(key);
      }

      @Override
      public Map<K, V> callAll(Set<K> keys) {
        return guard.callAllInTime(keys);
      }
    };
  }

  /** The statistics; those of no verification if there is none. */
  VerificationStatistics statistics() {
    return verifier == null ? VerificationStatistics.NONE : verifier.statistics();
  }

  /** Ends the verification. */
  void close() {
    if (verifier != null) {
      verifier.close();
    }
  }
}
