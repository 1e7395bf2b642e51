package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The database of all workers: rows in the memory of the driver, and a log with the complete order
 * of writes. It listens on a free port of 127.0.0.1 and never fails, since the suite is about
 * Redis.
 *
 * <p>Requests are lines of words, with a tabulator between: {@code R key}, {@code D key}, {@code W
 * key value}. The reply is a line with the value, or {@code ~} for none.
 */
final class Database implements AutoCloseable {

  /**
   * One write.
   *
   * @param value null for a deletion
   * @param time by the monotonic clock of the machine
   */
  record Write(String key, @Nullable String value, long time) {}

  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Map<String, String> rows = new HashMap<>();
  private final List<Write> log = new ArrayList<>();

  Database() {
    try {
      listener = new ServerSocket(0, 200, RespConnection.loopback());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin("database-accept", this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        begin("database", () -> serve(socket));
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

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      OutputStream out = socket.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String reply = execute(line.split("\t", -1));
        out.write((reply + "\n").getBytes(UTF_8));
      }
    } catch (IOException e) {
      // the worker was killed
    } finally {
      sockets.remove(socket);
    }
  }

  private synchronized String execute(String[] request) {
    String key = request[1];
    switch (request[0]) {
      case "W" -> write(key, request[2]);
      case "D" -> write(key, null);
      default -> {
        return rows.getOrDefault(key, HistoryFile.NULL);
      }
    }
    return HistoryFile.NULL;
  }

  private void write(String key, @Nullable String value) {
    log.add(new Write(key, value, System.nanoTime()));
    if (value == null) {
      rows.remove(key);
    } else {
      rows.put(key, value);
    }
  }

  /** All writes since the last call, in their order. */
  synchronized List<Write> takeLog() {
    List<Write> taken = List.copyOf(log);
    log.clear();
    return taken;
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
