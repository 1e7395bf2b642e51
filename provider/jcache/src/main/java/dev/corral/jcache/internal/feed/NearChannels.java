package dev.corral.jcache.internal.feed;

import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.redisson.api.RFuture;
import org.redisson.api.RPatternTopic;
import org.redisson.api.RShardedTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/**
 * The channels on which the changes of a cache's buckets are announced: all by one pattern, whose
 * messages a cluster brings to each of its nodes; or one sharded channel for each bucket, whose
 * messages stay on the node of the bucket. To be used under a lock.
 */
final class NearChannels implements AutoCloseable {

  /** Redis 7.0. */
  private static final long SHARDED_SINCE = 0x70000;

  private final String lease;

  /** One for each bucket, or one for all. */
  private final List<Subscription> subscriptions;

  private NearChannels(String lease, List<Subscription> subscriptions) {
    this.lease = lease;
    this.subscriptions = subscriptions;
  }

  /**
   * Sharded ones where the cluster has them. A client that a user hands in may have connections for
   * a few subscriptions only; then the pattern has to do.
   */
  static CompletableFuture<NearChannels> open(
      RedisCommands redis, KeySpace names, BiConsumer<String, byte[]> heard) {
    RedissonClient client = redis.client();
    if (!hasRoom(client.getConfig(), names.buckets())) {
      return CompletableFuture.completedFuture(byPattern(client, names, heard));
    }
    return redis
        .runForNumber(LuaScript.SERVER_VERSION, List.of(names.near(0)))
        .thenApply(
            version ->
                version < SHARDED_SINCE
                    ? byPattern(client, names, heard)
                    : sharded(client, names, heard));
  }

  private static boolean hasRoom(Config config, int subscriptions) {
    return config.isClusterConfig()
        && config.useClusterServers().getSubscriptionsPerConnection() >= subscriptions;
  }

  private static NearChannels byPattern(
      RedissonClient client, KeySpace names, BiConsumer<String, byte[]> heard) {
    RPatternTopic topic = client.getPatternTopic(names.nearPattern(), ByteArrayCodec.INSTANCE);
    Subscription all =
        new Subscription(
            () ->
                topic.addListenerAsync(
                    byte[].class,
                    (pattern, channel, message) -> heard.accept(channel.toString(), message)),
            topic::removeListenerAsync);
    return new NearChannels("near", List.of(all));
  }

  private static NearChannels sharded(
      RedissonClient client, KeySpace names, BiConsumer<String, byte[]> heard) {
    return new NearChannels(
        "nearSharded",
        IntStream.range(0, names.buckets())
            .mapToObj(bucket -> sharded(client, names.near(bucket), heard))
            .toList());
  }

  private static Subscription sharded(
      RedissonClient client, String name, BiConsumer<String, byte[]> heard) {
    RShardedTopic topic = client.getShardedTopic(name, ByteArrayCodec.INSTANCE);
    return new Subscription(
        () ->
            topic.addListenerAsync(
                byte[].class, (channel, message) -> heard.accept(channel.toString(), message)),
        topic::removeListenerAsync);
  }

  /** The kind of lease under which the scripts announce to these channels. */
  String lease() {
    return lease;
  }

  /** Whether the channel of a bucket is heard; if not, it begins to listen. */
  boolean isHeard(int bucket) {
    return subscriptions.get(bucket % subscriptions.size()).isThere();
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::end);
  }

  /** One, and how it ends. */
  private static final class Subscription {

    private final LazyRetry<Integer> listener;
    private final Function<Integer, RFuture<Void>> end;

    Subscription(Supplier<RFuture<Integer>> begin, Function<Integer, RFuture<Void>> end) {
      this.listener = new LazyRetry<>(() -> begin.get().toCompletableFuture());
      this.end = end;
    }

    boolean isThere() {
      return listener.result() != null;
    }

    void end() {
      listener.end(
          number -> {
            var unused = end.apply(number);
          });
    }
  }
}
