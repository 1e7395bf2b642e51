package dev.corral.transactions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import redis.embedded.RedisServer;

/** A Redis of one test. */
final class OwnServer implements AutoCloseable {

  private final int port = freePort();
  private RedisServer server = started();

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RedisServer started() {
    try {
      RedisServer started =
          RedisServer.newRedisServer()
              .port(port)
              .setting("bind 127.0.0.1")
              .setting("save \"\"")
              .build();
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String uri() {
    return "redis://127.0.0.1:%d?timeout=2s".formatted(port);
  }

  /** How many commands of this name the server has got. */
  long calls(String command) {
    String line =
        info("commandstats").replaceAll("(?s).*cmdstat_" + command + ":calls=(\\d+).*", "$1");
    return line.matches("\\d+") ? Long.parseLong(line) : 0;
  }

  private String info(String section) {
    return answer("INFO " + section);
  }

  /** The reply to a command, as the server sends it. */
  String answer(String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void restart() {
    server = started();
  }

  @Override
  public void close() {
    stop();
  }
}
