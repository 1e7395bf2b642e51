package dev.corral.jcache.internal.redis.client;

import dev.corral.jcache.internal.redis.client.ConnectionProblem.Kind;
import dev.corral.jcache.internal.redis.client.RespConnection.Refusal;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The problems of one server, each with its root cause and its remedy in the first line. */
final class ConnectionMessages {

  private static final String ADDRESS =
      "set another address by corral.redis.uri, the environment variable CORRAL_REDIS_URI,"
          + " redis.uri in corral.conf, or the URI of the cache manager, for instance"
          + " redis://localhost:6379";

  private final RedisSettings settings;
  private final String server;
  private final Credentials login;
  private final String loginSetting;

  /** The messages for a server that is to have the entries. */
  ConnectionMessages(RedisSettings settings, HostAndPort server) {
    this(settings, "Redis at " + server, settings.credentials(), "corral.redis.");
  }

  /** The messages for a sentinel. */
  ConnectionMessages(RedisSettings settings, HostAndPort server, Sentinel sentinel) {
    this(settings, "The sentinel at " + server, sentinel.credentials(), "corral.redis.sentinel-");
  }

  private ConnectionMessages(
      RedisSettings settings, String server, Credentials login, String loginSetting) {
    this.settings = settings;
    this.server = server;
    this.login = login;
    this.loginSetting = loginSetting;
  }

  private ConnectionProblem problem(
      Kind kind, String problem, String remedy, @Nullable Throwable cause) {
    String message =
        "%s %s (login: %s, TLS: %s). %s"
            .formatted(server, problem, login, settings.tls().enabled() ? "on" : "off", remedy);
    return new ConnectionProblem(kind, message, cause);
  }

  private ConnectionProblem misconfigured(String problem, String remedy) {
    return problem(Kind.MISCONFIGURED, problem, remedy, null);
  }

  ConnectionProblem unreachable(IOException e) {
    String why =
        e instanceof UnknownHostException
            ? "has an unknown host name"
            : e instanceof SocketTimeoutException
                ? "cannot be reached within " + connectTimeout()
                : "cannot be reached: " + e.getMessage();
    return problem(Kind.UNAVAILABLE, why, "Start it, or " + ADDRESS, e);
  }

  ConnectionProblem noAnswer(IOException e) {
    String why =
        e instanceof SocketTimeoutException
            ? "accepts connections, but did not answer within " + connectTimeout()
            : "accepts connections, but does not answer: " + e.getMessage();
    return problem(
        Kind.UNAVAILABLE, why, "Check that it is a Redis and that it is well, or " + ADDRESS, e);
  }

  private String connectTimeout() {
    return settings.client().connectTimeout().toMillis() + " ms (corral.redis.connect-timeout)";
  }

  ConnectionProblem expectsTls() {
    return misconfigured(
        "expects TLS, but the connection is not encrypted",
        "Write rediss instead of redis in corral.redis.uri");
  }

  ConnectionProblem isNotEncrypted(IOException e) {
    return problem(
        Kind.MISCONFIGURED,
        "does not speak TLS",
        "Write redis instead of rediss in corral.redis.uri, or use the TLS port of the server",
        e);
  }

  /** A failed handshake: which side refused which certificate. */
  ConnectionProblem refusedEncryption(SSLException e) {
    String text = text(e);
    String remedy;
    if (text.contains("PKIX path building failed") || text.contains("trustAnchors")) {
      remedy =
          "Its certificate is not trusted: set corral.redis.truststore to a file with the"
              + " certificate of its authority";
    } else if (text.contains("No subject alternative") || text.contains("No name matching")) {
      remedy =
          "Its certificate has another name: correct the host in corral.redis.uri, or set"
              + " corral.redis.verify-hostname=false";
    } else if (text.contains("CertificateExpired") || text.contains("NotAfter")) {
      remedy = "Its certificate has expired: renew it";
    } else if (text.contains("Received fatal alert")) {
      remedy =
          "It refused this client: set corral.redis.keystore to a file with a certificate that it"
              + " accepts and the private key, or check which versions of TLS it allows";
    } else {
      remedy = "Check its certificate, and corral.redis.truststore and corral.redis.keystore";
    }
    return problem(
        Kind.MISCONFIGURED, "and this client cannot agree on TLS: " + e.getMessage(), remedy, e);
  }

  private static String text(Throwable e) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      text.append(cause).append('\n');
    }
    return text.toString();
  }

  ConnectionProblem isSentinel() {
    return misconfigured(
        "is a sentinel and has no entries",
        "Write redis-sentinel://<name of the master>@<host> in corral.redis.uri");
  }

  ConnectionProblem isNoSentinel() {
    return misconfigured(
        "is not a sentinel", "Write redis:// instead of redis-sentinel:// in corral.redis.uri");
  }

  ConnectionProblem isNoCluster() {
    return misconfigured(
        "is not a node of a Redis Cluster",
        "Write redis:// instead of redis-cluster:// in corral.redis.uri");
  }

  ConnectionProblem isPartOfCluster() {
    return misconfigured(
        "is a node of a Redis Cluster and has only a part of the keys",
        "Write redis-cluster:// instead of redis:// in corral.redis.uri");
  }

  ConnectionProblem unknownMaster(String name, List<String> known) {
    return misconfigured(
        "does not monitor a master named '%s'; it monitors %s"
            .formatted(name, known.isEmpty() ? "none" : String.join(", ", known)),
        "Correct the name before the @ in corral.redis.uri");
  }

  /** Whether the reply to any command is about the connection, and not about the command. */
  boolean isRefusal(Refusal refusal) {
    String message = refusal.message();
    return message.startsWith("NOAUTH")
        || message.startsWith("DENIED")
        || message.startsWith("LOADING")
        || message.startsWith("MASTERDOWN")
        || message.startsWith("BUSY ")
        || message.contains("max number of clients");
  }

  /** An error that the server replied to the login or to the choice of the database. */
  ConnectionProblem refused(Refusal refusal) {
    String message = refusal.message();
    String lower = message.toLowerCase(Locale.ROOT);
    String quoted = "(" + message + ")";
    if (lower.contains("max number of clients")) {
      return problem(
          Kind.FULL,
          "has as many connections as its maxclients allows " + quoted,
          "Raise maxclients, or close connections of other clients",
          null);
    }
    if (message.startsWith("LOADING")
        || message.startsWith("MASTERDOWN")
        || message.startsWith("BUSY ")) {
      return problem(Kind.UNAVAILABLE, "is not ready " + quoted, "Wait until it is", null);
    }
    if (lower.contains("without any password") || lower.contains("no password is set")) {
      return misconfigured(
          "requires no login, but a password is configured " + quoted,
          "Remove " + loginSetting + "password, or set a password in Redis");
    }
    if (message.startsWith("WRONGPASS") || lower.contains("invalid password")) {
      return misconfigured(
          "refused user name or password " + quoted,
          "Correct " + loginSetting + "username and " + loginSetting + "password");
    }
    if (message.startsWith("NOAUTH")) {
      return misconfigured(
          "requires a login " + quoted,
          "Set " + loginSetting + "password, and " + loginSetting + "username if it has users");
    }
    if (message.startsWith("DENIED")) {
      return misconfigured(
          "is in protected mode and refuses other hosts " + quoted,
          "Set a password in Redis and in " + loginSetting + "password");
    }
    if (lower.contains("db index") || lower.contains("select is not allowed")) {
      return misconfigured(
          "has no database " + settings.database() + " " + quoted,
          "Correct corral.redis.database, or raise the setting databases of Redis");
    }
    return misconfigured("refused the connection " + quoted, "Correct corral.redis.uri");
  }
}
