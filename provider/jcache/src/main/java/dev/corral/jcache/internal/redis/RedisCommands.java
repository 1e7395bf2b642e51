package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.CacheException;
import org.redisson.api.RBucket;
import org.redisson.api.RKeys;
import org.redisson.api.RMap;
import org.redisson.api.RPatternTopic;
import org.redisson.api.RScript;
import org.redisson.api.RShardedTopic;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysOptions;
import org.redisson.api.options.MapOptions;
import org.redisson.api.options.PlainOptions;
import org.redisson.client.RedisException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * The Redis commands that Corral uses, over Redisson. None is sent twice: a command whose reply was
 * lost may have been executed, so it fails instead. All except the iterators go to the masters,
 * even if the client reads from replicas, which lag behind. Safe for many threads.
 */
public final class RedisCommands {

  /** Redisson's own default. */
  private static final int DEFAULT_SUBSCRIPTIONS = 5;

  private final RedissonClient client;
  private final CommandTransport transport;
  private final RKeys keys;
  private final Duration timeout;
  private final long timeoutMillis;
  private final Availability availability;
  private final ConfigurationErrors configurationErrors;
  private final RefusedCommands refused;

  /**
   * @param timeout the longest time that a caller waits for a reply. The client's own time-out is
   *     shorter, so this is the last resort against a lost reply
   */
  public RedisCommands(RedissonClient client, Duration timeout) {
    this(
        client,
        CommandTransport.over(client),
        timeout,
        Availability.ASSUMED,
        Duration.ZERO,
        new ConfigurationErrors());
  }

  private RedisCommands(
      RedissonClient client,
      CommandTransport transport,
      Duration timeout,
      Availability availability,
      Duration patience,
      ConfigurationErrors configurationErrors) {
    this.client = client;
    this.transport = transport;
    this.timeout = timeout;
    this.availability = availability;
    this.configurationErrors = configurationErrors;
    this.keys = client.getKeys(KeysOptions.defaults().retryAttempts(0));
    this.timeoutMillis = timeout.toMillis();
    this.refused = new RefusedCommands(transport, transport.hasSlots() ? patience : Duration.ZERO);
  }

  /** The same commands, which fail at once while Redis is known to be unavailable. */
  public RedisCommands guardedBy(Availability guard) {
    return guardedBy(guard, Duration.ZERO);
  }

  /** The configuration errors of these commands, and of those that were derived from them. */
  public ConfigurationErrors configurationErrors() {
    return configurationErrors;
  }

  /**
   * The same commands, which fail at once while Redis is known to be unavailable.
   *
   * @param patience for how long a script is sent again that a moving slot refuses
   */
  public RedisCommands guardedBy(Availability guard, Duration patience) {
    return new RedisCommands(client, transport, timeout, guard, patience, configurationErrors);
  }

  /** Whether keys are distributed over the slots of a cluster. */
  public boolean hasSlots() {
    return transport.hasSlots();
  }

  /** The slot of a key; 0 if keys are not distributed over the slots of a cluster. */
  public int slotOf(String key) {
    return transport.slotOf(key);
  }

  /** The address of the master that serves a slot; empty without slots, or if it is unknown. */
  public String masterOf(int slot) {
    return transport.masterOf(slot);
  }

  /** What these commands expect Redis to accept. */
  public Availability availability() {
    return availability;
  }

  /** A channel. */
  public RTopic topic(String name) {
    return client.getTopic(name, ByteArrayCodec.INSTANCE);
  }

  /** All channels whose names match a pattern. */
  public RPatternTopic patternTopic(String pattern) {
    return client.getPatternTopic(pattern, ByteArrayCodec.INSTANCE);
  }

  /** A channel whose messages stay on the cluster node of its slot; since Redis 7.0. */
  public RShardedTopic shardedTopic(String name) {
    return client.getShardedTopic(name, ByteArrayCodec.INSTANCE);
  }

  /** Whether the client is connected to a Redis Cluster. */
  public boolean isCluster() {
    return client.getConfig().isClusterConfig();
  }

  /** How many subscriptions a connection of the client accepts. */
  public int subscriptionsPerConnection() {
    Config config = client.getConfig();
    if (config.isClusterConfig()) {
      return config.useClusterServers().getSubscriptionsPerConnection();
    }
    if (config.isSentinelConfig()) {
      return config.useSentinelServers().getSubscriptionsPerConnection();
    }
    return config.isSingleConfig()
        ? config.useSingleServer().getSubscriptionsPerConnection()
        : DEFAULT_SUBSCRIPTIONS;
  }

  /** Takes a lease that no JVM holds; false if another JVM holds it. */
  public CompletableFuture<Boolean> takeLease(String name, String jvmId, Duration time) {
    return availability.isReachable(name)
        ? ofKey(name, lease(name).setIfAbsentAsync(jvmId, time).toCompletableFuture())
        : unavailable(name);
  }

  private RBucket<String> lease(String name) {
    return client.getBucket(PlainOptions.name(name).codec(StringCodec.INSTANCE).retryAttempts(0));
  }

  /** Takes or renews a lease, even if another JVM holds it. */
  public CompletableFuture<Void> forceLease(String name, String jvmId, Duration time) {
    return availability.isReachable(name)
        ? ofKey(name, lease(name).setAsync(jvmId, time).toCompletableFuture())
        : unavailable(name);
  }

  /** Runs a script by its digest; the text is sent only if Redis does not know the script yet. */
  public CompletableFuture<List<Object>> run(LuaScript script, List<String> keys, Object... args) {
    return this.<List<Object>>run(script, RScript.ReturnType.LIST, keys, args);
  }

  /** Runs a script that returns one number or nothing. */
  public CompletableFuture<Long> runForNumber(LuaScript script, List<String> keys, Object... args) {
    return this.<Long>run(script, RScript.ReturnType.LONG, keys, args);
  }

  private <R> CompletableFuture<R> run(
      LuaScript script, RScript.ReturnType type, List<String> keys, Object... args) {
    String key = keys.get(0);
    if (!availability.isReachable(key)) {
      return unavailable(key);
    }
    try {
      return transport
          .<R>evalSha(script.sha1(), type, keys, args)
          .exceptionallyCompose(
              failure ->
                  ofKey(
                      key,
                      refused.sendAgain(failure, script, type, keys, args, isUnrestricted(key))));
    } catch (RedisException e) {
      return failed(key, e);
    }
  }

  private boolean isUnrestricted(String key) {
    return availability.isUnrestricted() || availability.accepts(key) == Accepts.EVERYTHING;
  }

  private static <R> CompletableFuture<R> failed(String key, Throwable failure) {
    return CompletableFuture.failedFuture(new FailedCommand(key, FailedCommand.reasonOf(failure)));
  }

  private static <R> CompletableFuture<R> ofKey(String key, CompletableFuture<R> reply) {
    return reply.exceptionallyCompose(failure -> failed(key, failure));
  }

  /** The bytes under these names of one slot, in order; null for a name that holds nothing. */
  public CompletableFuture<List<Object>> read(String... names) {
    if (!availability.isReachable(names[0])) {
      return unavailable(names[0]);
    }
    return transport
        .mget(names)
        .exceptionallyCompose(failure -> ofKey(names[0], refused.readAgain(failure, names)));
  }

  /**
   * Sets a text unless one is stored; returns the stored text.
   *
   * @param pattern of Lua, which every such text has; what is stored without it is replaced
   */
  public String setIfAbsent(String cacheName, String name, String text, String pattern) {
    var stored =
        this.<byte[]>run(
            LuaScript.SET_IF_ABSENT,
            RScript.ReturnType.VALUE,
            List.of(name),
            text.getBytes(UTF_8),
            pattern);
    return text(await(cacheName, "open", stored));
  }

  /** Removes names; Redis frees their memory in the background. */
  public CompletableFuture<Long> unlink(String... keys) {
    return availability.isReachable(keys[0])
        ? ofKey(keys[0], this.keys.unlinkAsync(keys).toCompletableFuture())
        : unavailable(keys[0]);
  }

  /** How many of these names exist. */
  public CompletableFuture<Long> count(String... keys) {
    return availability.isReachable(keys[0])
        ? this.keys.countExistsAsync(keys).toCompletableFuture()
        : unavailable(keys[0]);
  }

  /**
   * The names that match a pattern, on all nodes, by SCAN; a name may occur twice. The iterator
   * throws a {@link CacheException} if Redis failed.
   */
  public Iterator<String> scan(String cacheName, String operation, String pattern) {
    return new Scan(this, cacheName, operation).names(keys, pattern);
  }

  /** Sets fields of a hash. */
  public CompletableFuture<Void> putFields(String name, Map<String, String> fields) {
    return availability.isReachable(name)
        ? ofKey(
            name,
            client
                .getMap(
                    MapOptions.<String, String>name(name)
                        .codec(StringCodec.INSTANCE)
                        .retryAttempts(0))
                .putAllAsync(fields)
                .toCompletableFuture())
        : unavailable(name);
  }

  /** All fields of a hash, as bytes. */
  public CompletableFuture<Map<byte[], byte[]>> readHash(String name) {
    return availability.isReachable(name)
        ? ofKey(name, hash(name).readAllMapAsync().toCompletableFuture())
        : unavailable(name);
  }

  private RMap<byte[], byte[]> hash(String name) {
    return client.getMap(
        MapOptions.<byte[], byte[]>name(name).codec(ByteArrayCodec.INSTANCE).retryAttempts(0));
  }

  /** All fields of a small hash. */
  public CompletableFuture<Map<String, String>> allFields(String name) {
    return run(LuaScript.READ_FIELDS, List.of(name)).thenApply(RedisCommands::asMap);
  }

  private static Map<String, String> asMap(List<Object> fieldsAndValues) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < fieldsAndValues.size(); i += 2) {
      map.put(text(fieldsAndValues.get(i)), text(fieldsAndValues.get(i + 1)));
    }
    return map;
  }

  /** A text in a reply. */
  public static String text(Object bytes) {
    return new String((byte[]) bytes, UTF_8);
  }

  /** The fields of a hash, by HSCAN, in the same manner. */
  public Iterator<String> fields(String cacheName, String operation, String name) {
    return new Scan(this, cacheName, operation).fields(hash(name));
  }

  /**
   * Waits for a reply. If the wait times out or is interrupted, the request is canceled, so that it
   * is not sent if it was not sent yet.
   *
   * @throws CacheException if Redis failed or did not answer in time
   */
  public <R> R await(String cacheName, String operation, CompletableFuture<R> reply) {
    try {
      return reply.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw failure(cacheName, operation, cause);
    } catch (TimeoutException e) {
      reply.cancel(false);
      availability.failed(null, e);
      throw new RedisUnavailableException(
          "cache '%s': %s: no answer from Redis within %d ms"
              .formatted(cacheName, operation, timeoutMillis),
          e);
    } catch (InterruptedException e) {
      reply.cancel(false);
      Thread.currentThread().interrupt();
      throw new CacheException(
          "cache '%s': %s: interrupted while waiting for Redis; the command may have been executed"
              .formatted(cacheName, operation),
          e);
    }
  }

  /** Fails if a command on a key would only wait and fail. */
  void requireReachable(String cacheName, String operation, String key) {
    if (!availability.isReachable(key)) {
      throw failure(cacheName, operation, unavailable(availability, key));
    }
  }

  /**
   * Does nothing if Redis accepts everything for a key, as far as this JVM knows.
   *
   * @throws RedisUnavailableException if it does not
   */
  public void requireUnrestricted(String cacheName, String operation, String key) {
    if (!isUnrestricted(key)) {
      throw failure(cacheName, operation, unavailable(availability, key));
    }
  }

  /** The same as {@link #failure(String, String, Throwable)} for a command on one key. */
  public CacheException failureOf(
      String key, String cacheName, String operation, Throwable failure) {
    return failure(cacheName, operation, new FailedCommand(key, failure));
  }

  /** A failure of Redisson as an exception of JCache; reports an outage to the availability. */
  public CacheException failure(String cacheName, String operation, Throwable failure) {
    Throwable cause = FailedCommand.reasonOf(failure);
    if (cause instanceof RedisUnavailableException known) {
      return new RedisUnavailableException(
          "cache '%s': %s: Redis is unavailable%s"
              .formatted(
                  cacheName,
                  operation,
                  known.getCause() == null ? "" : ": " + RedisFailures.plain(known.getCause())),
          known.getCause(),
          known.accepts());
    }
    String reason = RedisFailures.plain(cause) + RedisFailures.remedy(cause);
    if (RedisFailures.isConfigurationError(cause)) {
      configurationErrors.record(reason);
    }
    String message = "cache '%s': %s: Redis: %s".formatted(cacheName, operation, reason);
    Accepts accepts = RedisFailures.accepted(cause);
    if (accepts == Accepts.EVERYTHING) {
      return new CacheException(message, cause);
    }
    availability.failed(FailedCommand.keyOf(failure), cause);
    return new RedisUnavailableException(message, cause, accepts);
  }

  private <R> CompletableFuture<R> unavailable(String key) {
    return CompletableFuture.failedFuture(unavailable(availability, key));
  }

  private static RedisUnavailableException unavailable(Availability availability, String key) {
    return new RedisUnavailableException(
        "Redis is unavailable",
        availability.causeFor(key),
        availability.accepts(key).atMost(Accepts.REMOVALS));
  }
}
