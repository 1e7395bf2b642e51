package dev.corral.jcache.internal.feed;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.redisson.api.RFuture;
import org.redisson.api.RPatternTopic;
import org.redisson.api.RShardedTopic;

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
      CacheContext cache, BiConsumer<String, byte[]> heard) {
    if (!cache.redis().acceptsShardedSubscriptions(cache.keys().buckets())) {
      return CompletableFuture.completedFuture(byPattern(cache, heard));
    }
    return cache
        .redis()
        .runForNumber(LuaScript.SERVER_VERSION, List.of(cache.keys().invalidations(0)))
        .thenApply(
            version -> version < SHARDED_SINCE ? byPattern(cache, heard) : sharded(cache, heard));
  }

  private static NearChannels byPattern(CacheContext cache, BiConsumer<String, byte[]> heard) {
    RPatternTopic topic = cache.redis().patternTopic(cache.keys().invalidationsPattern());
    Subscription all =
        new Subscription(
            () ->
                topic.addListenerAsync(
                    byte[].class,
                    (pattern, channel, message) -> heard.accept(channel.toString(), message)),
            topic::removeListenerAsync);
    return new NearChannels("near", List.of(all));
  }

  private static NearChannels sharded(CacheContext cache, BiConsumer<String, byte[]> heard) {
    return new NearChannels(
        "nearSharded",
        IntStream.range(0, cache.keys().buckets())
            .mapToObj(bucket -> sharded(cache, bucket, heard))
            .toList());
  }

  private static Subscription sharded(
      CacheContext cache, int bucket, BiConsumer<String, byte[]> heard) {
    RShardedTopic topic = cache.redis().shardedTopic(cache.keys().invalidations(bucket));
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
