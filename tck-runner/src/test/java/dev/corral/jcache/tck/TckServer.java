package dev.corral.jcache.tck;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The servers that the TCK runs on, without and with near caches. */
enum TckServer {
  /** The embedded server, which Corral chooses if nothing is configured. */
  EMBEDDED(null, null),
  EMBEDDED_NEAR(null, null),
  /** With a user that has only the rights in docs/security.md. */
  REDIS("redis-server", "CORRAL_TEST_REDIS_SERVER"),
  VALKEY("valkey-server", "CORRAL_TEST_VALKEY_SERVER"),
  /** A master with a replica and a sentinel, with the same user. */
  SENTINEL("redis-server", "CORRAL_TEST_REDIS_SERVER"),
  /** Three masters, with the same user. */
  CLUSTER("redis-server", "CORRAL_TEST_REDIS_SERVER"),
  CLUSTER_NEAR("redis-server", "CORRAL_TEST_REDIS_SERVER");

  private final String program;
  private final String variable;

  TckServer(String program, String variable) {
    this.program = program;
    this.variable = variable;
  }

  /** The server of this JVM, set by the build; empty in a JVM that does not run the TCK. */
  static Optional<TckServer> ofThisJvm() {
    return Optional.ofNullable(System.getProperty("tck.server"))
        .map(
            name ->
                Stream.of(values())
                    .filter(server -> server.directory().equals(name))
                    .findAny()
                    .orElseThrow(
                        () -> new IllegalArgumentException("unknown server: tck.server=" + name)));
  }

  /** The name of the directory with the test reports of this server. */
  String directory() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the build gives every cache a near cache. */
  boolean hasNearCaches() {
    return this == EMBEDDED_NEAR || this == CLUSTER_NEAR;
  }

  /** Why the TCK cannot run with this server on this machine; empty if it can. */
  Optional<String> reasonToSkip() {
    return program == null || binary().isPresent()
        ? Optional.empty()
        : Optional.of(
            "The TCK does not run on %s: %s is not on the PATH; install it, or set %s to its path"
                .formatted(directory(), program, variable));
  }

  /** Starts the server. Returns its URI; empty for the embedded server, which Corral starts. */
  Optional<String> start() {
    return switch (this) {
      case EMBEDDED, EMBEDDED_NEAR -> Optional.empty();
      case REDIS -> {
        RedisProcess server = RedisProcess.standalone(binary().get());
        yield Optional.of("redis://" + MinimalUser.LOGIN + addressFor(MinimalUser.create(server)));
      }
      case VALKEY -> Optional.of("redis://" + addressFor(RedisProcess.standalone(binary().get())));
      case SENTINEL ->
          Optional.of("redis-sentinel://" + MinimalUser.LOGIN + startSentinel(binary().get()));
      case CLUSTER, CLUSTER_NEAR ->
          Optional.of(
              "redis-cluster://"
                  + MinimalUser.LOGIN
                  + RedisCluster.ofMasters(3, binary().get()).stream()
                      .map(MinimalUser::create)
                      .map(TckServer::addressFor)
                      .collect(Collectors.joining(",")));
    };
  }

  /** Starts a master, a replica and a sentinel. Returns the rest of the URI, after the login. */
  private static String startSentinel(Path binary) {
    RedisProcess master = RedisProcess.standalone(binary);
    MinimalUser.createAdministrator(master);
    RedisProcess replica =
        RedisProcess.replica(
            binary, master, MinimalUser.ADMINISTRATOR, MinimalUser.ADMINISTRATOR_PASSWORD);
    MinimalUser.createAdministrator(replica);
    MinimalUser.create(master);
    MinimalUser.create(replica);
    RedisProcess sentinel =
        RedisProcess.sentinel(
            binary, "tck", master, MinimalUser.ADMINISTRATOR, MinimalUser.ADMINISTRATOR_PASSWORD);
    return "tck@" + addressFor(sentinel);
  }

  /** Starts three masters that accept every command. Returns their URI. */
  String startWithAllRights() {
    return "redis-cluster://"
        + RedisCluster.ofMasters(3, binary().get()).stream()
            .map(TckServer::addressFor)
            .collect(Collectors.joining(","));
  }

  private static String addressFor(RedisProcess server) {
    return "127.0.0.1:" + server.port();
  }

  private Optional<Path> binary() {
    String named = System.getenv(variable);
    if (named != null && !named.isBlank()) {
      Path binary = Path.of(named);
      if (!Files.isExecutable(binary)) {
        throw new IllegalStateException(
            "%s is %s, which is not an executable file".formatted(variable, binary));
      }
      return Optional.of(binary);
    }
    return List.of(System.getenv("PATH").split(File.pathSeparator, -1)).stream()
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
