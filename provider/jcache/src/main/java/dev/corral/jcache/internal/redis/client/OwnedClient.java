package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.RedisFailures;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Servers;
import dev.corral.jcache.internal.redis.settings.Topology;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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

  /** The check ends by itself with the connect timeout, and then knows why. */
  private static final Duration CHECK_GRACE = Duration.ofMillis(100);

  /** The client connects after a good check, so most of its time is for loading its classes. */
  private static final int CLIENT_FACTOR = 4;

  private final RedisSettings settings;
  private final RedissonClient redisson;
  private final EventLoopGroup group;
  private final ExecutorService executor;
  private volatile @Nullable ConnectionProblem firstProblem;

  private OwnedClient(
      RedisSettings settings,
      RedissonClient redisson,
      EventLoopGroup group,
      ExecutorService executor) {
    this.settings = settings;
    this.redisson = redisson;
    this.group = group;
    this.executor = executor;
  }

  /**
   * Creates a client. If Redis is unavailable or full, the client connects later by itself, and
   * {@link #firstProblem} has the reason. The check of the connection gets the connect timeout of
   * the settings; after a good check, the client gets four times as long.
   *
   * @throws CacheException if the settings are wrong; the message has the cause and the remedy
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
      throw new CacheException(
          "Cannot connect to " + where(settings) + ": " + RedisFailures.plain(e.getCause()),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connecting.cancel(/* mayInterruptIfRunning= */ false);
      throw new CacheException("The thread was interrupted while it connected to Redis", e);
    }
  }

  /** Why Redis could not be used at first; null if it could. */
  @Nullable ConnectionProblem firstProblem() {
    return firstProblem;
  }

  /** Checks the connection now, in a connection of its own; null if there is no problem. */
  @Nullable ConnectionProblem check() {
    return ConnectionCheck.run(settings);
  }

  /** Runs in a thread of Corral's group, because Redisson's timer thread inherits the group. */
  private static void connect(RedisSettings settings, CompletableFuture<OwnedClient> connecting) {
    try {
      ConnectionProblem problem =
          within(
              settings.client().connectTimeout().plus(CHECK_GRACE),
              settings,
              () -> ConnectionCheck.run(settings));
      if (problem != null && problem.kind() == ConnectionProblem.Kind.MISCONFIGURED) {
        throw problem.toException();
      }
      OwnedClient client = create(settings);
      boolean handedOver = false;
      try {
        client.firstProblem = problem != null ? problem : client.connectionProblem();
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

  /** Lets the client connect; the check has found nothing wrong. */
  private @Nullable ConnectionProblem connectionProblem() {
    try {
      return within(
          settings.client().connectTimeout().multipliedBy(CLIENT_FACTOR),
          settings,
          () -> {
            requireMaster(redisson, settings.servers().topology());
            return null;
          });
    } catch (RuntimeException e) {
      if (!RedisFailures.isUnavailability(e)) {
        throw e;
      }
      return unavailable(settings, RedisFailures.plain(e), e);
    }
  }

  /** Runs a task in a thread of its own, which goes on if it takes longer. */
  private static @Nullable ConnectionProblem within(
      Duration time, RedisSettings settings, Supplier<@Nullable ConnectionProblem> task) {
    CompletableFuture<@Nullable ConnectionProblem> result = new CompletableFuture<>();
    Runnable completing =
        () -> {
          try {
            result.complete(task.get());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        };
    OwnThreads.daemon("corral-connect", completing).start();
    try {
      return result.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return unavailable(
          settings,
          "no connection within %d ms (corral.redis.connect-timeout)".formatted(time.toMillis()),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheException("The thread was interrupted while it connected to Redis", e);
    }
  }

  private static ConnectionProblem unavailable(RedisSettings settings, String why, Exception e) {
    return new ConnectionProblem(
        ConnectionProblem.Kind.UNAVAILABLE,
        ("Cannot connect to %s: %s. Check that every server is up and can be reached from here at"
                + " the address that it announces")
            .formatted(where(settings), why),
        e);
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
      return new OwnedClient(settings, Redisson.create(config), group, executor);
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

  private static String where(RedisSettings settings) {
    Servers servers = settings.servers();
    String addresses =
        servers.addresses().stream().map(HostAndPort::toString).collect(Collectors.joining(", "));
    return switch (servers.topology()) {
      case CLUSTER -> "the Redis Cluster at " + addresses;
      case SENTINEL -> "the Redis that the sentinels at " + addresses + " monitor";
      default -> "Redis at " + addresses;
    };
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
