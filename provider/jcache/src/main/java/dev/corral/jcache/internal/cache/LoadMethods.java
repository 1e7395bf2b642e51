package dev.corral.jcache.internal.cache;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.LoadingStatistics;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.cache.integration.CompletionListener;

/** The methods of a cache that load keys in the background, and the statistics of its loader. */
public interface LoadMethods<K, V> extends CorralCache<K, V> {

  /**
   * The loads in the background.
   *
   * @throws IllegalStateException if the cache is closed
   */
  BackgroundLoads<K, V> backgroundLoads();

  @Override
  default void loadAll(
      Set<? extends K> keys, boolean replaceExistingValues, CompletionListener completionListener) {
    BackgroundLoads<K, V> loads = backgroundLoads();
    List<K> copy = BulkOperations.checkedKeys(keys);
    loads.loadAll(copy, replaceExistingValues, completionListener);
  }

  @Override
  default WarmUp warm(Iterable<? extends K> keys, WarmUpOptions options) {
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(options, "options");
    return backgroundLoads().warm(keys::iterator, () -> {}, options);
  }

  @Override
  default WarmUp warm(Stream<? extends K> keys, WarmUpOptions options) {
    Objects.requireNonNull(keys, "keys");
    try {
      Objects.requireNonNull(options, "options");
      return backgroundLoads().warm(keys::iterator, keys::close, options);
    } catch (Throwable e) {
      closeAfter(e, keys);
      throw e;
    }
  }

  private static void closeAfter(Throwable failure, Stream<?> keys) {
    try {
      keys.close();
    } catch (Throwable e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }

  @Override
  default LoadingStatistics loadingStatistics() {
    return backgroundLoads().statistics();
  }
}
