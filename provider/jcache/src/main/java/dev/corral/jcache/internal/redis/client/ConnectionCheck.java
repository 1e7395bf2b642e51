package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.client.RespConnection.Refusal;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why a Redis cannot be used: connects to it as the client would, logs in, and asks what
 * kind of server it is. All servers together get the connect timeout of the settings, except for
 * the lookup of a host name, whose duration the JDK decides.
 */
final class ConnectionCheck {

  private final RedisSettings settings;
  private final @Nullable SSLContext tls;
  private final long endNanos;

  private ConnectionCheck(RedisSettings settings) {
    this.settings = settings;
    this.tls = settings.tls().enabled() ? new TlsFiles(settings.tls()).context() : null;
    this.endNanos = System.nanoTime() + settings.client().connectTimeout().toNanos();
  }

  /**
   * Checks the servers of these settings, which have an address.
   *
   * @return null if one of them can be used; otherwise the most certain problem
   */
  static @Nullable ConnectionProblem run(RedisSettings settings) {
    return new ConnectionCheck(settings).run();
  }

  private @Nullable ConnectionProblem run() {
    List<HostAndPort> servers = settings.servers().addresses();
    ConnectionProblem worst = null;
    for (int i = 0; i < servers.size(); i++) {
      long share = (endNanos - System.nanoTime()) / (servers.size() - i);
      ConnectionProblem problem = check(servers.get(i), System.nanoTime() + share);
      if (problem == null) {
        return null;
      }
      if (worst == null || problem.kind().compareTo(worst.kind()) > 0) {
        worst = problem;
      }
    }
    return worst;
  }

  private @Nullable ConnectionProblem check(HostAndPort server, long deadlineNanos) {
    Sentinel sentinel = settings.servers().sentinel();
    return sentinel == null
        ? new Server(
                server,
                new ConnectionMessages(settings, server),
                settings.credentials(),
                deadlineNanos)
            .check()
        : checkSentinel(server, sentinel, deadlineNanos);
  }

  private @Nullable ConnectionProblem checkSentinel(
      HostAndPort address, Sentinel sentinel, long deadlineNanos) {
    ConnectionMessages messages = new ConnectionMessages(settings, address, sentinel);
    Server server = new Server(address, messages, sentinel.credentials(), deadlineNanos);
    Object found = server.masterOrProblem(sentinel.masterName());
    if (found instanceof ConnectionProblem problem) {
      return problem;
    }
    HostAndPort master = (HostAndPort) found;
    return new Server(
            master, new ConnectionMessages(settings, master), settings.credentials(), deadlineNanos)
        .check();
  }

  /** One server, the login to it, and when its check has to end. */
  private final class Server {

    private final HostAndPort address;
    private final ConnectionMessages messages;
    private final Credentials login;
    private final long deadlineNanos;

    Server(
        HostAndPort address, ConnectionMessages messages, Credentials login, long deadlineNanos) {
      this.address = address;
      this.messages = messages;
      this.login = login;
      this.deadlineNanos = deadlineNanos;
    }

    /** Checks a server that is to have the entries. */
    @Nullable ConnectionProblem check() {
      Object result = withConnection(this::problemOfServer);
      return result instanceof ConnectionProblem problem ? problem : null;
    }

    /** The address of the master that a sentinel knows, or the problem that prevents it. */
    Object masterOrProblem(String masterName) {
      return Objects.requireNonNull(withConnection(it -> masterOrProblem(it, masterName)));
    }

    private @Nullable Object withConnection(Step step) {
      try (RespConnection plain = RespConnection.plain(address, deadlineNanos)) {
        return tls == null ? answered(plain, step) : encrypted(plain, tls, step);
      } catch (IOException e) {
        return messages.unreachable(e);
      }
    }

    private @Nullable Object answered(RespConnection connection, Step step) {
      try {
        return step.run(connection);
      } catch (IOException e) {
        return expectsTls() ? messages.expectsTls() : messages.noAnswer(e);
      }
    }

    /** The handshake gets a part of the time, so that an attempt without TLS is possible. */
    private @Nullable Object encrypted(RespConnection plain, SSLContext context, Step step) {
      long now = System.nanoTime();
      long handshakeNanos = now + (deadlineNanos - now) * 2 / 3;
      boolean verifiesHost = settings.tls().verifiesHostname();
      RespConnection connection = null;
      try {
        connection = plain.encrypted(context, address, verifiesHost, handshakeNanos);
        return step.run(connection);
      } catch (SSLException e) {
        return connection == null && speaksPlainly()
            ? messages.isNotEncrypted(e)
            : messages.refusedEncryption(e);
      } catch (IOException e) {
        return connection == null && speaksPlainly()
            ? messages.isNotEncrypted(e)
            : messages.noAnswer(e);
      }
    }

    /** Whether the server answers a command that is not encrypted. */
    private boolean speaksPlainly() {
      try (RespConnection connection = RespConnection.plain(address, deadlineNanos)) {
        Object unused = connection.call("PING");
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    /** Whether the server answers a TLS handshake; its certificate may be unknown. */
    private boolean expectsTls() {
      try (RespConnection connection = RespConnection.plain(address, deadlineNanos)) {
        var unused =
            connection.encrypted(
                SSLContext.getDefault(), address, /* verifiesHost= */ false, deadlineNanos);
        return true;
      } catch (SSLException e) {
        // The JDK complains about a certificate only after it received one.
        return String.valueOf(e.getMessage()).contains("certif");
      } catch (IOException | java.security.NoSuchAlgorithmException e) {
        return false;
      }
    }

    private @Nullable Object problemOfServer(RespConnection connection) throws IOException {
      Object hello = loggedIn(connection);
      if (hello instanceof ConnectionProblem) {
        return hello;
      }
      ConnectionProblem wrongKind = problemOfKind(connection, mode(hello));
      if (wrongKind != null || settings.database() == 0) {
        return wrongKind;
      }
      Object selected = connection.call("SELECT", Integer.toString(settings.database()));
      return selected instanceof Refusal refusal ? messages.refused(refusal) : null;
    }

    /** The reply to HELLO, or the problem of the login. */
    private @Nullable Object loggedIn(RespConnection connection) throws IOException {
      Refusal refused = connection.logIn(login.username(), login.password());
      if (refused != null) {
        return messages.refused(refused);
      }
      Object hello = connection.call("HELLO", "2");
      return hello instanceof Refusal refusal && messages.isRefusal(refusal)
          ? messages.refused(refusal)
          : hello;
    }

    /** The mode that a server of version 6 or later names; empty if it is unknown. */
    private static String mode(@Nullable Object hello) {
      if (hello instanceof List<?> pairs) {
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
          if ("mode".equals(pairs.get(i))) {
            return String.valueOf(pairs.get(i + 1));
          }
        }
      }
      return "";
    }

    private @Nullable ConnectionProblem problemOfKind(RespConnection connection, String mode)
        throws IOException {
      boolean wantsCluster = settings.servers().topology() == Topology.CLUSTER;
      return switch (mode) {
        case "sentinel" -> messages.isSentinel();
        case "standalone" -> wantsCluster ? messages.isNoCluster() : null;
        case "cluster" ->
            wantsCluster || hasAllSlots(connection) ? null : messages.isPartOfCluster();
        default -> null;
      };
    }

    /** Also true if the user may not ask. */
    private static boolean hasAllSlots(RespConnection connection) throws IOException {
      return !(connection.call("CLUSTER", "INFO") instanceof String info)
          || (info.contains("cluster_size:1\r") && info.contains("cluster_slots_assigned:16384\r"));
    }

    private Object masterOrProblem(RespConnection connection, String masterName)
        throws IOException {
      Object hello = loggedIn(connection);
      if (hello instanceof ConnectionProblem) {
        return hello;
      }
      String mode = mode(hello);
      if (!mode.isEmpty() && !mode.equals("sentinel")) {
        return messages.isNoSentinel();
      }
      Object master = connection.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName);
      if (master instanceof Refusal refusal) {
        return messages.refused(refusal);
      }
      if (master instanceof List<?> pair && pair.size() == 2) {
        return new HostAndPort(
            String.valueOf(pair.get(0)), Integer.parseInt(String.valueOf(pair.get(1))));
      }
      return messages.unknownMaster(masterName, masters(connection));
    }

    private static List<String> masters(RespConnection connection) throws IOException {
      return connection.call("SENTINEL", "MASTERS") instanceof List<?> masters
          ? masters.stream()
              .filter(it -> it instanceof List<?> fields && fields.size() > 1)
              .map(it -> String.valueOf(((List<?>) it).get(1)))
              .toList()
          : List.of();
    }
  }

  /** A conversation over an open connection. */
  private interface Step {

    /** Returns a problem, another finding, or null. */
    @Nullable Object run(RespConnection connection) throws IOException;
  }
}
