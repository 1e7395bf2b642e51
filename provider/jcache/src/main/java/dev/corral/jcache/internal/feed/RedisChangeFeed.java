package dev.corral.jcache.internal.feed;

import dev.corral.jcache.internal.redis.Availability;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.listener.StatusListener;
import org.redisson.client.RedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed over a Redis channel. The scripts publish only while somebody holds a lease on the kind
 * of change; a JVM that died is forgotten when its lease ends.
 */
public final class RedisChangeFeed implements ChangeFeed {

  private static final Logger log = LoggerFactory.getLogger(RedisChangeFeed.class);

  /** A JVM that stands still for longer misses changes. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  private static final Duration RENEWAL = LEASE.dividedBy(3);

  /** How long what EXPIRED events need outlives the last JVM that listened for them. */
  private static final Duration KEEP = Duration.ofMinutes(10);

  private final CacheContext cache;
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
  public synchronized void subscribe(Set<Subscription> wanted, Consumer<EntryChange> listener) {
    consumer = listener;
    subscriptions = wanted;
    if (wanted.isEmpty()) {
      stopListening();
    } else if (cache.redis().availability().isAvailable()) {
      try {
        listen();
        lease(cache, wanted).forEach(reply -> cache.await("listen", reply));
      } catch (RedisUnavailableException e) {
        log.debug("Cache '{}': listens once Redis is back", cache.name(), e);
      }
    }
  }

  @Override
  public synchronized void resubscribe() {
    if (!subscriptions.isEmpty() && consumer != null) {
      listen();
      lease(direct, subscriptions).forEach(reply -> direct.await("listen", reply));
    }
  }

  private void listen() {
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
      throw cache.failure("listen", e);
    }
  }

  private void accept(byte[] message) {
    EntryChange change = EntryChange.of(message);
    Consumer<EntryChange> listener = consumer;
    if (change != null && listener != null) {
      listener.accept(change);
    }
  }

  private void renew() {
    if (!cache.redis().availability().isAvailable()) {
      return;
    }
    try {
      lease(cache, subscriptions)
          .forEach(
              reply ->
                  reply.exceptionally(
                      e -> {
                        log.warn(
                            "Cache '{}': the lease on its changes could not be renewed; listeners"
                                + " may miss some: {}",
                            cache.name(),
                            e.getMessage());
                        return null;
                      }));
    } catch (RuntimeException e) {
      log.warn("Cache '{}': {}", cache.name(), e.getMessage());
    }
  }

  private List<CompletableFuture<Long>> lease(CacheContext commands, Set<Subscription> wanted) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(LEASE.toMillis());
    arguments.add(KEEP.toMillis());
    wanted.forEach(subscription -> arguments.add(subscription.name().toLowerCase(Locale.ROOT)));
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      replies.add(
          commands
              .redis()
              .runForNumber(
                  LuaScript.RENEW_SUBSCRIPTIONS,
                  List.of(
                      cache.keys().subscriptions(bucket),
                      cache.keys().expiryIndex(bucket),
                      cache.keys().expiringValues(bucket)),
                  arguments.toArray()));
    }
    return replies;
  }

  private void stopListening() {
    if (renewal != null) {
      renewal.cancel(false);
      renewal = null;
      connected = false;
      try {
        topic.removeListener(listenerId, statusListenerId);
      } catch (RedisException e) {
        log.debug("Cache '{}': could not unsubscribe: {}", cache.name(), e.getMessage());
      }
    }
  }

  @Override
  public synchronized void close() {
    stopListening();
    consumer = null;
  }

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
