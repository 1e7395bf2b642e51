package dev.corral.jcache.test;

import dev.corral.jcache.internal.redis.embedded.EmbeddedRedis;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The Redis of tests: the embedded server, or one that was running before.
 *
 * @param login {@code user:password} as it is in a URI; null without a login
 * @param embedded null if the server was running before
 */
record TestServer(
    String host, int port, @Nullable String login, int database, @Nullable EmbeddedRedis embedded)
    implements AutoCloseable {

  private static final int DEFAULT_PORT = 6379;

  /**
   * The embedded server of this JVM, with the program of the setting {@code embedded.server} in the
   * system properties or the environment, or else that of the library embedded-redis.
   */
  static TestServer startEmbedded() {
    String program =
        System.getProperty("corral.embedded.server", System.getenv("CORRAL_EMBEDDED_SERVER"));
    EmbeddedRedis embedded =
        EmbeddedRedis.share(program == null || program.isBlank() ? null : Path.of(program));
    return new TestServer(
        embedded.address().host(),
        embedded.address().port(),
        ":" + embedded.credentials().password(),
        /* database= */ 0,
        embedded);
  }

  /**
   * A running server.
   *
   * @throws IllegalArgumentException if the URI is not that of a single server without TLS
   */
  static TestServer given(String text) {
    URI uri = URI.create(text);
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if ((!scheme.equals("redis") && !scheme.equals("valkey")) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "The Redis of a test must be a single server without TLS, such as"
              + " redis://localhost:6379, because its connections pass a relay; the scheme is "
              + scheme);
    }
    String path = uri.getPath() == null ? "" : uri.getPath().replace("/", "");
    return new TestServer(
        uri.getHost(),
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        uri.getRawUserInfo(),
        path.isEmpty() ? 0 : Integer.parseInt(path),
        /* embedded= */ null);
  }

  boolean isEmbedded() {
    return embedded != null;
  }

  /** The URI of a relay on 127.0.0.1 that leads to the server. */
  String uriThrough(int relayPort) {
    return "redis://%s127.0.0.1:%d/%d"
        .formatted(login == null ? "" : login + "@", relayPort, database);
  }

  /** A connection to the server that passes no relay. */
  AdminConnection connect() {
    AdminConnection connection = AdminConnection.open(host, port);
    try {
      if (login != null) {
        List<String> command = new ArrayList<>(List.of("AUTH"));
        int colon = login.indexOf(':');
        if (colon > 0) {
          command.add(decoded(login.substring(0, colon)));
        }
        command.add(decoded(login.substring(colon + 1)));
        connection.call(command.toArray(String[]::new));
      }
      if (database != 0) {
        connection.call("SELECT", String.valueOf(database));
      }
      return connection;
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Stops an embedded server, unless another part of the JVM uses it. */
  @Override
  public void close() {
    if (embedded != null) {
      embedded.close();
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "redis://%s:%d/%d".formatted(host, port, database);
  }
}
