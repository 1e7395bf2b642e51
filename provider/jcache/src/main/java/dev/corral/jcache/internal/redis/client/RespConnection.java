package dev.corral.jcache.internal.redis.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.redis.settings.HostAndPort;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Redis server by a socket of the JDK. Every step ends at the deadline of the
 * connection. Not thread-safe.
 */
final class RespConnection implements AutoCloseable {

  private static final int MAX_DEPTH = 8;
  private static final int MAX_LENGTH = 1 << 20;

  /** An error that the server replied. */
  record Refusal(String message) {}

  /** The largest value that Redis stores. */
  private static final int MAX_BYTES = 1 << 29;

  private long deadlineNanos;
  private final Socket socket;
  private final InputStream in;

  /** Whether strings are returned as bytes. */
  private boolean raw;

  private RespConnection(Socket socket, long deadlineNanos) throws IOException {
    this.socket = socket;
    this.deadlineNanos = deadlineNanos;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Connects without encryption.
   *
   * @throws IOException if the server cannot be reached in time
   */
  static RespConnection plain(HostAndPort server, long deadlineNanos) throws IOException {
    Socket socket = new Socket();
    try {
      InetSocketAddress address = new InetSocketAddress(server.host(), server.port());
      if (address.isUnresolved()) {
        throw new UnknownHostException(server.host());
      }
      socket.connect(address, millisUntil(deadlineNanos));
      socket.setTcpNoDelay(true);
      return new RespConnection(socket, deadlineNanos);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Encrypts a new connection.
   *
   * @param verifiesHost whether the certificate must have the name of the server
   * @param handshakeDeadlineNanos when the handshake must be complete
   * @throws IOException if the handshake fails, or if it takes too long
   */
  RespConnection encrypted(
      SSLContext context, HostAndPort server, boolean verifiesHost, long handshakeDeadlineNanos)
      throws IOException {
    SSLSocket encrypted =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, server.host(), server.port(), /* autoClose= */ true);
    SSLParameters parameters = encrypted.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(verifiesHost ? "HTTPS" : "");
    encrypted.setSSLParameters(parameters);
    encrypted.setSoTimeout(millisUntil(handshakeDeadlineNanos));
    encrypted.startHandshake();
    return new RespConnection(encrypted, deadlineNanos);
  }

  /**
   * Sends AUTH if there is a password.
   *
   * @param username null for the default user
   * @return null if the server accepts the login; the message of a refusal has no password
   */
  @Nullable Refusal logIn(@Nullable String username, @Nullable String password) throws IOException {
    if (password == null) {
      return null;
    }
    Object reply = username == null ? call("AUTH", password) : call("AUTH", username, password);
    return reply instanceof Refusal refusal
        ? new Refusal(refusal.message().replace(password, "***"))
        : null;
  }

  /**
   * Sends a command and waits for its reply.
   *
   * @return a String, a Long, a List, null, or a {@link Refusal}
   * @throws IOException if the connection is closed, or if there is no reply in time
   */
  @Nullable Object call(String... command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    append(command, out);
    try {
      socket.getOutputStream().write(out.toByteArray());
      socket.getOutputStream().flush();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // The server may have closed the connection after an error, which can still be read.
      return reply(0);
    }
    return reply(0);
  }

  private static void append(Object[] command, ByteArrayOutputStream out) {
    out.writeBytes(("*" + command.length + "\r\n").getBytes(UTF_8));
    for (Object argument : command) {
      byte[] bytes =
          argument instanceof byte[] raw ? raw : String.valueOf(argument).getBytes(UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
      out.writeBytes(bytes);
      out.writeBytes("\r\n".getBytes(UTF_8));
    }
  }

  /**
   * Sends commands of texts, numbers and byte arrays together, and waits for their replies.
   *
   * @param deadlineNanos the new deadline of the connection
   * @return for each command a byte array, a String for a status, a Long, a List, null, or a {@link
   *     Refusal}
   */
  List<@Nullable Object> callAll(List<Object[]> commands, long deadlineNanos) throws IOException {
    this.deadlineNanos = deadlineNanos;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    commands.forEach(command -> append(command, out));
    socket.getOutputStream().write(out.toByteArray());
    socket.getOutputStream().flush();
    raw = true;
    List<@Nullable Object> replies = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      replies.add(reply(0));
    }
    return replies;
  }

  private @Nullable Object reply(int depth) throws IOException {
    socket.setSoTimeout(millisUntil(deadlineNanos));
    String line = line();
    String rest = line.isEmpty() ? "" : line.substring(1);
    return switch (line.isEmpty() ? ' ' : line.charAt(0)) {
      case '+' -> rest;
      case '-' -> new Refusal(rest);
      case ':' -> longNumber(rest);
      case '$' -> raw ? bytes(number(rest)) : text(number(rest));
      case '*' -> list(number(rest), depth);
      default -> throw new IOException("the server does not speak the protocol of Redis");
    };
  }

  private static int number(String text) throws IOException {
    return (int) Math.max(-1, Math.min(longNumber(text), Integer.MAX_VALUE));
  }

  private static long longNumber(String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("the server does not speak the protocol of Redis", e);
    }
  }

  private @Nullable String text(int length) throws IOException {
    if (length > MAX_LENGTH) {
      throw new IOException("the server's reply is too long");
    }
    byte[] bytes = bytes(length);
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private byte @Nullable [] bytes(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    if (length > MAX_BYTES) {
      throw new IOException("the server's reply is too long");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length || in.readNBytes(2).length < 2) {
      throw new EOFException("the server closed the connection");
    }
    return bytes;
  }

  private @Nullable List<@Nullable Object> list(int length, int depth) throws IOException {
    if (length < 0) {
      return null;
    }
    if (length > MAX_LENGTH || depth == MAX_DEPTH) {
      throw new IOException("the server's reply is too long");
    }
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      list.add(reply(depth + 1));
    }
    return list;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (c == '\n' || line.size() == MAX_LENGTH) {
        throw new IOException("the server does not speak the protocol of Redis");
      }
      line.write(c);
    }
    in.read(); // the line feed
    return line.toString(UTF_8);
  }

  /** The time until a deadline, at least 1 ms, since 0 would be for ever. */
  private static int millisUntil(long deadlineNanos) throws SocketTimeoutException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (millis <= 0) {
      throw new SocketTimeoutException("no time is left");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing depends on it: the connection is not used any more
    }
  }
}
