package dev.corral.jcache.internal.feed;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription of a near cache to the invalidations of its cache. Receives them, and renews the
 * {@linkplain NearCacheLease leases} of the buckets.
 *
 * <p>The scripts publish invalidations only while some JVM is subscribed. A renewal also extends
 * the subscription. The lease of a bucket without recent reads is not renewed.
 */
public final class Invalidations implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Invalidations.class);

  /** How long the scripts publish after the last renewal; much longer than any staleness. */
  private static final Duration SUBSCRIPTION_LEASE = Duration.ofSeconds(30);

  private static final int RENEWALS_PER_STALENESS = 4;

  private final CacheContext cache;
  private final List<NearCacheLease> leases;
  private final Map<String, NearCacheLease> byChannel = new HashMap<>();
  private volatile Consumer<String> invalidate;
  private final ScheduledFuture<?> timer;

  /** Opened with a retry, because the kind of the channels depends on the version of Redis. */
  private final LazyRetry<NearChannels> channels;

  private volatile boolean closed;

  /**
   * Subscribes in the background, as soon as Redis is available.
   *
   * @param leases one for each bucket, in the order of the buckets
   * @param staleness for how long a confirmed lease is valid; shorter than 30 seconds
   * @param invalidate receives the text of each changed key, in a thread of the Redis client; must
   *     not block
   * @param timer renews the leases
   */
  public Invalidations(
      CacheContext cache,
      List<NearCacheLease> leases,
      Duration staleness,
      Consumer<String> invalidate,
      ScheduledExecutorService timer) {
    this.cache = cache;
    this.leases = leases;
    this.invalidate = invalidate;
    this.channels = new LazyRetry<>(() -> NearChannels.open(cache, this::onMessage));
    for (int bucket = 0; bucket < leases.size(); bucket++) {
      byChannel.put(cache.keys().invalidations(bucket), leases.get(bucket));
    }
    this.timer =
        timer.scheduleAtFixedRate(
            this::renewAll,
            0,
            staleness.dividedBy(RENEWALS_PER_STALENESS).toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** Runs on the timer, which would stop after an exception. After a failure the leases end. */
  private void renewAll() {
    try {
      subscribeAndRenew();
    } catch (RuntimeException e) {
      log.debug("Cache '{}': the near-cache leases were not renewed", cache.name(), e);
    }
  }

  /** Subscribes to the channels if necessary, and renews the leases of all buckets in use. */
  private synchronized void subscribeAndRenew() {
    NearChannels open = closed || !isAnyBucketReachable() ? null : channels.result();
    if (open == null) {
      return;
    }
    for (int bucket = 0; bucket < leases.size(); bucket++) {
      NearCacheLease lease = leases.get(bucket);
      if (isReachable(bucket) && open.subscribe(bucket) && lease.isWorthRenewing()) {
        renew(bucket, lease, open.subscription());
      }
    }
  }

  private boolean isAnyBucketReachable() {
    return IntStream.range(0, leases.size()).anyMatch(this::isReachable);
  }

  private boolean isReachable(int bucket) {
    return cache.redis().availability().isReachable(cache.keys().invalidations(bucket));
  }

  private void renew(int bucket, NearCacheLease lease, String subscription) {
    long receivedWhenSent = lease.received();
    long sentNanos = System.nanoTime();
    var unused =
        cache
            .redis()
            .runForNumber(
                LuaScript.FOLLOW_INVALIDATIONS,
                List.of(cache.keys().invalidations(bucket), cache.keys().subscriptions(bucket)),
                SUBSCRIPTION_LEASE.toMillis(),
                subscription)
            .whenComplete(
                (last, failure) -> {
                  if (last == null) {
                    log.debug(
                        "Cache '{}': a near-cache lease was not renewed", cache.name(), failure);
                  } else {
                    lease.onRenewal(sentNanos, receivedWhenSent, last);
                  }
                });
  }

  /** Called by a thread of the Redis client, which must not block. */
  private void onMessage(String channel, byte[] message) {
    NearCacheLease lease = byChannel.get(channel);
    if (lease == null || closed) {
      return;
    }
    Invalidation invalidation = Invalidation.of(message);
    if (invalidation == null) {
      lease.endEpoch();
      return;
    }
    List<String> keys = invalidation.keys();
    if (keys != null) {
      keys.forEach(invalidate);
    }
    lease.onInvalidation(invalidation.previous(), invalidation.number(), keys == null);
  }

  /** The Redis client may keep the listener for a while; it then keeps no near cache alive. */
  @Override
  public synchronized void close() {
    closed = true;
    invalidate = key -> {};
    timer.cancel(false);
    channels.close(NearChannels::close);
  }
}
