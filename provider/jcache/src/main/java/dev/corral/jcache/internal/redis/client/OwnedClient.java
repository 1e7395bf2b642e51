package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.RedisFailures;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Servers;
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

/** A Redisson client with threads of its own, which end when it is closed. */
final class OwnedClient implements AutoCloseable {

  private static final int NETTY_THREADS = 2;
  private static final int EXECUTOR_THREADS = 4;
  private static final long SHUTDOWN_SECONDS = 2;

  private final RedissonClient redisson;
  private final EventLoopGroup group;
  private final ExecutorService executor;
  private volatile @Nullable CacheException connectFailure;

  private OwnedClient(RedissonClient redisson, EventLoopGroup group, ExecutorService executor) {
    this.redisson = redisson;
    this.group = group;
    this.executor = executor;
  }

  /**
   * Creates a client. If Redis is unavailable, the client connects later by itself, and {@link
   * #connectFailure} has the reason.
   *
   * @throws CacheException if Redis refuses the login, or the settings are wrong; the message names
   *     the addresses and the setting to change
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
      throw new CacheException("The thread was interrupted while it connected to Redis", e);
    }
  }

  /** The reason why Redis was unavailable at first, and a remedy; null if it was available. */
  @Nullable CacheException connectFailure() {
    return connectFailure;
  }

  /** Runs in a thread of Corral's group, because Redisson's timer thread inherits the group. */
  private static void connect(RedisSettings settings, CompletableFuture<OwnedClient> connecting) {
    try {
      OwnedClient client = create(settings);
      boolean handedOver = false;
      try {
        try {
          requireMaster(client.redisson, settings.servers().topology());
        } catch (RuntimeException e) {
          if (!RedisFailures.isUnavailability(e)) {
            throw e;
          }
          client.connectFailure = new CacheException(failure(settings), e);
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

  /**
   * Creates a client that has not connected yet. A client that connects at once cannot be closed
   * when that fails, and its timer thread would run on.
   */
  private static OwnedClient create(RedisSettings settings) {
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

  private static void requireMaster(RedissonClient client, Topology topology) {
    int masters =
        switch (topology) {
          case CLUSTER -> client.getRedisNodes(RedisNodes.CLUSTER).getMasters().size();
          case SENTINEL ->
              client.getRedisNodes(RedisNodes.SENTINEL_MASTER_SLAVE).getMaster() == null ? 0 : 1;
          default -> client.getRedisNodes(RedisNodes.SINGLE).getInstance() == null ? 0 : 1;
        };
    if (masters == 0) {
      throw new IllegalStateException("None of the Redis nodes is a master");
    }
  }

  // NioEventLoopGroup is deprecated in Netty 4.2, but its successor is missing in 4.1. The thin jar
  // has to run with both.
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
    Servers servers = settings.servers();
    String addresses =
        servers.addresses().stream().map(HostAndPort::toString).collect(Collectors.joining(", "));
    String where =
        switch (servers.topology()) {
          case CLUSTER -> "the Redis Cluster at " + addresses;
          case SENTINEL -> "the Redis that the sentinels at " + addresses + " monitor";
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

  /** Ends the client and its threads; commands in flight fail. */
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
