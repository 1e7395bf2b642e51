package dev.corral.jcache.near;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * A proxy for a local server that can be blocked: connections remain open, but no bytes pass, as if
 * a route had been dropped.
 */
public final class SilentProxy implements AutoCloseable {

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final ServerSocket entrance;
  private final int port;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Semaphore passing = new Semaphore(Integer.MAX_VALUE);

  public SilentProxy(int port) {
    this.port = port;
    try {
      this.entrance = new ServerSocket(0, 50, InetAddress.getByAddress(LOOPBACK));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  public int port() {
    return entrance.getLocalPort();
  }

  public void block() {
    passing.acquireUninterruptibly(Integer.MAX_VALUE);
  }

  /** Lets bytes pass again, those held back first. */
  public void unblock() {
    passing.release(Integer.MAX_VALUE);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket server = new Socket(InetAddress.getByAddress(LOOPBACK), port);
        sockets.addAll(List.of(client, server));
        start(() -> forward(client, server));
        start(() -> forward(server, client));
      }
    } catch (IOException e) {
      closeAll();
    }
  }

  private void forward(Socket from, Socket to) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        passing.acquireUninterruptibly();
        try {
          out.write(buffer, 0, length);
        } finally {
          passing.release();
        }
      }
    } catch (IOException e) {
      // both sides are closed below
    }
    close(from);
    close(to);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void closeAll() {
    sockets.forEach(SilentProxy::close);
  }

  @Override
  public void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    closeAll();
  }
}
