package dev.corral.jcache.internal.redis.embedded;

import dev.corral.jcache.internal.redis.client.SharedRedis;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * The Redis that tests run against: one embedded server and one client for all tests of the JVM, or
 * a server of a test's own that it may stop, restart and freeze.
 *
 * <p>{@code corral.embedded.server} or {@code CORRAL_EMBEDDED_SERVER} names another program. The
 * shared server is stopped when the JVM exits; tests tell their data apart by cache names.
 */
public final class RedisUnderTest implements AutoCloseable {

  private final Path program;
  private final ServerDirectory directory;
  private ServerProcess server;

  private RedisUnderTest(Path program, ServerDirectory directory, ServerProcess server) {
    this.program = program;
    this.directory = directory;
    this.server = server;
  }

  /** The settings of the shared server, as a manager would be given them. */
  public static RedisSettings settings() {
    return RedisSettings.embedded().withEmbeddedServer(program());
  }

  /** The client of the shared server; not to be shut down. */
  public static RedissonClient client() {
    return Shared.REDIS.client();
  }

  /** A client as a library that traces or counts would wrap it. */
  public static RedissonClient wrapped(RedissonClient client) {
    return (RedissonClient)
        Proxy.newProxyInstance(
            RedisUnderTest.class.getClassLoader(),
            new Class<?>[] {RedissonClient.class},
            (proxy, method, arguments) -> method.invoke(client, arguments));
  }

  /** The program that {@code corral.embedded.server} names, or null for the bundled one. */
  public static @Nullable Path program() {
    String property = System.getProperty("corral.embedded.server");
    String named = property == null ? System.getenv("CORRAL_EMBEDDED_SERVER") : property;
    return named == null || named.isBlank() ? null : Path.of(named);
  }

  /** A server that no other test uses. */
  public static RedisUnderTest ownServer() {
    try {
      ServerDirectory directory = ServerDirectory.create();
      Path named = program();
      Path program = named == null ? BundledServer.unpack(directory.path()) : named;
      ServerProcess server = ServerProcess.start(program, directory.path(), "secret-of-the-test");
      directory.remember(server.handle());
      return new RedisUnderTest(program, directory, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings of this server, which stay the same when it is restarted. */
  public RedisSettings ownSettings() {
    return RedisSettings.single(address(), credentials());
  }

  public HostAndPort address() {
    return server.address();
  }

  public Credentials credentials() {
    return new Credentials(null, server.password());
  }

  /** Kills the server; its data is gone. */
  public void stop() {
    server.stop();
  }

  /** Starts the server again, empty, at the same address. */
  public void restart() {
    server.stop();
    try {
      int port = server.address().port();
      server = ServerProcess.start(program, directory.path(), server.password(), port);
      directory.remember(server.handle());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kills the server and starts it again at the same address with what its append-only file holds,
   * which it must have been told to write.
   */
  public void restartWithLog() {
    server.stop();
    try {
      int port = server.address().port();
      server =
          ServerProcess.start(
              program, directory.path(), server.password(), port, List.of("appendonly yes"));
      directory.remember(server.handle());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets the server hang: connections stay open and nothing is answered. */
  public void freeze() {
    signal("-STOP");
  }

  /** Lets a frozen server go on. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      String pid = Long.toString(server.handle().pid());
      new ProcessBuilder("kill", signal, pid).start().waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops the server and removes its files. */
  @Override
  public void close() {
    server.stop();
    directory.close();
  }

  /** Opened with the first use, and never closed: the JVM's exit does that. */
  private static final class Shared {
    private static final SharedRedis REDIS = SharedRedis.open(settings());
  }
}
