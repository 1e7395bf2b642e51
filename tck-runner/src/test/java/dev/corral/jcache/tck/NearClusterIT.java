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

/** A near cache over all nodes of a cluster: it hears what changes on each of them. */
class NearClusterIT {

  private static final int KEYS = 300;

  /** Of a cache in a cluster. */
  private static final int BUCKETS = 64;

  /** Before the lease of the near cache ends, so only an announcement can have told. */
  private static final Duration ANNOUNCED = Duration.ofMillis(2_500);

  /** The bound, for a bucket whose announcements were missed, and time to connect. */
  private static final Duration LISTENS_AGAIN = Duration.ofSeconds(20);

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
  void changes_onAllNodes_areAnnouncedAlsoAfterConnectionsWereLost() {
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
      await().until(() -> allAreNear(near, statistics));

      assertThat(shardedChannels(uri)).isEqualTo(knowShardedChannels(uri) ? BUCKETS : 0);

      far.putAll(all("new"));
      await().atMost(ANNOUNCED).until(() -> near.getAll(all("").keySet()).equals(all("new")));
      far.clear();
      await().atMost(ANNOUNCED).until(() -> near.getAll(all("").keySet()).isEmpty());
      assertThat(statistics.nearCacheStatistics().gaps()).isZero();

      nodes(uri).forEach(node -> answer(node, "CLIENT KILL TYPE pubsub"));
      far.putAll(all("newer"));
      await().until(() -> near.getAll(all("").keySet()).equals(all("newer")));
      await().atMost(LISTENS_AGAIN).until(() -> allAreNear(near, statistics));
      far.putAll(all("newest"));
      await().atMost(ANNOUNCED).until(() -> near.getAll(all("").keySet()).equals(all("newest")));
    }
  }

  private static boolean allAreNear(Cache<Integer, String> near, CorralCache<?, ?> statistics) {
    long before = statistics.nearCacheStatistics().hits();
    near.getAll(all("").keySet());
    return statistics.nearCacheStatistics().hits() - before == KEYS;
  }

  /** On all nodes. */
  private static int shardedChannels(String uri) {
    return nodes(uri).mapToInt(node -> number(answer(node, "PUBSUB SHARDCHANNELS"))).sum();
  }

  private static boolean knowShardedChannels(String uri) {
    return nodes(uri).allMatch(node -> answer(node, "COMMAND INFO spublish").contains("spublish"));
  }

  private static Stream<URI> nodes(String uri) {
    return Stream.of(uri.substring(uri.indexOf("//") + 2).split(","))
        .map(node -> URI.create("redis://" + node));
  }

  /** The length of a list that was answered. */
  private static int number(String answer) {
    return Integer.parseInt(answer.substring(1, answer.indexOf('\r')));
  }

  /** The answer of a node, as Redis writes it. */
  private static String answer(URI node, String command) {
    try (Socket socket = new Socket(node.getHost(), node.getPort())) {
      socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
