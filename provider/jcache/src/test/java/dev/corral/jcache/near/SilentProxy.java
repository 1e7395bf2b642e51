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
 * The way to a server of this machine, which can go silent: connections stay open, and nothing
 * comes through any more, as if a route had been dropped.
 */
final class SilentProxy implements AutoCloseable {

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final ServerSocket entrance;
  private final int port;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Semaphore way = new Semaphore(Integer.MAX_VALUE);

  SilentProxy(int port) {
    this.port = port;
    try {
      this.entrance = new ServerSocket(0, 50, InetAddress.getByAddress(LOOPBACK));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  void fallSilent() {
    way.acquireUninterruptibly(Integer.MAX_VALUE);
  }

  /** What was held back comes through now. */
  void speak() {
    way.release(Integer.MAX_VALUE);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket server = new Socket(InetAddress.getByAddress(LOOPBACK), port);
        sockets.addAll(List.of(client, server));
        begin(() -> forward(client, server));
        begin(() -> forward(server, client));
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
        way.acquireUninterruptibly();
        try {
          out.write(buffer, 0, length);
        } finally {
          way.release();
        }
      }
    } catch (IOException e) {
      // the other side is told below
    }
    close(from);
    close(to);
  }

  private static void begin(Runnable work) {
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
