package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;

/** A Redis server for one test, with the program of the machine. */
final class TestRedis implements AutoCloseable {

  static final String PASSWORD = "s3cret-of-the-test";

  private final int port;
  private final Path folder;
  private final Process process;
  private final CorralCachingProvider provider = new CorralCachingProvider();

  private TestRedis(int port, Path folder, Process process) {
    this.port = port;
    this.folder = folder;
    this.process = process;
  }

  /** Starts a server with more options, such as {@code --maxmemory 2mb}. */
  static TestRedis start(String... options) {
    try {
      int port = freePort();
      Path folder = Files.createTempDirectory("corral-tool-");
      List<String> command = new ArrayList<>();
      command.add(program());
      command.addAll(
          List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--dir", "" + folder));
      command.addAll(List.of("--requirepass", PASSWORD, "--masterauth", PASSWORD));
      command.addAll(List.of(options));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      TestRedis redis = new TestRedis(port, folder, process);
      redis.awaitReady();
      return redis;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String program() {
    String named = System.getenv("CORRAL_TEST_REDIS_SERVER");
    return named == null ? "redis-server" : named;
  }

  /** Below the ephemeral ports; the port of the cluster bus is free, too. */
  static int freePort() {
    while (true) {
      int candidate = ThreadLocalRandom.current().nextInt(12_000, 22_000);
      if (isFree(candidate) && isFree(candidate + 10_000)) {
        return candidate;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, loopback())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private void awaitReady() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        Object unused = call("PING");
        return;
      } catch (IOException | UncheckedIOException | IllegalStateException e) {
        if (System.nanoTime() > end || !process.isAlive()) {
          String log = Files.readString(folder.resolve("log"));
          close();
          throw new IOException("redis-server did not start: " + log, e);
        }
        sleep();
      }
    }
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int port() {
    return port;
  }

  Path folder() {
    return folder;
  }

  String uri() {
    return "redis://:" + PASSWORD + "@127.0.0.1:" + port;
  }

  /** A manager of an application. */
  CacheManager manager(String settings) {
    return provider.getCacheManager(URI.create(uri() + settings), null);
  }

  /** The reply to a command, as a text, a Long, a list, or null. */
  @Nullable Object call(String... command) throws IOException {
    try (Connection connection = connect()) {
      return connection.call(command);
    }
  }

  Connection connect() throws IOException {
    Connection connection = new Connection(new Socket(loopback(), port));
    Object unused = connection.call("AUTH", PASSWORD);
    return connection;
  }

  /** A connection that speaks the protocol of Redis. */
  static final class Connection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    private Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    @Nullable Object call(String... command) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(("*" + command.length + "\r\n").getBytes(UTF_8));
      for (String word : command) {
        byte[] bytes = word.getBytes(UTF_8);
        out.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
        out.writeBytes(bytes);
        out.writeBytes("\r\n".getBytes(UTF_8));
      }
      socket.getOutputStream().write(out.toByteArray());
      return reply();
    }

    @Nullable Object reply() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new IOException("the server closed the connection");
        }
        if (b != '\r') {
          line.write(b);
        }
      }
      String text = line.toString(UTF_8);
      String rest = text.substring(1);
      return switch (text.charAt(0)) {
        case '+' -> rest;
        case ':' -> Long.valueOf(rest);
        case '$' -> bulk(Integer.parseInt(rest));
        case '*' -> list(Integer.parseInt(rest));
        default -> throw new IllegalStateException(text);
      };
    }

    private @Nullable String bulk(int length) throws IOException {
      if (length < 0) {
        return null;
      }
      String bulk = new String(in.readNBytes(length), UTF_8);
      in.skipNBytes(2);
      return bulk;
    }

    private List<@Nullable Object> list(int length) throws IOException {
      List<@Nullable Object> list = new ArrayList<>();
      for (int i = 0; i < length; i++) {
        list.add(reply());
      }
      return list;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public void close() {
    provider.close();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
