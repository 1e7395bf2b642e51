package dev.corral.jcache.internal.redis.embedded;

import dev.corral.jcache.internal.redis.client.SharedRedis;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.RedisSettingsFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * The Redis of the tests. All tests of a JVM share one embedded server and one client. A test may
 * also start its own server, which it may stop, restart and freeze.
 *
 * <p>{@code corral.embedded.server} or {@code CORRAL_EMBEDDED_SERVER} selects another server
 * program. The shared server stops when the JVM exits; each test uses its own cache names in it.
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

  /** The settings of the shared server. */
  public static RedisSettings settings() {
    return RedisSettingsFixture.embedded(program());
  }

  /** The client of the shared server; a test must not shut it down. */
  public static RedissonClient client() {
    return Shared.REDIS.client();
  }

  /** The client in a proxy, as a library for tracing or metrics would create it. */
  public static RedissonClient wrapped(RedissonClient client) {
    return (RedissonClient)
        Proxy.newProxyInstance(
            RedisUnderTest.class.getClassLoader(),
            new Class<?>[] {RedissonClient.class},
            (proxy, method, arguments) -> method.invoke(client, arguments));
  }

  /** The configured server program; null for the bundled one. */
  public static @Nullable Path program() {
    String property = System.getProperty("corral.embedded.server");
    String configured = property == null ? System.getenv("CORRAL_EMBEDDED_SERVER") : property;
    return configured == null || configured.isBlank() ? null : Path.of(configured);
  }

  /** A server that no other test uses. */
  public static RedisUnderTest ownServer() {
    return ownServer(program());
  }

  /**
   * A server that no other test uses, by the program that {@code CORRAL_TEST_REDIS_SERVER} names:
   * for tests of what the bundled server is too old for. Without that variable, the usual program.
   */
  public static RedisUnderTest ownInstalledServer() {
    String installed = System.getenv("CORRAL_TEST_REDIS_SERVER");
    boolean isUsual = program() != null || installed == null || installed.isBlank();
    return ownServer(isUsual ? program() : Path.of(installed));
  }

  private static RedisUnderTest ownServer(@Nullable Path configured) {
    try {
      ServerDirectory directory = ServerDirectory.create();
      Path program = configured == null ? BundledServer.unpack(directory.path()) : configured;
      ServerProcess server = ServerProcess.start(program, directory.path(), "secret-of-the-test");
      directory.recordProcess(server.handle());
      return new RedisUnderTest(program, directory, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings of this server; a restart does not change them. */
  public RedisSettings ownSettings() {
    return RedisSettingsFixture.single(address(), credentials());
  }

  public HostAndPort address() {
    return server.address();
  }

  public Credentials credentials() {
    return new Credentials(null, server.password());
  }

  /** Kills the server; its data is lost. */
  public void stop() {
    server.stop();
  }

  /** Starts the server again, empty, at the same address. */
  public void restart() {
    server.stop();
    try {
      int port = server.address().port();
      server = ServerProcess.start(program, directory.path(), server.password(), port);
      directory.recordProcess(server.handle());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kills the server and starts it again at the same address with the data in its append-only file.
   * The test must have enabled that file.
   */
  public void restartWithLog() {
    server.stop();
    try {
      int port = server.address().port();
      server =
          ServerProcess.start(
              program, directory.path(), server.password(), port, List.of("appendonly yes"));
      directory.recordProcess(server.handle());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Freezes the server: connections stay open, and it sends no replies. */
  public void freeze() {
    signal(server, "-STOP");
  }

  /** Lets a frozen server continue. */
  public void thaw() {
    signal(server, "-CONT");
  }

  /** Sends a signal, such as {@code -STOP}, to a server that a test has started. */
  public static void signal(ServerProcess server, String signal) {
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

  /** The shared client; opened at the first use, and closed when the JVM exits. */
  private static final class Shared {
    private static final SharedRedis REDIS = SharedRedis.open(settings());
  }
}
