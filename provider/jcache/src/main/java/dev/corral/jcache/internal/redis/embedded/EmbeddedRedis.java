package dev.corral.jcache.internal.redis.embedded;

import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private Redis server that this JVM starts for its managers and stops with the last of them, or
 * when it exits.
 *
 * <p>It listens on a free port of 127.0.0.1, asks for a random password, and writes nothing to
 * disk. If the JVM is killed without a chance to run its hooks the server lives on, until the next
 * embedded server of the same user starts and ends it.
 */
public final class EmbeddedRedis implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);

  private static final Map<String, EmbeddedRedis> SHARED = new HashMap<>();

  private final String name;
  private final ServerDirectory directory;
  private final ServerProcess server;
  private final Thread hook;
  private int shares;

  private EmbeddedRedis(String name, ServerDirectory directory, ServerProcess server) {
    this.name = name;
    this.directory = directory;
    this.server = server;
    this.hook = new Thread(this::end, "corral-embedded-redis-stop");
  }

  /**
   * A share of the server of this program; it stops when the last share is closed.
   *
   * @param program a {@code redis-server} or {@code valkey-server}; null for the one that {@code
   *     com.github.codemonstur:embedded-redis} brings
   * @throws CacheException if it cannot be started; the message says what to set
   */
  public static EmbeddedRedis share(@Nullable Path program) {
    String name = program == null ? "" : program.toString();
    synchronized (SHARED) {
      EmbeddedRedis embedded = SHARED.get(name);
      if (embedded == null || !embedded.server.isAlive()) {
        embedded = start(name, program);
        SHARED.put(name, embedded);
      }
      embedded.shares++;
      return embedded;
    }
  }

  /** Where it listens. */
  public HostAndPort address() {
    return server.address();
  }

  /** How to log in. */
  public Credentials credentials() {
    return new Credentials(null, server.password());
  }

  /** Its process. */
  public ProcessHandle process() {
    return server.handle();
  }

  /** Gives one share back; with the last one the server is gone when this returns. */
  @Override
  public void close() {
    synchronized (SHARED) {
      if (--shares > 0) {
        return;
      }
      SHARED.remove(name, this);
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.trace("The JVM is exiting; the hook may stop the server at the same time", e);
    }
    end();
  }

  private static EmbeddedRedis start(String name, @Nullable Path program) {
    ServerDirectory.endOrphans();
    try {
      ServerDirectory directory = ServerDirectory.create();
      try {
        Path executable = program == null ? bundled(directory) : program;
        ServerProcess server = ServerProcess.start(executable, directory.path(), randomPassword());
        directory.remember(server.handle());
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
              + " does not start. Set corral.embedded.server or CORRAL_EMBEDDED_SERVER to an"
              + " installed redis-server or valkey-server, or corral.redis.uri to a running Redis: "
              + e.getMessage(),
          e);
    }
  }

  private static Path bundled(ServerDirectory directory) throws IOException {
    try {
      return BundledServer.unpack(directory.path());
    } catch (NoClassDefFoundError e) {
      throw new CacheException(
          "The embedded Redis server needs com.github.codemonstur:embedded-redis on the class path,"
              + " or an installed redis-server or valkey-server named by corral.embedded.server;"
              + " to use a running Redis set corral.redis.uri",
          e);
    }
  }

  private static String randomPassword() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void end() {
    server.stop();
    directory.close();
  }
}
