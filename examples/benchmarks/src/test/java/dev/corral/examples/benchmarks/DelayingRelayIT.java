package dev.corral.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the relay delays each request by the round-trip time, and all of them at the same time. */
@Timeout(30)
class DelayingRelayIT {

  private static final Duration ROUND_TRIP = Duration.ofMillis(40);

  private ServerSocket echo;
  private DelayingRelay relay;

  @BeforeEach
  void start() throws IOException {
    InetAddress local = InetAddress.getLoopbackAddress();
    echo = new ServerSocket(0, 0, local);
    Thread server = new Thread(this::echo, "echo");
    server.setDaemon(true);
    server.start();
    relay = new DelayingRelay(0, new InetSocketAddress(local, echo.getLocalPort()), ROUND_TRIP);
  }

  @AfterEach
  void stop() throws IOException {
    relay.close();
    echo.close();
  }

  private void echo() {
    try (Socket client = echo.accept()) {
      client.setTcpNoDelay(true);
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), relay.port());
    socket.setTcpNoDelay(true);
    return socket;
  }

  @Test
  void relay_oneRequest_takesTheRoundTrip() throws IOException {
    try (Socket client = connect()) {
      for (int i = 0; i < 3; i++) {
        long start = System.nanoTime();
        client.getOutputStream().write(i);
        assertThat(client.getInputStream().read()).isEqualTo(i);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(ROUND_TRIP.toNanos());
      }
    }
  }

  @Test
  void relay_manyRequestsInFlight_delaysThemTogetherAndKeepsTheirOrder() throws IOException {
    int requests = 100;
    byte[] sent = new byte[requests * 100];
    new Random(1).nextBytes(sent);
    try (Socket client = connect()) {
      long start = System.nanoTime();
      for (int i = 0; i < requests; i++) {
        client.getOutputStream().write(sent, i * 100, 100);
      }
      byte[] received = client.getInputStream().readNBytes(sent.length);

      assertThat(System.nanoTime() - start).isLessThan(requests * ROUND_TRIP.toNanos() / 2);
      assertThat(received).isEqualTo(sent);
    }
  }

  @Test
  void relay_endOfStream_isForwarded() throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(7);
      client.shutdownOutput();

      assertThat(client.getInputStream().readAllBytes()).containsExactly(7);
    }
  }
}
