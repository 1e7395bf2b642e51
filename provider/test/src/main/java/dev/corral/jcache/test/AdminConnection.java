package dev.corral.jcache.test;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection to a Redis server for the controls of a test. Safe for many threads. */
final class AdminConnection implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;

  private AdminConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Connects without a login.
   *
   * @throws IllegalStateException if the server cannot be reached
   */
  static AdminConnection open(String host, int port) {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return new AdminConnection(socket);
    } catch (IOException e) {
      close(socket);
      throw new IllegalStateException(
          "The Redis of the test cannot be reached at %s:%d: %s"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  /**
   * Sends a command and waits for its reply.
   *
   * @return a String, a Long, a List, or null
   * @throws IllegalStateException if the server replies an error, or not at all
   */
  synchronized @Nullable Object call(String... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + command.length + "\r\n").getBytes(ISO_8859_1));
    for (String argument : command) {
      byte[] bytes = argument.getBytes(UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(ISO_8859_1));
      out.writeBytes(bytes);
      out.writeBytes("\r\n".getBytes(ISO_8859_1));
    }
    try {
      socket.getOutputStream().write(out.toByteArray());
      return reply();
    } catch (IOException e) {
      close(socket); // a late reply would be taken for that of the next command
      throw new IllegalStateException(
          "The Redis of the test does not answer %s: %s".formatted(command[0], e.getMessage()), e);
    }
  }

  /** The elements of a reply that is a list of texts. */
  List<String> texts(String... command) {
    Object reply = call(command);
    return reply instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
  }

  private @Nullable Object reply() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case ':' -> Long.valueOf(rest);
      case '$' -> text(Integer.parseInt(rest));
      case '*' -> list(Integer.parseInt(rest));
      case '-' -> throw new IllegalStateException("The Redis of the test replied: " + rest);
      default -> throw new IOException("not the protocol of Redis");
    };
  }

  private @Nullable String text(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length + 2);
    if (bytes.length < length + 2) {
      throw new EOFException("the server closed the connection");
    }
    return new String(bytes, 0, length, UTF_8);
  }

  /** An element that is an error fails the whole reply. */
  private List<@Nullable Object> list(int length) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      list.add(reply());
    }
    return list;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      line.write(c);
    }
    int lineFeed = in.read();
    if (lineFeed != '\n' || line.size() == 0) {
      throw new IOException("not the protocol of Redis");
    }
    return line.toString(UTF_8);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // the socket is not used any more
    }
  }

  @Override
  public void close() {
    close(socket);
  }
}
