package dev.corral.cdc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import redis.embedded.RedisServer;

/** A Redis of one test. */
final class OwnServer implements AutoCloseable {

  private final int port = freePort();
  private final RedisServer server = started();

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

  String uri(Duration timeout) {
    return "redis://127.0.0.1:%d?timeout=%dms".formatted(port, timeout.toMillis());
  }

  /** Lets the server answer no client for some time. */
  void pause(Duration time) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String command = "CLIENT PAUSE " + time.toMillis() + " ALL\r\n";
      socket.getOutputStream().write(command.getBytes(StandardCharsets.UTF_8));
      if (socket.getInputStream().read() != '+') {
        throw new IllegalStateException("the server does not pause");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
