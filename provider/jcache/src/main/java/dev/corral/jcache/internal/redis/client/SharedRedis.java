package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.embedded.EmbeddedRedis;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * A manager's share of a Redisson client, of which there is one per JVM and distinct settings.
 *
 * <p>The client ends when the last share of it is closed, and is made anew for the next one. Safe
 * for many threads.
 */
public final class SharedRedis implements AutoCloseable {

  private static final Map<RedisSettings, Connection> CONNECTIONS = new HashMap<>();
  private static @Nullable ExitWatch exitWatch;

  private final RedissonClient client;
  private final @Nullable Connection connection;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SharedRedis(RedissonClient client, @Nullable Connection connection) {
    this.client = client;
    this.connection = connection;
  }

  /**
   * A share of the client of these settings; their key prefix makes no difference.
   *
   * @throws javax.cache.CacheException if Redis refused the login or cannot be started; one that is
   *     not there is no failure, see {@link #unreached}
   */
  public static SharedRedis open(RedisSettings settings) {
    Connection connection = enter(settings.withKeyPrefix(""));
    try {
      return new SharedRedis(connection.client(), connection);
    } catch (RuntimeException | Error e) {
      leave(connection);
      throw e;
    }
  }

  /**
   * A client that belongs to the application: closing the share leaves it running.
   *
   * @throws CacheException if it is none, or one of a Redisson that this jar does not use
   */
  public static SharedRedis handedIn(Object client) {
    if (client instanceof RedissonClient redisson) {
      return new SharedRedis(redisson, null);
    }
    throw new CacheException(
        "%s is not a %s; to share a client of your own, use the thin jar of Corral"
            .formatted(client.getClass().getName(), RedissonClient.class.getName()));
  }

  /** Whether keys live in slots of several servers. */
  public boolean isCluster() {
    return client.getConfig().isClusterConfig();
  }

  /** Commands over the client; a caller waits for a reply for so long at the most. */
  public RedisCommands commands(Duration patience) {
    return new RedisCommands(client, patience);
  }

  /** Why Redis could not be reached when the client was made; null if it was reached. */
  public @Nullable CacheException unreached() {
    return connection == null ? null : connection.unreached();
  }

  /** The client, which its shares have in common. */
  public RedissonClient client() {
    return client;
  }

  /** The embedded server behind the client, if it is one and runs. */
  public Optional<EmbeddedRedis> embedded() {
    return connection == null ? Optional.empty() : connection.embedded();
  }

  /**
   * Gives the share back; the last one ends the client, and its embedded server, before it returns.
   */
  @Override
  public void close() {
    if (connection != null && closed.compareAndSet(false, true)) {
      leave(connection);
    }
  }

  private static Connection enter(RedisSettings settings) {
    synchronized (CONNECTIONS) {
      Connection connection = CONNECTIONS.computeIfAbsent(settings, Connection::new);
      connection.shares++;
      if (exitWatch == null) {
        exitWatch = ExitWatch.start(SharedRedis::endAll);
      }
      return connection;
    }
  }

  private static void leave(Connection connection) {
    synchronized (CONNECTIONS) {
      if (--connection.shares > 0) {
        return;
      }
      CONNECTIONS.remove(connection.settings, connection);
      if (CONNECTIONS.isEmpty() && exitWatch != null) {
        exitWatch.close();
        exitWatch = null;
      }
    }
    connection.end();
  }

  private static void endAll() {
    List<Connection> connections;
    synchronized (CONNECTIONS) {
      connections = List.copyOf(CONNECTIONS.values());
      CONNECTIONS.clear();
      exitWatch = null;
    }
    connections.forEach(Connection::end);
  }

  /** One client and how many share it. */
  private static final class Connection {

    private final RedisSettings settings;
    private int shares;
    private @Nullable EmbeddedRedis embedded;
    private @Nullable OwnedClient client;

    Connection(RedisSettings settings) {
      this.settings = settings;
    }

    synchronized RedissonClient client() {
      if (client == null) {
        client = OwnedClient.connect(reachable());
      }
      return client.redisson();
    }

    synchronized @Nullable CacheException unreached() {
      return client == null ? null : client.unreached();
    }

    synchronized Optional<EmbeddedRedis> embedded() {
      return Optional.ofNullable(embedded);
    }

    private RedisSettings reachable() {
      if (settings.topology() != Topology.EMBEDDED) {
        return settings;
      }
      if (embedded == null) {
        embedded = EmbeddedRedis.share(settings.embeddedServer());
      }
      return settings.connectedTo(embedded.address(), embedded.credentials());
    }

    synchronized void end() {
      try {
        if (client != null) {
          client.close();
        }
      } finally {
        client = null;
        if (embedded != null) {
          embedded.close();
          embedded = null;
        }
      }
    }
  }
}
