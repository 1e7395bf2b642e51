package dev.corral.tool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.corral.jcache.internal.redis.LuaScript;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A relay to a server that loses one reply: Redis runs a script, and then the connection breaks.
 * Everything else passes.
 */
final class LostReply implements AutoCloseable {

  private final ServerSocket listener;
  private final int port;
  private final String sha;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean armed = new AtomicBoolean(true);
  private final AtomicBoolean lost = new AtomicBoolean();

  /**
   * Loses the first reply to a script that the server knows.
   *
   * @param port of the server
   */
  LostReply(int port, LuaScript script) throws IOException {
    this.port = port;
    this.sha = script.sha1();
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    begin(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Whether the reply was lost: Redis had run the script. */
  boolean isLost() {
    return lost.get();
  }

  private static void begin(Runnable work) {
    Thread thread = new Thread(work, "lost-reply");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(client);
        sockets.add(server);
        AtomicBoolean loses = new AtomicBoolean();
        begin(() -> requests(client, server, loses));
        begin(() -> replies(server, client, loses));
      }
    } catch (IOException e) {
      sockets.forEach(LostReply::close); // the relay is closed
    }
  }

  private void requests(Socket client, Socket server, AtomicBoolean loses) {
    byte[] buffer = new byte[1 << 16];
    StringBuilder sent = new StringBuilder();
    try (InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        sent.append(new String(buffer, 0, length, ISO_8859_1));
        if (sent.indexOf(sha) >= 0 && armed.getAndSet(false)) {
          loses.set(true);
        }
        sent.delete(0, Math.max(0, sent.length() - sha.length()));
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // one side has closed the connection
    }
    close(server);
  }

  private void replies(Socket server, Socket client, AtomicBoolean loses) {
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (loses.get()) {
          lost.set(true);
          break;
        }
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // one side has closed the connection
    }
    close(client);
    close(server);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is not used any more
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(LostReply::close);
  }
}
