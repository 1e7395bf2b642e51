package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/** The loader and writer of a worker: a client of the {@link Database}. Safe for many threads. */
final class DatabaseTable implements CacheLoader<String, String>, CacheWriter<String, String> {

  private static final int TIMEOUT_MILLIS = 20_000;

  private final int port;
  private final String prefix;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

  /**
   * A table.
   *
   * @param prefix of the keys in the database, so that caches do not share rows
   */
  DatabaseTable(int port, String prefix) {
    this.port = port;
    this.prefix = prefix;
  }

  /** A connection, which one thread uses at a time. */
  private record Connection(Socket socket, BufferedReader in) {

    static Connection open(int port) throws IOException {
      Socket socket = new Socket();
      socket.connect(new InetSocketAddress(RespConnection.loopback(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      return new Connection(
          socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
    }

    String call(String request) throws IOException {
      socket.getOutputStream().write((request + "\n").getBytes(UTF_8));
      String reply = in.readLine();
      if (reply == null) {
        throw new IOException("the database closed the connection");
      }
      return reply;
    }
  }

  private @Nullable String call(String request) throws IOException {
    Connection connection = idle.poll();
    if (connection == null) {
      connection = Connection.open(port);
    }
    String reply = connection.call(request);
    idle.push(connection);
    return reply.equals(HistoryFile.NULL) ? null : reply;
  }

  @Override
  public @Nullable String load(String key) {
    try {
      return call("R\t" + prefix + key);
    } catch (IOException e) {
      throw new CacheLoaderException(e);
    }
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    Map<String, String> values = new HashMap<>();
    for (String key : keys) {
      String value = load(key);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends String> entry) {
    put(entry.getKey(), entry.getValue());
  }

  /** Writes a row. */
  void put(String key, String value) {
    change("W\t%s%s\t%s".formatted(prefix, key, value));
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
    Iterator<Cache.Entry<? extends String, ? extends String>> rest = entries.iterator();
    while (rest.hasNext()) {
      write(rest.next());
      rest.remove();
    }
  }

  @Override
  public void delete(Object key) {
    change("D\t" + prefix + key);
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    Iterator<?> rest = keys.iterator();
    while (rest.hasNext()) {
      delete(rest.next());
      rest.remove();
    }
  }

  private void change(String request) {
    try {
      call(request);
    } catch (IOException e) {
      throw new CacheWriterException(e);
    }
  }
}
