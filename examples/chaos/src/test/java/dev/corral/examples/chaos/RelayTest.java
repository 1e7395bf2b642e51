package dev.corral.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay in front of a server that sends everything back. */
class RelayTest {

  private static final String NAME = "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$8\r\nworker-1\r\n";

  private final Network network = new Network(2);
  private final int port = RedisServer.freePort();
  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 10, RespConnection.loopback());
    Thread accepting = new Thread(this::accept);
    accepting.setDaemon(true);
    accepting.start();
    network.addRelay(port, server.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    network.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread thread = new Thread(() -> echo(socket));
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // the test has ended
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      in.transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // the relay has closed it
    }
  }

  private Socket connect(String firstBytes) throws IOException {
    Socket socket = new Socket(RespConnection.loopback(), port);
    socket.setSoTimeout(2_000);
    assertThat(echoed(socket, firstBytes)).isEqualTo(firstBytes);
    return socket;
  }

  private static String echoed(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    byte[] reply = socket.getInputStream().readNBytes(text.length());
    return new String(reply, StandardCharsets.US_ASCII);
  }

  @Test
  void cut_oneWorker_closesItsConnectionsOnly() throws IOException {
    try (Socket worker = connect(NAME);
        Socket other = connect("PING\r\n")) {
      network.set(List.of(1), Link.State.CUT);
      assertThat(worker.getInputStream().read()).isNegative();
      assertThat(echoed(other, "PING\r\n")).isEqualTo("PING\r\n");

      try (Socket again = new Socket(RespConnection.loopback(), port)) {
        assertThat(echoedOrClosed(again)).isEmpty();
      }
      network.heal();
      connect(NAME).close();
    }
  }

  private static String echoedOrClosed(Socket socket) {
    try {
      return echoed(socket, NAME);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void silent_bytesArriveLate() throws IOException {
    try (Socket worker = connect(NAME)) {
      worker.setSoTimeout(300);
      network.set(List.of(1), Link.State.SILENT);
      assertThatThrownBy(() -> echoed(worker, "a")).isInstanceOf(SocketTimeoutException.class);
      network.set(List.of(1), Link.State.OPEN);
      assertThat(worker.getInputStream().read()).isEqualTo('a');
    }
  }

  @Test
  void delay_isAddedToEachDirection() throws IOException {
    try (Socket worker = connect(NAME)) {
      network.setDelay(List.of(1), 60);
      long start = System.nanoTime();
      assertThat(echoed(worker, "a")).isEqualTo("a");
      assertThat(System.nanoTime() - start).isGreaterThan(120_000_000L);
    }
  }
}
