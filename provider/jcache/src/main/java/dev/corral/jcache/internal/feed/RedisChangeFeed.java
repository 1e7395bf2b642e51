package dev.corral.jcache.internal.feed;

import dev.corral.jcache.internal.redis.Availability;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisFailures;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.listener.StatusListener;
import org.redisson.client.RedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A change feed over a Redis channel. The scripts publish a change only while some JVM has a
 * subscription for its kind. A subscription is a lease: after the death of a JVM it ends by itself.
 */
public final class RedisChangeFeed implements ChangeFeed {

  private static final Logger log = LoggerFactory.getLogger(RedisChangeFeed.class);

  /** A JVM that is paused for longer misses changes. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  private static final Duration RENEWAL = LEASE.dividedBy(3);

  /** How long the expiry index is kept after the last subscription to EXPIRED has ended. */
  private static final Duration EXPIRY_INDEX_RETENTION = Duration.ofMinutes(10);

  /** Held while the feed subscribes or unsubscribes. */
  private final ReentrantLock subscribing = new ReentrantLock();

  private final CacheContext cache;

  /** The same cache without the circuit breaker, for {@link #resubscribe(int)}. */
  private final CacheContext direct;

  private final String jvmId;
  private final RTopic topic;
  private final ScheduledExecutorService timer;
  private volatile boolean connected;
  private volatile Set<Subscription> subscriptions = EnumSet.noneOf(Subscription.class);
  private int listenerId;
  private int statusListenerId;
  private volatile @Nullable Consumer<EntryChange> consumer;
  private @Nullable ScheduledFuture<?> renewal;

  public RedisChangeFeed(CacheContext cache, String jvmId, ScheduledExecutorService timer) {
    this.cache = cache;
    this.direct = cache.over(cache.redis().guardedBy(Availability.ASSUMED));
    this.jvmId = jvmId;
    this.timer = timer;
    this.topic = cache.redis().topic(cache.keys().channel());
  }

  @Override
  public String jvmId() {
    return jvmId;
  }

  @Override
  public boolean isConnected() {
    return connected;
  }

  @Override
  public void subscribe(Set<Subscription> wanted, Consumer<EntryChange> newConsumer) {
    subscribing.lock();
    try {
      consumer = newConsumer;
      subscriptions = wanted;
      if (wanted.isEmpty()) {
        removeListeners();
      } else if (cache.redis().availability().isReachable(cache.keys().channel())) {
        try {
          addListeners();
          renewLeases(cache, wanted).forEach(reply -> cache.await("subscribe", reply));
        } catch (RedisUnavailableException e) {
          log.debug(
              "Cache '{}': Redis is unavailable; the feed subscribes when Redis is available again",
              cache.name(),
              e);
        }
      }
    } finally {
      subscribing.unlock();
    }
  }

  @Override
  public void listen() {
    subscribing.lock();
    try {
      if (!subscriptions.isEmpty() && consumer != null) {
        addListeners();
      }
    } finally {
      subscribing.unlock();
    }
  }

  /** Takes no lock, since a thread of the Redis client may call it. */
  @Override
  public CompletableFuture<?> resubscribe(int bucket) {
    Set<Subscription> wanted = subscriptions;
    return wanted.isEmpty() || consumer == null
        ? CompletableFuture.completedFuture(null)
        : renewLease(direct, bucket, wanted);
  }

  /** Adds the listeners of the channel and starts the renewals, if that has not been done. */
  private void addListeners() {
    if (renewal != null) {
      return;
    }
    try {
      statusListenerId = topic.addListener(new ConnectionStatus());
      listenerId = topic.addListener(byte[].class, (channel, message) -> accept(message));
      connected = true;
      renewal =
          timer.scheduleAtFixedRate(
              this::renew, RENEWAL.toMillis(), RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RedisException e) {
      throw cache.redis().failureOf(cache.keys().channel(), cache.name(), "subscribe", e);
    }
  }

  /** Called by a thread of the Redis client, which must not block. */
  private void accept(byte[] message) {
    EntryChange change = EntryChange.of(message);
    Consumer<EntryChange> current = consumer;
    if (change != null && current != null) {
      current.accept(change);
    }
  }

  private void renew() {
    try {
      renewLeases(cache, subscriptions)
          .forEach(
              reply ->
                  reply.exceptionally(
                      e -> {
                        logUnrenewed(e);
                        return null;
                      }));
    } catch (RuntimeException e) {
      logUnrenewed(e);
    }
  }

  /** The breaker logs an outage, and lets the feed subscribe again afterwards. */
  private void logUnrenewed(Throwable failure) {
    log.atLevel(RedisFailures.isUnavailability(failure) ? Level.DEBUG : Level.WARN)
        .log(
            "Cache '{}': the subscriptions of its listeners were not renewed, so listeners may miss"
                + " events: {}",
            cache.name(),
            failure.getMessage());
  }

  /** Creates or renews the subscriptions in all buckets. */
  private List<CompletableFuture<Long>> renewLeases(
      CacheContext context, Set<Subscription> wanted) {
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      replies.add(renewLease(context, bucket, wanted));
    }
    return replies;
  }

  private CompletableFuture<Long> renewLease(
      CacheContext context, int bucket, Set<Subscription> wanted) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(LEASE.toMillis());
    arguments.add(EXPIRY_INDEX_RETENTION.toMillis());
    wanted.forEach(subscription -> arguments.add(subscription.name().toLowerCase(Locale.ROOT)));
    return context
        .redis()
        .runForNumber(
            LuaScript.RENEW_SUBSCRIPTIONS,
            List.of(
                cache.keys().subscriptions(bucket),
                cache.keys().expiryIndex(bucket),
                cache.keys().expiringValues(bucket)),
            arguments.toArray());
  }

  private void removeListeners() {
    if (renewal != null) {
      renewal.cancel(false);
      renewal = null;
      connected = false;
      try {
        topic.removeListener(listenerId, statusListenerId);
      } catch (RedisException e) {
        log.debug("Cache '{}': the feed could not unsubscribe: {}", cache.name(), e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    subscribing.lock();
    try {
      removeListeners();
      consumer = null;
    } finally {
      subscribing.unlock();
    }
  }

  /** Records whether the client is subscribed to the channel now. */
  private final class ConnectionStatus implements StatusListener {

    @Override
    public void onSubscribe(String channel) {
      connected = true;
    }

    @Override
    public void onUnsubscribe(String channel) {
      connected = false;
    }
  }
}
