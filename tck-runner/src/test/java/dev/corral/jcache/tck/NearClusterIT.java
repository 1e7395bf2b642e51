package dev.corral.jcache.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import org.junit.jupiter.api.Test;

/** A near cache over all nodes of a cluster: it hears what changes on each of them. */
class NearClusterIT {

  private static final int KEYS = 300;

  /** Before the lease of the near cache ends, so only an announcement can have told. */
  private static final Duration ANNOUNCED = Duration.ofMillis(2_500);

  private static CacheManager manager(String uri) {
    return Caching.getCachingProvider().getCacheManager(URI.create(uri), null);
  }

  private static Map<Integer, String> all(String value) {
    Map<Integer, String> entries = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      entries.put(i, value);
    }
    return entries;
  }

  @Test
  void changes_onAllNodes_areAnnounced() {
    TckServer.CLUSTER.whyNot().ifPresent(reason -> abort(reason));
    String uri = TckServer.CLUSTER.start().orElseThrow();
    var configuration =
        CorralConfiguration.builder(Integer.class, String.class)
            .standard(it -> it.setStatisticsEnabled(true))
            .nearCache(NearCacheOptions.ofEntries(1_000).withMaxStaleness(Duration.ofSeconds(5)))
            .build();
    try (CacheManager ours = manager(uri);
        CacheManager theirs = manager(uri + "?timeout=5s")) {
      Cache<Integer, String> near = ours.createCache("near", configuration);
      Cache<Integer, String> far = theirs.createCache("near", configuration);
      CorralCache<?, ?> statistics = near.unwrap(CorralCache.class);
      far.putAll(all("old"));
      await()
          .until(
              () -> {
                long before = statistics.nearCacheStatistics().hits();
                near.getAll(all("").keySet());
                return statistics.nearCacheStatistics().hits() - before == KEYS;
              });

      far.putAll(all("new"));
      await().atMost(ANNOUNCED).until(() -> near.getAll(all("").keySet()).equals(all("new")));
      far.clear();
      await().atMost(ANNOUNCED).until(() -> near.getAll(all("").keySet()).isEmpty());
      assertThat(statistics.nearCacheStatistics().gaps()).isZero();
    }
  }
}
