package dev.corral.jcache.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The relay in front of a server that returns what it receives. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisRelayTest {

  private static final int SHORT_MILLIS = 200;

  private final ServerSocket server = listen();
  private final RedisRelay relay = new RedisRelay("127.0.0.1", server.getLocalPort());

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 10, loopback());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  @BeforeEach
  void answer() {
    Thread thread = new Thread(this::accept, "echo");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Thread thread = new Thread(() -> echo(client), "echo");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // the test has ended
    }
  }

  private static void echo(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // the connection is broken
    }
  }

  @AfterEach
  void close() throws IOException {
    relay.close();
    server.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(loopback(), relay.port());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static String ask(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
    return new String(socket.getInputStream().readNBytes(text.length()), UTF_8);
  }

  @Test
  void connection_withoutControl_passesBytes() throws IOException {
    try (Socket socket = connect()) {
      assertThat(ask(socket, "hello")).isEqualTo("hello");
    }
  }

  @Test
  void delay_ofARoundTrip_isAdded_untilRestore() throws IOException {
    try (Socket socket = connect()) {
      relay.delay(Duration.ofMillis(150));
      assertThat(millisOf(socket)).isGreaterThanOrEqualTo(150);

      relay.restore();
      assertThat(ask(socket, "again")).isEqualTo("again");
    }
    assertThatThrownBy(() -> relay.delay(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static long millisOf(Socket socket) throws IOException {
    long start = System.nanoTime();
    assertThat(ask(socket, "hello")).isEqualTo("hello");
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  @Test
  void hang_holdsBytesBack_andRestoreLetsThemPass() throws IOException {
    try (Socket socket = connect()) {
      assertThat(ask(socket, "one")).isEqualTo("one");
      relay.hang();
      socket.setSoTimeout(SHORT_MILLIS);
      socket.getOutputStream().write("two".getBytes(UTF_8));
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);

      relay.restore();
      socket.setSoTimeout(0);
      assertThat(new String(socket.getInputStream().readNBytes(3), UTF_8)).isEqualTo("two");
    }
  }

  @Test
  void disconnect_breaksConnections_andRefusesNewOnes_untilRestore() throws IOException {
    try (Socket socket = connect()) {
      assertThat(ask(socket, "one")).isEqualTo("one");

      relay.disconnect();
      assertThat(isBroken(socket)).isTrue();
      try (Socket second = connect()) {
        assertThat(isBroken(second)).isTrue();
      }

      relay.restore();
      try (Socket third = connect()) {
        assertThat(ask(third, "three")).isEqualTo("three");
      }
    }
  }

  private static boolean isBroken(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void connect_whileTheServerIsDown_isBroken() throws IOException {
    server.close();
    try (Socket socket = connect()) {
      assertThat(isBroken(socket)).isTrue();
    }
  }

  @Test
  void close_refusesConnections() {
    relay.close();
    assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
  }
}
