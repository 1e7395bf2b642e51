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
import org.redisson.api.RTopic;

/**
 * The Redis channels that carry the invalidations of one cache, one for each bucket. The messages
 * of a sharded channel stay on the node of the bucket; a cluster sends those of other channels to
 * each of its nodes. Not thread-safe: callers hold a lock.
 */
final class NearChannels implements AutoCloseable {

  /** Redis 7.0. */
  private static final long SHARDED_SINCE = 0x70000;

  private final String subscription;

  /** One for each bucket, or one for all. */
  private final List<Channel> channels;

  private NearChannels(String subscription, List<Channel> channels) {
    this.subscription = subscription;
    this.channels = channels;
  }

  /**
   * Chooses the kind of the channels: sharded in a cluster of version 7 or later. A client of the
   * application may allow too few subscriptions per connection for several channels; then it
   * subscribes to one pattern for all, which Redis allows only to users with the right to all
   * channels.
   *
   * @param listener receives the name of the channel and the message, in a thread of the Redis
   *     client; must not block
   */
  static CompletableFuture<NearChannels> open(
      CacheContext cache, BiConsumer<String, byte[]> listener) {
    int buckets = cache.keys().buckets();
    if (buckets > 1 && buckets > cache.redis().subscriptionsPerConnection()) {
      return CompletableFuture.completedFuture(byPattern(cache, listener));
    }
    if (!cache.redis().isCluster()) {
      return CompletableFuture.completedFuture(plain(cache, listener));
    }
    return cache
        .redis()
        .runForNumber(LuaScript.SERVER_VERSION, List.of(cache.keys().invalidations(0)))
        .thenApply(
            version -> version < SHARDED_SINCE ? plain(cache, listener) : sharded(cache, listener));
  }

  private static NearChannels plain(CacheContext cache, BiConsumer<String, byte[]> listener) {
    return new NearChannels(
        "near",
        IntStream.range(0, cache.keys().buckets())
            .mapToObj(bucket -> plain(cache, bucket, listener))
            .toList());
  }

  private static Channel plain(
      CacheContext cache, int bucket, BiConsumer<String, byte[]> listener) {
    RTopic topic = cache.redis().topic(cache.keys().invalidations(bucket));
    return new Channel(
        () ->
            topic.addListenerAsync(
                byte[].class, (channel, message) -> listener.accept(channel.toString(), message)),
        id -> topic.removeListenerAsync(id));
  }

  private static NearChannels byPattern(CacheContext cache, BiConsumer<String, byte[]> listener) {
    RPatternTopic topic = cache.redis().patternTopic(cache.keys().invalidationsPattern());
    Channel all =
        new Channel(
            () ->
                topic.addListenerAsync(
                    byte[].class,
                    (pattern, channel, message) -> listener.accept(channel.toString(), message)),
            topic::removeListenerAsync);
    return new NearChannels("near", List.of(all));
  }

  private static NearChannels sharded(CacheContext cache, BiConsumer<String, byte[]> listener) {
    return new NearChannels(
        "nearSharded",
        IntStream.range(0, cache.keys().buckets())
            .mapToObj(bucket -> sharded(cache, bucket, listener))
            .toList());
  }

  private static Channel sharded(
      CacheContext cache, int bucket, BiConsumer<String, byte[]> listener) {
    RShardedTopic topic = cache.redis().shardedTopic(cache.keys().invalidations(bucket));
    return new Channel(
        () ->
            topic.addListenerAsync(
                byte[].class, (channel, message) -> listener.accept(channel.toString(), message)),
        topic::removeListenerAsync);
  }

  /** The name of the subscription under which the scripts publish to channels of this kind. */
  String subscription() {
    return subscription;
  }

  /**
   * Subscribes to the channel of a bucket, if that has not been done. Does not wait.
   *
   * @return whether this JVM is subscribed now
   */
  boolean subscribe(int bucket) {
    return channels.get(bucket % channels.size()).subscribe();
  }

  @Override
  public void close() {
    channels.forEach(Channel::unsubscribe);
  }

  /** One channel or pattern. */
  private static final class Channel {

    private final LazyRetry<Integer> listenerId;
    private final Function<Integer, RFuture<Void>> removeListener;

    Channel(
        Supplier<RFuture<Integer>> addListener, Function<Integer, RFuture<Void>> removeListener) {
      this.listenerId = new LazyRetry<>(() -> addListener.get().toCompletableFuture());
      this.removeListener = removeListener;
    }

    boolean subscribe() {
      return listenerId.result() != null;
    }

    void unsubscribe() {
      listenerId.close(
          id -> {
            var unused = removeListener.apply(id);
          });
    }
  }
}
