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
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * A cache manager's share of a Redisson client. Cache managers of one JVM with equal settings share
 * one client.
 *
 * <p>Closing the last share closes the client; the next {@link #open} creates a new one. Safe for
 * many threads.
 */
public final class SharedRedis implements AutoCloseable {

  /** The open clients; also the lock for this map, the exit watch and all share counts. */
  private static final Map<RedisSettings, SharedClient> CLIENTS = new HashMap<>();

  private static @Nullable ExitWatch exitWatch;

  private final RedissonClient client;

  /** Null if the client belongs to the application. */
  private final @Nullable SharedClient shared;

  private final AtomicBoolean closed = new AtomicBoolean();

  private SharedRedis(RedissonClient client, @Nullable SharedClient shared) {
    this.client = client;
    this.shared = shared;
  }

  /**
   * A share of the client with these settings, which is created if there is none.
   *
   * @throws CacheException if Redis refuses the login, the embedded server cannot be started, or
   *     the settings are wrong; an unavailable Redis is not an error, see {@link #firstProblem}
   */
  public static SharedRedis open(RedisSettings settings) {
    SharedClient shared = acquire(settings);
    try {
      return new SharedRedis(shared.client(), shared);
    } catch (RuntimeException | Error e) {
      release(shared);
      throw e;
    }
  }

  /**
   * A share of a client of the application; closing the share leaves the client open.
   *
   * @throws CacheException if the object is not a client of the Redisson that this jar uses
   */
  public static SharedRedis ofApplication(Object client) {
    if (client instanceof RedissonClient redisson) {
      return new SharedRedis(redisson, null);
    }
    throw new CacheException(
        "%s is not a %s; to share a client of your own, use the thin jar of Corral"
            .formatted(client.getClass().getName(), RedissonClient.class.getName()));
  }

  /** Whether the client is connected to a Redis Cluster. */
  public boolean isCluster() {
    return client.getConfig().isClusterConfig();
  }

  /**
   * Commands over the client.
   *
   * @param maxWait the longest time that a caller waits for a reply
   */
  public RedisCommands commands(Duration maxWait) {
    return new RedisCommands(client, maxWait);
  }

  /**
   * Why Redis could not be used when the client was created; null if it could. The client connects
   * later by itself.
   */
  public @Nullable ConnectionProblem firstProblem() {
    return shared == null ? null : shared.firstProblem();
  }

  /**
   * Checks now, in a connection of its own, whether Redis can be used. Blocks for the connect
   * timeout at most, and for the lookup of a host name.
   *
   * @return null if it can, or if the client belongs to the application, so that its settings are
   *     unknown
   */
  public @Nullable ConnectionProblem check() {
    return shared == null ? null : shared.check();
  }

  /** The client, which other shares use, too. */
  public RedissonClient client() {
    return client;
  }

  /** The embedded server of the client, if it has one. */
  public Optional<EmbeddedRedis> embedded() {
    return shared == null ? Optional.empty() : shared.embedded();
  }

  /**
   * Returns the share. Closing the last share also closes the client and its embedded server, and
   * waits until both have ended.
   */
  @Override
  public void close() {
    if (shared != null && closed.compareAndSet(false, true)) {
      release(shared);
    }
  }

  private static SharedClient acquire(RedisSettings settings) {
    synchronized (CLIENTS) {
      SharedClient shared = CLIENTS.computeIfAbsent(settings, SharedClient::new);
      shared.shares++;
      if (exitWatch == null) {
        exitWatch = ExitWatch.start(SharedRedis::closeAll);
      }
      return shared;
    }
  }

  private static void release(SharedClient shared) {
    synchronized (CLIENTS) {
      if (--shared.shares > 0) {
        return;
      }
      CLIENTS.remove(shared.settings, shared);
      if (CLIENTS.isEmpty() && exitWatch != null) {
        exitWatch.close();
        exitWatch = null;
      }
    }
    shared.close();
  }

  private static void closeAll() {
    List<SharedClient> all;
    synchronized (CLIENTS) {
      all = List.copyOf(CLIENTS.values());
      CLIENTS.clear();
      exitWatch = null;
    }
    all.forEach(SharedClient::close);
  }

  /** A client with the number of its shares, and its embedded server if it has one. */
  private static final class SharedClient {

    private final RedisSettings settings;

    /** Guarded by {@link #CLIENTS}. */
    private int shares;

    /** Held while the client connects or shuts down. */
    private final ReentrantLock connecting = new ReentrantLock();

    private @Nullable EmbeddedRedis embedded;
    private @Nullable OwnedClient client;

    SharedClient(RedisSettings settings) {
      this.settings = settings;
    }

    RedissonClient client() {
      connecting.lock();
      try {
        if (client == null) {
          client = OwnedClient.connect(settingsWithAddress());
        }
        return client.redisson();
      } finally {
        connecting.unlock();
      }
    }

    @Nullable ConnectionProblem firstProblem() {
      connecting.lock();
      try {
        return client == null ? null : client.firstProblem();
      } finally {
        connecting.unlock();
      }
    }

    @Nullable ConnectionProblem check() {
      OwnedClient checked;
      connecting.lock();
      try {
        checked = client;
      } finally {
        connecting.unlock();
      }
      return checked == null ? null : checked.check();
    }

    Optional<EmbeddedRedis> embedded() {
      connecting.lock();
      try {
        return Optional.ofNullable(embedded);
      } finally {
        connecting.unlock();
      }
    }

    /** Starts the embedded server first if the settings ask for it. */
    private RedisSettings settingsWithAddress() {
      if (settings.servers().topology() != Topology.EMBEDDED) {
        return settings;
      }
      if (embedded == null) {
        embedded = EmbeddedRedis.share(settings.embeddedServer());
      }
      return settings.connectedTo(embedded.address(), embedded.credentials());
    }

    void close() {
      connecting.lock();
      try {
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
      } finally {
        connecting.unlock();
      }
    }
  }
}
