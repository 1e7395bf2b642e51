package dev.corral.spring.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis on a free port of the loopback address, which tests may kill and start again. It has
 * nothing on disk, so it is empty after each start. Used by one thread.
 */
public final class RedisProcess implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final long MAX_START_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Path program;
  private final int port;
  private Process process;

  private RedisProcess(Path program, int port) {
    this.program = program;
    this.port = port;
    this.process = launch();
  }

  /** Starts the server and waits until it answers. */
  public static RedisProcess start() {
    try {
      String installed = System.getenv("CORRAL_TEST_REDIS_SERVER");
      Path program =
          installed != null
              ? Path.of(installed)
              : ExecutableProvider.newJarResourceProvider().get().toPath();
      return new RedisProcess(program, freePort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its address. */
  public String uri() {
    return "redis://" + HOST + ":" + port;
  }

  /** Kills the server; its connections break. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Redis is still alive");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /** Starts the server again on the same port, empty, after it was killed. */
  void restart() {
    process = launch();
  }

  @Override
  public void close() {
    kill();
  }

  private Process launch() {
    try {
      Process started =
          new ProcessBuilder(
                  List.of(
                      program.toString(),
                      "--port",
                      String.valueOf(port),
                      "--bind",
                      HOST,
                      "--save",
                      "",
                      "--appendonly",
                      "no"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      awaitReady(started);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady(Process started) throws IOException {
    long start = System.nanoTime();
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() - start > MAX_START_NANOS) {
        started.destroyForcibly();
        throw new IOException(program + " does not start on port " + port);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted", e);
      }
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("PING\r\n".getBytes(UTF_8));
      return socket.getInputStream().read() == '+';
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
