package dev.corral.examples.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP relay that adds a fixed round-trip time between clients on this machine and a server. Half
 * of it is added in each direction. Bytes are delayed and keep their order; the relay never waits
 * for a reply, so any number of requests may be in flight.
 *
 * <p>Each connection has four threads: in each direction one that reads, and one that writes when
 * the bytes are due. To wake them takes about 0.1 ms in all, which comes on top of the round-trip
 * time. They also take processor time from what is measured, so the relay runs in a process of its
 * own, see {@link #start}.
 */
final class DelayingRelay implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 << 10;

  /** Bounds the memory of a direction whose receiver does not read. */
  private static final int MAX_CHUNKS = 1_024;

  /** Linux may end a timed wait this much too late. */
  private static final long TIMER_SLACK_NANOS = 50_000;

  private static final String HOST = "relay.server.host";
  private static final String PORT = "relay.server.port";
  private static final String ROUND_TRIP = "relay.roundTrip";

  /** Bytes that one call of read returned; none at the end of the stream. */
  private record Chunk(long dueNanos, byte[] bytes) {}

  private final InetSocketAddress server;
  private final long oneWayNanos;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /**
   * Listens on 127.0.0.1 until it is closed.
   *
   * @param port where to listen; 0 for a free port
   */
  DelayingRelay(int port, InetSocketAddress server, Duration roundTrip) {
    this.server = server;
    this.oneWayNanos = roundTrip.toNanos() / 2;
    try {
      this.listener = new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin("relay-accept", this::accept);
  }

  /** Starts a relay in a process of its own. */
  static ServerProcess start(String host, int port, Duration roundTrip) {
    return ServerProcess.start(
        DelayingRelay.class,
        List.of(
            "-D%s=%s".formatted(HOST, host),
            "-D%s=%d".formatted(PORT, port),
            "-D%s=%s".formatted(ROUND_TRIP, roundTrip)));
  }

  /** The main method of that process. */
  public static void main(String[] arguments) {
    InetSocketAddress server =
        new InetSocketAddress(System.getProperty(HOST, "127.0.0.1"), Integer.getInteger(PORT, 0));
    Duration roundTrip = Duration.parse(System.getProperty(ROUND_TRIP, "PT0S"));
    ServerProcess.serve(port -> new DelayingRelay(port, server, roundTrip));
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = opened(listener.accept());
        Socket redis = opened(new Socket(server.getAddress(), server.getPort()));
        relay(client, redis);
        relay(redis, client);
      }
    } catch (IOException e) {
      close();
    }
  }

  private Socket opened(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    sockets.add(socket);
    return socket;
  }

  /** One direction of a connection. */
  private void relay(Socket from, Socket to) {
    BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>(MAX_CHUNKS);
    begin("relay-read", () -> read(from, chunks));
    begin("relay-write", () -> write(chunks, to, from));
  }

  private void read(Socket from, BlockingQueue<Chunk> chunks) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      int length = 0;
      while (length >= 0) {
        try {
          length = from.getInputStream().read(buffer);
        } catch (IOException e) {
          length = -1;
        }
        byte[] bytes = Arrays.copyOf(buffer, Math.max(0, length));
        chunks.put(new Chunk(System.nanoTime() + oneWayNanos, bytes));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(BlockingQueue<Chunk> chunks, Socket to, Socket from) {
    try {
      Chunk chunk = chunks.take();
      while (chunk.bytes().length > 0) {
        awaitNanoTime(chunk.dueNanos());
        to.getOutputStream().write(chunk.bytes());
        chunk = chunks.take();
      }
      awaitNanoTime(chunk.dueNanos());
      to.shutdownOutput();
    } catch (IOException e) {
      close(from); // ends its reader and, by that, the other direction
      chunks.clear();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      closeIfDone(to, from);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // the remaining time is too short to park
  private static void awaitNanoTime(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      if (left > TIMER_SLACK_NANOS) {
        LockSupport.parkNanos(left - TIMER_SLACK_NANOS);
      } else {
        Thread.yield();
      }
    }
  }

  /** Both directions have ended. */
  private void closeIfDone(Socket one, Socket other) {
    if (one.isOutputShutdown() && other.isOutputShutdown()) {
      close(one);
      close(other);
    }
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void begin(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(this::close);
  }
}
