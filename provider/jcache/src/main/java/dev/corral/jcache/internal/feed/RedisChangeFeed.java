package dev.corral.jcache.internal.feed;

import dev.corral.jcache.internal.redis.Availability;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
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
import org.redisson.client.codec.ByteArrayCodec;
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

  private final RedisCommands redis;
  private final RedisCommands direct;
  private final KeySpace names;
  private final String cacheName;
  private final String node;
  private final RTopic topic;
  private final ScheduledExecutorService timer;
  private volatile boolean connected;
  private volatile Set<Interest> interests = EnumSet.noneOf(Interest.class);
  private int subscription;
  private int statusSubscription;
  private volatile @Nullable Consumer<EntryChange> consumer;
  private @Nullable ScheduledFuture<?> renewal;

  public RedisChangeFeed(
      RedisCommands redis,
      KeySpace names,
      String cacheName,
      String node,
      ScheduledExecutorService timer) {
    this.redis = redis;
    this.direct = redis.guardedBy(Availability.ASSUMED);
    this.names = names;
    this.cacheName = cacheName;
    this.node = node;
    this.timer = timer;
    this.topic = redis.client().getTopic(names.channel(), ByteArrayCodec.INSTANCE);
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public boolean isConnected() {
    return connected;
  }

  @Override
  public synchronized void hear(Set<Interest> wanted, Consumer<EntryChange> listener) {
    consumer = listener;
    interests = wanted;
    if (wanted.isEmpty()) {
      unsubscribe();
    } else if (redis.availability().isAvailable()) {
      try {
        subscribe();
        lease(redis, wanted).forEach(reply -> redis.await(cacheName, "listen", reply));
      } catch (RedisUnavailableException e) {
        log.debug("Cache '{}': listens once Redis is back", cacheName, e);
      }
    }
  }

  @Override
  public synchronized void resume() {
    if (!interests.isEmpty() && consumer != null) {
      subscribe();
      lease(direct, interests).forEach(reply -> direct.await(cacheName, "listen", reply));
    }
  }

  private void subscribe() {
    if (renewal != null) {
      return;
    }
    try {
      statusSubscription = topic.addListener(new Connection());
      subscription = topic.addListener(byte[].class, (channel, message) -> accept(message));
      connected = true;
      renewal =
          timer.scheduleAtFixedRate(
              this::renew, RENEWAL.toMillis(), RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RedisException e) {
      throw redis.failure(cacheName, "listen", e);
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
    if (!redis.availability().isAvailable()) {
      return;
    }
    try {
      lease(redis, interests)
          .forEach(
              reply ->
                  reply.exceptionally(
                      e -> {
                        log.warn(
                            "Cache '{}': the lease on its changes could not be renewed; listeners"
                                + " may miss some: {}",
                            cacheName,
                            e.getMessage());
                        return null;
                      }));
    } catch (RuntimeException e) {
      log.warn("Cache '{}': {}", cacheName, e.getMessage());
    }
  }

  private List<CompletableFuture<Long>> lease(RedisCommands commands, Set<Interest> wanted) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(LEASE.toMillis());
    arguments.add(KEEP.toMillis());
    wanted.forEach(interest -> arguments.add(interest.name().toLowerCase(Locale.ROOT)));
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    for (int bucket = 0; bucket < names.buckets(); bucket++) {
      replies.add(
          commands.runForNumber(
              LuaScript.REGISTER_INTEREST,
              List.of(names.interests(bucket), names.deadlines(bucket), names.shadows(bucket)),
              arguments.toArray()));
    }
    return replies;
  }

  private void unsubscribe() {
    if (renewal != null) {
      renewal.cancel(false);
      renewal = null;
      connected = false;
      try {
        topic.removeListener(subscription, statusSubscription);
      } catch (RedisException e) {
        log.debug("Cache '{}': could not unsubscribe: {}", cacheName, e.getMessage());
      }
    }
  }

  @Override
  public synchronized void close() {
    unsubscribe();
    consumer = null;
  }

  private final class Connection implements StatusListener {

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
