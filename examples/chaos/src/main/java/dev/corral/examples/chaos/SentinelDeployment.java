package dev.corral.examples.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master, two replicas and three sentinels. */
final class SentinelDeployment implements Deployment {

  private static final String NAME = "shop";
  private static final int SERVERS = 3;
  private static final int SENTINELS = 3;

  private final List<RedisServer> servers;
  private final List<Integer> relayPorts;
  private final List<RedisServer> sentinels;

  private SentinelDeployment(
      List<RedisServer> servers, List<Integer> relayPorts, List<RedisServer> sentinels) {
    this.servers = servers;
    this.relayPorts = relayPorts;
    this.sentinels = sentinels;
  }

  static SentinelDeployment start(Path program, Path folder, Network network) {
    List<RedisServer> servers = new ArrayList<>();
    List<Integer> relayPorts = new ArrayList<>();
    List<RedisServer> sentinels = new ArrayList<>();
    SentinelDeployment deployment = new SentinelDeployment(servers, relayPorts, sentinels);
    try {
      for (int i = 0; i < SERVERS; i++) {
        int port = RedisServer.freePort();
        int relayPort = RedisServer.freePort();
        network.addRelay(relayPort, port);
        relayPorts.add(relayPort);
        List<String> options = new ArrayList<>(DURABLE);
        options.addAll(List.of("--replica-announce-ip", "127.0.0.1"));
        options.addAll(List.of("--replica-announce-port", Integer.toString(relayPort)));
        options.addAll(List.of("--repl-diskless-sync-delay", "0", "--repl-backlog-size", "8mb"));
        RedisServer server =
            RedisServer.start(program, folder.resolve("redis-" + i), port, options, PASSWORD);
        servers.add(server);
        server.awaitReady();
        if (i > 0) {
          server.call("REPLICAOF", "127.0.0.1", Integer.toString(relayPorts.get(0)));
        }
      }
      for (int i = 0; i < SENTINELS; i++) {
        sentinels.add(sentinel(program, folder.resolve("sentinel-" + i), relayPorts.get(0)));
      }
      Waiting.until("the sentinels", 40_000, deployment::isHealthy);
      return deployment;
    } catch (IOException e) {
      deployment.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      deployment.close();
      throw e;
    }
  }

  private static RedisServer sentinel(Path program, Path folder, int masterPort)
      throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("sentinel.conf");
    Files.writeString(
        file,
        """
        sentinel monitor %1$s 127.0.0.1 %2$d 2
        sentinel auth-pass %1$s %3$s
        sentinel down-after-milliseconds %1$s 1000
        sentinel failover-timeout %1$s 4000
        sentinel parallel-syncs %1$s 2
        """
            .formatted(NAME, masterPort, PASSWORD),
        UTF_8);
    RedisServer sentinel =
        RedisServer.start(
            program, folder, RedisServer.freePort(), List.of(file.toString(), "--sentinel"), "");
    sentinel.awaitReady();
    return sentinel;
  }

  @Override
  public String uri() {
    String hosts =
        sentinels.stream().map(it -> "127.0.0.1:" + it.port()).collect(Collectors.joining(","));
    return "redis-sentinel://:%s@%s@%s".formatted(PASSWORD, NAME, hosts);
  }

  @Override
  public List<RedisServer> servers() {
    return servers;
  }

  @Override
  public List<RedisServer> sentinels() {
    return sentinels;
  }

  /** Without this, a master that comes back believes to be one until a sentinel corrects it. */
  @Override
  public void restart(RedisServer server) {
    int master = masterPort();
    boolean isMaster = master < 0 || master == relayPorts.get(servers.indexOf(server));
    server.start(
        isMaster ? List.of() : List.of("--replicaof", "127.0.0.1", Integer.toString(master)));
  }

  /** The relay port of the master that most sentinels know; negative if they disagree. */
  private int masterPort() {
    List<Integer> ports = sentinels.stream().map(SentinelDeployment::masterPort).toList();
    return ports.stream()
        .filter(it -> ports.stream().filter(it::equals).count() >= 2)
        .findFirst()
        .orElse(-1);
  }

  private static int masterPort(RedisServer sentinel) {
    try {
      Object address = sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
      return address instanceof List<?> list ? Integer.parseInt(String.valueOf(list.get(1))) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public boolean isHealthy() {
    List<RedisServer> masters = masters();
    if (masters.size() != 1 || !servers.stream().allMatch(RedisServer::answers)) {
      return false;
    }
    int relayPort = relayPorts.get(servers.indexOf(masters.get(0)));
    boolean areConnected =
        servers.stream()
            .filter(it -> !it.equals(masters.get(0)))
            .allMatch(
                it ->
                    it.info("replication", "master_link_status").equals("up")
                        && it.info("replication", "master_port").equals("" + relayPort));
    return areConnected
        && sentinels.stream().allMatch(it -> masterPort(it) == relayPort && knowsAll(it));
  }

  /** Whether a sentinel could fail over now: it sees the replicas and the other sentinels. */
  private static boolean knowsAll(RedisServer sentinel) {
    return sentinel.info("sentinel", "master0").contains("status=ok,")
        && sentinel
            .info("sentinel", "master0")
            .endsWith("slaves=%d,sentinels=%d".formatted(SERVERS - 1, SENTINELS));
  }

  @Override
  public String epoch() {
    return sentinels.stream().map(SentinelDeployment::epoch).sorted().toList() + "";
  }

  private static String epoch(RedisServer sentinel) {
    try {
      Object fields = sentinel.call("SENTINEL", "MASTER", NAME);
      List<?> list = fields instanceof List<?> found ? found : List.of();
      int index = list.indexOf("config-epoch");
      return index < 0 ? "" : String.valueOf(list.get(index + 1));
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void failOver(int choice) throws IOException {
    sentinels.get(choice % SENTINELS).call("SENTINEL", "FAILOVER", NAME);
  }

  @Override
  public void changePassword(String next) throws IOException {
    for (RedisServer sentinel : sentinels) {
      sentinel.call("SENTINEL", "SET", NAME, "auth-pass", next);
    }
    Deployment.super.changePassword(next);
  }
}
