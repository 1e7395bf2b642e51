package dev.corral.jcache.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import org.junit.jupiter.api.Test;

/** A near cache on a cluster receives the invalidations of all nodes. */
class NearClusterIT {

  private static final int KEYS = 300;

  /** The default number of buckets on a cluster. */
  private static final int BUCKETS = 64;

  /** Shorter than the near-cache lease, so only an invalidation can have removed the entries. */
  private static final Duration INVALIDATED = Duration.ofMillis(2_500);

  /** The maximum staleness of a bucket that missed invalidations, and time to connect again. */
  private static final Duration RESUBSCRIBED = Duration.ofSeconds(20);

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
  void changes_onAllNodes_invalidateAlsoAfterLostConnections() {
    TckServer.CLUSTER.reasonToSkip().ifPresent(reason -> abort(reason));
    String uri = TckServer.CLUSTER.startWithAllRights();
    var configuration =
        CorralConfiguration.builder(Integer.class, String.class)
            .standard(it -> it.setStatisticsEnabled(true))
            .nearCache(NearCacheOptions.ofEntries(1_000).withMaxStaleness(Duration.ofSeconds(5)))
            .build();
    try (CacheManager ours = manager(uri);
        CacheManager theirs = manager(uri + "?timeout=5s")) {
      Cache<Integer, String> cache = ours.createCache("near", configuration);
      Cache<Integer, String> otherJvm = theirs.createCache("near", configuration);
      CorralCache<?, ?> statistics = cache.unwrap(CorralCache.class);
      otherJvm.putAll(all("old"));
      await().until(() -> allAreNearCacheHits(cache, statistics));

      assertThat(shardedChannels(uri)).isEqualTo(supportShardedChannels(uri) ? BUCKETS : 0);

      otherJvm.putAll(all("new"));
      await().atMost(INVALIDATED).until(() -> cache.getAll(all("").keySet()).equals(all("new")));
      otherJvm.clear();
      await().atMost(INVALIDATED).until(() -> cache.getAll(all("").keySet()).isEmpty());
      assertThat(statistics.nearCacheStatistics().gaps()).isZero();

      nodes(uri).forEach(node -> reply(node, "CLIENT KILL TYPE pubsub"));
      otherJvm.putAll(all("newer"));
      await().until(() -> cache.getAll(all("").keySet()).equals(all("newer")));
      await().atMost(RESUBSCRIBED).until(() -> allAreNearCacheHits(cache, statistics));
      otherJvm.putAll(all("newest"));
      await().atMost(INVALIDATED).until(() -> cache.getAll(all("").keySet()).equals(all("newest")));
    }
  }

  private static boolean allAreNearCacheHits(
      Cache<Integer, String> cache, CorralCache<?, ?> statistics) {
    long before = statistics.nearCacheStatistics().hits();
    cache.getAll(all("").keySet());
    return statistics.nearCacheStatistics().hits() - before == KEYS;
  }

  /** The number of sharded channels with a subscriber, on all nodes. */
  private static int shardedChannels(String uri) {
    return nodes(uri).mapToInt(node -> length(reply(node, "PUBSUB SHARDCHANNELS"))).sum();
  }

  private static boolean supportShardedChannels(String uri) {
    return nodes(uri).allMatch(node -> reply(node, "COMMAND INFO spublish").contains("spublish"));
  }

  private static Stream<URI> nodes(String uri) {
    return Stream.of(uri.substring(uri.indexOf("//") + 2).split(","))
        .map(node -> URI.create("redis://" + node));
  }

  /** The length of the list in a reply. */
  private static int length(String reply) {
    return Integer.parseInt(reply.substring(1, reply.indexOf('\r')));
  }

  /** The reply of a node to an inline command, as text of the Redis protocol. */
  private static String reply(URI node, String command) {
    try (Socket socket = new Socket(node.getHost(), node.getPort())) {
      socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
