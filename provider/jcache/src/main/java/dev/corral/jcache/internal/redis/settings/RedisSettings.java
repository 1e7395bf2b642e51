package dev.corral.jcache.internal.redis.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Redis.
 *
 * @param addresses the server, some nodes of the cluster, or the sentinels; empty when embedded
 * @param sentinel null unless the topology is {@link Topology#SENTINEL}
 * @param timeout how long a command may take, 1 second by default
 * @param poolSize connections per master, 4 by default and 9 at most: from 10 on Redisson holds a
 *     connection for a whole round trip instead of pipelining over it
 * @param clientName what {@code CLIENT LIST} shows; null for nothing
 * @param keyPrefix what every Redis key starts with; empty by default
 * @param embeddedServer the program that is started when embedded; null for the one that {@code
 *     com.github.codemonstur:embedded-redis} brings
 */
public record RedisSettings(
    Topology topology,
    List<HostAndPort> addresses,
    @Nullable Sentinel sentinel,
    Credentials credentials,
    int database,
    Tls tls,
    Duration connectTimeout,
    Duration timeout,
    int poolSize,
    @Nullable String clientName,
    String keyPrefix,
    @Nullable Path embeddedServer) {

  /** The largest pool over which Redisson still pipelines. */
  public static final int LARGEST_POOL = 9;

  public static final int DEFAULT_POOL = 4;
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

  /** Refuses what no server could be reached with, and says which setting to change. */
  public RedisSettings {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty() != (topology == Topology.EMBEDDED)) {
      throw new IllegalArgumentException(
          "corral.redis.uri needs an address, as in redis://localhost:6379, unless it is embedded:");
    }
    if (topology == Topology.SINGLE && addresses.size() > 1) {
      throw new IllegalArgumentException(
          "corral.redis.uri names %d servers; write redis-cluster:// or redis-sentinel://"
              .formatted(addresses.size()));
    }
    if ((sentinel != null) != (topology == Topology.SENTINEL)) {
      throw new IllegalArgumentException(
          "A master's name belongs to redis-sentinel:// and only to it: check corral.redis.uri");
    }
    if (database < 0) {
      throw new IllegalArgumentException(
          "corral.redis.database must be 0 or more, not " + database);
    }
    requireTimeout("corral.redis.connect-timeout", connectTimeout);
    requireTimeout("corral.redis.timeout", timeout);
    if (poolSize < 1 || poolSize > LARGEST_POOL) {
      throw new IllegalArgumentException(
          ("corral.redis.pool-size must be between 1 and %d, not %d: few connections are shared by"
                  + " all threads and pipelined, more of them would each wait for one answer")
              .formatted(LARGEST_POOL, poolSize));
    }
    if (clientName != null && !isPlain(clientName)) {
      throw new IllegalArgumentException(
          "corral.redis.client-name must be without white space and control characters");
    }
    if (!isPlain(keyPrefix) || keyPrefix.indexOf('{') >= 0 || keyPrefix.indexOf('}') >= 0) {
      throw new IllegalArgumentException(
          "corral.redis.key-prefix must be without braces, white space and control characters, not"
              + " \""
              + keyPrefix
              + "\"; for instance shop:");
    }
  }

  /** A private server of this JVM. */
  public static RedisSettings embedded() {
    return of(Topology.EMBEDDED, List.of(), Credentials.NONE);
  }

  /** One server, everything else as by default. */
  public static RedisSettings single(HostAndPort address, Credentials credentials) {
    return of(Topology.SINGLE, List.of(address), credentials);
  }

  private static RedisSettings of(
      Topology topology, List<HostAndPort> addresses, Credentials credentials) {
    return new RedisSettings(
        topology,
        addresses,
        null,
        credentials,
        0,
        Tls.OFF,
        DEFAULT_CONNECT_TIMEOUT,
        DEFAULT_TIMEOUT,
        DEFAULT_POOL,
        null,
        "",
        null);
  }

  /** These settings with another prefix of the keys. */
  public RedisSettings withKeyPrefix(String prefix) {
    return new RedisSettings(
        topology,
        addresses,
        sentinel,
        credentials,
        database,
        tls,
        connectTimeout,
        timeout,
        poolSize,
        clientName,
        prefix,
        embeddedServer);
  }

  /** These settings with the program to start when embedded. */
  public RedisSettings withEmbeddedServer(@Nullable Path program) {
    return new RedisSettings(
        topology,
        addresses,
        sentinel,
        credentials,
        database,
        tls,
        connectTimeout,
        timeout,
        poolSize,
        clientName,
        keyPrefix,
        program);
  }

  /**
   * These settings with the embedded server's address in the place of {@link Topology#EMBEDDED}.
   */
  public RedisSettings connectedTo(HostAndPort server, Credentials login) {
    return new RedisSettings(
        Topology.SINGLE,
        List.of(server),
        null,
        login,
        database,
        Tls.OFF,
        connectTimeout,
        timeout,
        poolSize,
        clientName,
        keyPrefix,
        embeddedServer);
  }

  private static void requireTimeout(String name, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(name + " must be between 1ms and 1h, not " + value);
    }
  }

  private static boolean isPlain(String text) {
    return text.codePoints()
        .noneMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || isControl(c));
  }

  private static boolean isControl(int c) {
    return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
  }
}
