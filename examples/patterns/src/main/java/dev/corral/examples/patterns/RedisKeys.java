package dev.corral.examples.patterns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.EmbeddedServer;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lists the keys in Redis without the cache, through a minimal client of the Redis protocol (RESP).
 */
final class RedisKeys implements AutoCloseable {

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;

  RedisKeys(EmbeddedServer server) throws IOException {
    socket = new Socket(server.host(), server.port());
    out = socket.getOutputStream();
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    call("AUTH", server.password());
  }

  /**
   * Returns the keys that match a pattern, in alphabetical order, with the milliseconds until each
   * expires; -1 if it does not expire.
   */
  SortedMap<String, Long> timesToLive(String pattern) throws IOException {
    SortedMap<String, Long> keys = new TreeMap<>();
    String cursor = "0";
    do {
      List<?> page = (List<?>) call("SCAN", cursor, "MATCH", pattern, "COUNT", "1000");
      cursor = (String) page.get(0);
      for (Object key : (List<?>) page.get(1)) {
        keys.put((String) key, (Long) call("PTTL", (String) key));
      }
    } while (!cursor.equals("0"));
    return keys;
  }

  private Object call(String... words) throws IOException {
    StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      command.append('$').append(word.getBytes(UTF_8).length).append("\r\n");
      command.append(word).append("\r\n");
    }
    out.write(command.toString().getBytes(UTF_8));
    return reply();
  }

  private Object reply() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case ':' -> Long.valueOf(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> array(Integer.parseInt(rest));
      default -> throw new IOException("Redis replied with an error: " + rest);
    };
  }

  private String bulk(int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    in.skipNBytes(2);
    return new String(bytes, UTF_8);
  }

  private List<Object> array(int length) throws IOException {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      elements.add(reply());
    }
    return elements;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("Redis closed the connection");
      }
      line.append((char) c);
    }
    in.skipNBytes(1);
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
