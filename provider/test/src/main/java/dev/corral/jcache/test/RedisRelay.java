package dev.corral.jcache.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP relay in front of one server: a network that a test can break. It delays bytes, holds them
 * back, or breaks all connections. {@link RedisControl} has one; use this class for a server of
 * your own. Safe for many threads.
 *
 * <p>Each connection has four daemon threads. Their wake-ups add about 0.1 ms to a round trip.
 */
public final class RedisRelay implements AutoCloseable {

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int BACKLOG = 200;
  private static final long MAX_CLOSE_MILLIS = 1_000;

  /** Bytes that one call of read returned; none at the end of the stream. */
  private record Chunk(long dueNanos, byte[] bytes) {}

  private final String host;
  private final int port;
  private final ServerSocket listener;
  private final Thread acceptor;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile long oneWayNanos;
  private volatile boolean disconnected;
  private volatile boolean hanging;

  /**
   * Listens on a free port of 127.0.0.1, until it is closed.
   *
   * @param host of the server
   * @param port of the server
   * @throws UncheckedIOException if there is no free port
   */
  public RedisRelay(String host, int port) {
    this.host = host;
    this.port = port;
    try {
      this.listener = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(LOOPBACK));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    acceptor = begin(this::accept);
  }

  /** The port of 127.0.0.1 to which clients connect. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Breaks all connections, and closes each new one, until {@link #restore}. */
  public void disconnect() {
    disconnected = true;
    sockets.forEach(this::close);
  }

  /** Holds all bytes back, until {@link #restore}; connections remain open. */
  public void hang() {
    hanging = true;
  }

  /**
   * Delays all bytes that arrive from now on, until {@link #restore}.
   *
   * @param roundTrip the delay of a request and its reply together
   * @throws IllegalArgumentException if it is negative
   */
  public void delay(Duration roundTrip) {
    if (roundTrip.isNegative()) {
      throw new IllegalArgumentException("a delay must not be negative: " + roundTrip);
    }
    oneWayNanos = roundTrip.toNanos() / 2;
  }

  /** Lets clients connect again, and all bytes pass without delay; first those held back. */
  public void restore() {
    oneWayNanos = 0;
    hanging = false;
    disconnected = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        if (disconnected) {
          client.close();
        } else {
          begin(() -> connect(client));
        }
      }
    } catch (IOException e) {
      sockets.forEach(this::close); // the relay is closed
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    sockets.add(client);
    sockets.add(server);
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(new InetSocketAddress(host, port));
    } catch (IOException e) {
      close(client); // the server does not run
      close(server);
      return;
    }
    relay(client, server);
    relay(server, client);
    if (disconnected || listener.isClosed()) {
      close(client);
      close(server);
    }
  }

  /** One direction of a connection. */
  private void relay(Socket from, Socket to) {
    BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
    begin(() -> read(from, chunks));
    begin(() -> write(chunks, to, from));
  }

  private void read(Socket from, BlockingQueue<Chunk> chunks) {
    byte[] buffer = new byte[BUFFER_BYTES];
    int length = 0;
    while (length >= 0) {
      try {
        length = from.getInputStream().read(buffer);
      } catch (IOException e) {
        length = -1;
      }
      byte[] bytes = Arrays.copyOf(buffer, Math.max(0, length));
      chunks.add(new Chunk(System.nanoTime() + oneWayNanos, bytes));
    }
  }

  private void write(BlockingQueue<Chunk> chunks, Socket to, Socket from) {
    try {
      for (Chunk chunk = chunks.take(); chunk.bytes().length > 0; chunk = chunks.take()) {
        awaitPassage(chunk, to);
        to.getOutputStream().write(chunk.bytes());
      }
    } catch (IOException e) {
      // both sides are closed below
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    close(to);
    close(from);
  }

  /** Waits until a chunk is due; while the relay hangs, until that ends or the connection does. */
  private void awaitPassage(Chunk chunk, Socket to) throws InterruptedException {
    for (long left = chunk.dueNanos() - System.nanoTime();
        left > 0;
        left = chunk.dueNanos() - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    while (hanging && !to.isClosed()) {
      TimeUnit.MILLISECONDS.sleep(1);
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

  private static Thread begin(Runnable work) {
    Thread thread = new Thread(work, "corral-test-relay");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Breaks all connections, and stops to listen. */
  @Override
  public void close() {
    restore();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitEnd(acceptor); // the port is open until then
    sockets.forEach(this::close);
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join(MAX_CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
