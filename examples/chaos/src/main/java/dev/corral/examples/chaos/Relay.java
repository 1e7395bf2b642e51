package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A TCP relay in front of one server. The server announces the relay's address, so all clients and
 * other servers use it.
 *
 * <p>The relay finds out by {@code CLIENT SETNAME} which worker a connection belongs to, and treats
 * it as the {@link Link} of this worker says. Other connections, as those of replicas, pass freely.
 */
final class Relay implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Pattern SET_NAME =
      Pattern.compile("setname\r\n\\$\\d+\r\n(worker-\\d+)\r\n", Pattern.CASE_INSENSITIVE);

  /** The number of first bytes in which a client gives its name. */
  private static final int NAME_BYTES = 4_096;

  private final ServerSocket listener;
  private final int serverPort;
  private final Map<String, Link> links;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  /**
   * Begins to relay.
   *
   * @param links the link of each worker by its client name
   */
  Relay(int port, int serverPort, Map<String, Link> links) {
    this.serverPort = serverPort;
    this.links = links;
    try {
      listener = new ServerSocket(port, 200, RespConnection.loopback());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin("relay-accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Closes the connections of all workers whose link is cut. */
  void closeCut() {
    for (Connection connection : connections) {
      Link link = connection.link;
      if (link != null && link.isCut()) {
        connection.close();
      }
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Connection connection = new Connection(listener.accept());
        begin("relay-connect", connection::connect);
      } catch (IOException e) {
        // the listener is closed, or a client has gone already
      }
    }
  }

  private static void begin(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** A connection of a client and the one to the server. */
  private final class Connection {

    private final Socket client;
    private final Socket server = new Socket();
    private volatile @Nullable Link link;
    private String firstBytes = "";

    Connection(Socket client) {
      this.client = client;
      connections.add(this);
    }

    void connect() {
      try {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        server.connect(new InetSocketAddress(RespConnection.loopback(), serverPort), 2_000);
        begin("relay-reply", () -> pump(server, client, false));
        pump(client, server, true);
      } catch (IOException e) {
        close();
      }
    }

    private void pump(Socket from, Socket to, boolean isRequest) {
      byte[] buffer = new byte[BUFFER_BYTES];
      try {
        for (int n = from.getInputStream().read(buffer);
            n >= 0;
            n = from.getInputStream().read(buffer)) {
          if (isRequest && link == null && firstBytes.length() < NAME_BYTES) {
            identify(new String(buffer, 0, n, ISO_8859_1));
          }
          Link current = link;
          if (current != null && !pass(current)) {
            return;
          }
          to.getOutputStream().write(buffer, 0, n);
        }
      } catch (IOException e) {
        // one of the two ends has gone
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        close();
      }
    }

    private void identify(String bytes) {
      firstBytes += bytes;
      Matcher name = SET_NAME.matcher(firstBytes);
      if (name.find()) {
        link = links.get(name.group(1).toLowerCase(Locale.ROOT));
      }
    }

    /** Waits as the link says; returns whether the bytes arrive. */
    private boolean pass(Link current) throws InterruptedException {
      long delay = current.delayMillis();
      if (delay > 0) {
        Thread.sleep(delay);
      }
      return current.awaitPassage();
    }

    void close() {
      connections.remove(this);
      try {
        client.close();
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    connections.forEach(Connection::close);
  }
}
