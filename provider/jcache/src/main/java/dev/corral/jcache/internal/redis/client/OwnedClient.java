package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.RedisFailures;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Topology;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.config.Config;

/** A Redisson client with the threads that belong to it, which end with it. */
final class OwnedClient implements AutoCloseable {

  private static final int NETTY_THREADS = 2;
  private static final int EXECUTOR_THREADS = 4;
  private static final long SHUTDOWN_SECONDS = 2;

  private final RedissonClient redisson;
  private final EventLoopGroup group;
  private final ExecutorService executor;
  private volatile @Nullable CacheException unreached;

  private OwnedClient(RedissonClient redisson, EventLoopGroup group, ExecutorService executor) {
    this.redisson = redisson;
    this.group = group;
    this.executor = executor;
  }

  /**
   * A client that is connected, or will be once Redis is there; see {@link #unreached}.
   *
   * @throws CacheException if Redis refused the login, or the settings are wrong; the message names
   *     the addresses and the setting
   */
  static OwnedClient connect(RedisSettings settings) {
    CompletableFuture<OwnedClient> connecting = new CompletableFuture<>();
    OwnThreads.daemon("corral-connect", () -> connect(settings, connecting)).start();
    try {
      return connecting.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CacheException explained) {
        throw explained;
      }
      throw new CacheException(failure(settings), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connecting.cancel(/* mayInterruptIfRunning= */ false);
      throw new CacheException("Interrupted while connecting to Redis", e);
    }
  }

  /** Why Redis could not be reached at first, with what to do about it; null if it was. */
  @Nullable CacheException unreached() {
    return unreached;
  }

  /** Runs in a thread of our own group, which Redisson's timer thread inherits. */
  private static void connect(RedisSettings settings, CompletableFuture<OwnedClient> connecting) {
    try {
      OwnedClient client = unconnected(settings);
      boolean handedOver = false;
      try {
        try {
          askForNodes(client.redisson, settings.topology());
        } catch (RuntimeException e) {
          if (!RedisFailures.isUnavailability(e)) {
            throw e;
          }
          client.unreached = new CacheException(failure(settings), e);
        }
        handedOver = connecting.complete(client);
      } finally {
        if (!handedOver) {
          client.close();
        }
      }
    } catch (RuntimeException | Error e) {
      connecting.completeExceptionally(e);
    }
  }

  /** A client that can be closed: one that fails to connect eagerly leaves its timer running. */
  private static OwnedClient unconnected(RedisSettings settings) {
    EventLoopGroup group = nettyThreads();
    ExecutorService executor = executor();
    try {
      Config config = RedissonClients.configuration(settings, group, executor);
      return new OwnedClient(Redisson.create(config), group, executor);
    } catch (RuntimeException | Error e) {
      end(group, executor);
      throw e;
    }
  }

  private static void askForNodes(RedissonClient client, Topology topology) {
    int masters =
        switch (topology) {
          case CLUSTER -> client.getRedisNodes(RedisNodes.CLUSTER).getMasters().size();
          case SENTINEL ->
              client.getRedisNodes(RedisNodes.SENTINEL_MASTER_SLAVE).getMaster() == null ? 0 : 1;
          default -> client.getRedisNodes(RedisNodes.SINGLE).getInstance() == null ? 0 : 1;
        };
    if (masters == 0) {
      throw new IllegalStateException("There is no master among the nodes");
    }
  }

  // NioEventLoopGroup is deprecated in Netty 4.2 only; its successor is not in 4.1, and the thin
  // jar meets both.
  @SuppressWarnings("deprecation")
  private static EventLoopGroup nettyThreads() {
    return new NioEventLoopGroup(NETTY_THREADS, OwnThreads.factory("corral-netty"));
  }

  private static ExecutorService executor() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            EXECUTOR_THREADS,
            EXECUTOR_THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            OwnThreads.factory("corral-redisson"));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private static String failure(RedisSettings settings) {
    String addresses =
        settings.addresses().stream().map(HostAndPort::toString).collect(Collectors.joining(", "));
    String where =
        switch (settings.topology()) {
          case CLUSTER -> "the Redis Cluster at " + addresses;
          case SENTINEL -> "the Redis that the sentinels at " + addresses + " watch";
          default -> "Redis at " + addresses;
        };
    return ("Cannot connect to %s (login: %s, TLS: %s). Start it, or set another address by"
            + " corral.redis.uri, the environment variable CORRAL_REDIS_URI, redis.uri in"
            + " corral.conf, or the URI of the cache manager, for instance redis://localhost:6379")
        .formatted(where, settings.credentials(), settings.tls().enabled() ? "on" : "off");
  }

  RedissonClient redisson() {
    return redisson;
  }

  /** Ends the client and its threads; what is on its way fails. */
  @Override
  public void close() {
    redisson.shutdown(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    end(group, executor);
  }

  private static void end(EventLoopGroup group, ExecutorService executor) {
    executor.shutdownNow();
    group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
