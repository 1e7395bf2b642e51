package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.client.RespConnection.Refusal;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one server without the Redisson client, for the tool: no pool and no threads.
 * Every call ends within the timeout of the settings. Not thread-safe.
 */
public final class DirectConnection implements AutoCloseable {

  private final RespConnection connection;
  private final long timeoutNanos;

  private DirectConnection(RespConnection connection, long timeoutNanos) {
    this.connection = connection;
    this.timeoutNanos = timeoutNanos;
  }

  /** An error that the server replied. */
  public record ServerError(String message) {}

  /** Why the servers of these settings cannot be used; null if they can. */
  public static @Nullable ConnectionProblem problem(RedisSettings settings) {
    return ConnectionCheck.run(settings);
  }

  /**
   * Connects, and logs in.
   *
   * @param login null password for no login
   * @throws IOException if the server cannot be reached, or refuses the login
   */
  public static DirectConnection open(RedisSettings settings, HostAndPort server, Credentials login)
      throws IOException {
    long connectNanos = settings.client().connectTimeout().toNanos();
    long deadline = System.nanoTime() + connectNanos;
    RespConnection connection = RespConnection.plain(server, deadline);
    try {
      if (settings.tls().enabled()) {
        connection =
            connection.encrypted(
                new TlsFiles(settings.tls()).context(),
                server,
                settings.tls().verifiesHostname(),
                deadline);
      }
      Refusal refusal = connection.logIn(login.username(), login.password());
      if (refusal != null) {
        throw new IOException(refusal.message());
      }
      return new DirectConnection(connection, settings.client().timeout().toNanos());
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Sends commands together, and waits for their replies. An argument is a byte array, or becomes a
   * text.
   *
   * @return for each command a byte array, a String for a status, a Long, a List of these, null, or
   *     a {@link ServerError}
   * @throws IOException if the server does not answer in time
   */
  public List<@Nullable Object> callAll(List<Object[]> commands) throws IOException {
    List<@Nullable Object> replies = new ArrayList<>(commands.size());
    for (Object reply : connection.callAll(commands, System.nanoTime() + timeoutNanos)) {
      replies.add(withError(reply));
    }
    return replies;
  }

  private static @Nullable Object withError(@Nullable Object reply) {
    return reply instanceof Refusal refusal ? new ServerError(refusal.message()) : reply;
  }

  @Override
  public void close() {
    connection.close();
  }
}
