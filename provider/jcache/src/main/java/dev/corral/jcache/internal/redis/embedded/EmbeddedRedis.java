package dev.corral.jcache.internal.redis.embedded;

import dev.corral.jcache.internal.redis.DetachedThreads;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private Redis server that the JVM starts for its cache managers. It stops when its last share
 * is closed, or when the JVM exits.
 *
 * <p>The server listens on a free port of 127.0.0.1, requires a random password, and writes nothing
 * to disk. If the JVM is killed and its shutdown hooks do not run, the server continues to run; the
 * next embedded server of the same user stops it. Safe for many threads.
 */
public final class EmbeddedRedis implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);

  private static final Map<String, EmbeddedRedis> SHARED = new HashMap<>();

  /** Held while a server starts; also guards the shares. */
  private static final ReentrantLock SHARING = new ReentrantLock();

  private final String name;
  private final ServerDirectory directory;
  private final ServerProcess server;
  private final Thread hook;
  private int shares;

  private EmbeddedRedis(String name, ServerDirectory directory, ServerProcess server) {
    this.name = name;
    this.directory = directory;
    this.server = server;
    ClassLoader corral = EmbeddedRedis.class.getClassLoader();
    this.hook = DetachedThreads.daemon(null, "corral-embedded-redis-stop", this::stop, corral);
  }

  /**
   * A share of the server that runs this program; the server is started if it is not running.
   *
   * @param program a {@code redis-server} or {@code valkey-server}; null for the one in the library
   *     {@code com.github.codemonstur:embedded-redis}
   * @throws CacheException if the server cannot be started; the message names the setting to change
   */
  public static EmbeddedRedis share(@Nullable Path program) {
    String name = program == null ? "" : program.toString();
    SHARING.lock();
    try {
      EmbeddedRedis embedded = SHARED.get(name);
      if (embedded == null || !embedded.server.isAlive()) {
        embedded = start(name, program);
        SHARED.put(name, embedded);
      }
      embedded.shares++;
      return embedded;
    } finally {
      SHARING.unlock();
    }
  }

  /** The address of the server. */
  public HostAndPort address() {
    return server.address();
  }

  /** The login to the server. */
  public Credentials credentials() {
    return new Credentials(null, server.password());
  }

  /** The process of the server. */
  public ProcessHandle process() {
    return server.handle();
  }

  /** Returns a share. Closing the last share stops the server and waits until it has ended. */
  @Override
  public void close() {
    SHARING.lock();
    try {
      if (--shares > 0) {
        return;
      }
      SHARED.remove(name, this);
    } finally {
      SHARING.unlock();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.trace("The JVM is exiting; its shutdown hook may also stop the server", e);
    }
    stop();
  }

  private static EmbeddedRedis start(String name, @Nullable Path program) {
    ServerDirectory.killOrphanedServers();
    try {
      ServerDirectory directory = ServerDirectory.create();
      try {
        Path executable = program == null ? bundled(directory) : program;
        ServerProcess server = ServerProcess.start(executable, directory.path(), randomPassword());
        directory.recordProcess(server.handle());
        EmbeddedRedis embedded = new EmbeddedRedis(name, directory, server);
        Runtime.getRuntime().addShutdownHook(embedded.hook);
        log.info("Started the embedded Redis server {} at {}", executable, server.address());
        return embedded;
      } catch (IOException | RuntimeException | Error e) {
        directory.close();
        throw e;
      }
    } catch (IOException e) {
      throw new CacheException(
          "The embedded Redis server"
              + (program == null ? "" : " " + program)
              + " does not start: "
              + e.getMessage()
              + ". Set corral.embedded.server or CORRAL_EMBEDDED_SERVER to an installed"
              + " redis-server or valkey-server, or corral.redis.uri to a running Redis",
          e);
    }
  }

  private static Path bundled(ServerDirectory directory) throws IOException {
    try {
      return BundledServer.unpack(directory.path());
    } catch (NoClassDefFoundError e) {
      throw new CacheException(
          "The embedded Redis server has no program: add com.github.codemonstur:embedded-redis to"
              + " the class path, or set corral.embedded.server to an installed redis-server or"
              + " valkey-server; to use a running Redis, set corral.redis.uri",
          e);
    }
  }

  private static String randomPassword() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void stop() {
    server.stop();
    directory.close();
  }
}
