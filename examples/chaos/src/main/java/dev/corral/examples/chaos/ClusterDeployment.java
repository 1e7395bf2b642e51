package dev.corral.examples.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three masters with a replica each. */
final class ClusterDeployment implements Deployment {

  static final int SLOTS = 16_384;

  private static final int MASTERS = 3;
  private static final int SERVERS = 2 * MASTERS;

  private final List<RedisServer> servers;
  private final List<Integer> relayPorts;

  private ClusterDeployment(List<RedisServer> servers, List<Integer> relayPorts) {
    this.servers = servers;
    this.relayPorts = relayPorts;
  }

  static ClusterDeployment start(Path program, Path folder, Network network) {
    List<RedisServer> servers = new ArrayList<>();
    List<Integer> relayPorts = new ArrayList<>();
    ClusterDeployment cluster = new ClusterDeployment(servers, relayPorts);
    try {
      for (int i = 0; i < SERVERS; i++) {
        int port = RedisServer.freePort();
        int relayPort = RedisServer.freePort();
        network.addRelay(relayPort, port);
        relayPorts.add(relayPort);
        servers.add(
            RedisServer.start(
                program, folder.resolve("redis-" + i), port, options(port, relayPort), PASSWORD));
      }
      servers.forEach(RedisServer::awaitReady);
      cluster.join();
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static List<String> options(int port, int relayPort) {
    List<String> options = new ArrayList<>(DURABLE);
    options.addAll(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "1500"));
    options.addAll(List.of("--cluster-announce-ip", "127.0.0.1"));
    options.addAll(List.of("--cluster-announce-port", Integer.toString(relayPort)));
    options.addAll(List.of("--cluster-announce-bus-port", Integer.toString(port + 10_000)));
    options.addAll(List.of("--cluster-replica-validity-factor", "0"));
    options.addAll(List.of("--cluster-migration-barrier", "10"));
    options.addAll(List.of("--cluster-require-full-coverage", "no"));
    options.addAll(List.of("--repl-diskless-sync-delay", "0", "--repl-backlog-size", "8mb"));
    return options;
  }

  private void join() throws IOException {
    for (int i = 0; i < MASTERS; i++) {
      List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      IntStream.range(i * SLOTS / MASTERS, (i + 1) * SLOTS / MASTERS)
          .forEach(it -> command.add(Integer.toString(it)));
      servers.get(i).call(command.toArray(String[]::new));
    }
    for (int i = 0; i < SERVERS; i++) {
      RedisServer server = servers.get(i);
      server.call("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
      int port = servers.get(0).port();
      if (i > 0) {
        server.call(
            "CLUSTER",
            "MEET",
            "127.0.0.1",
            Integer.toString(port),
            Integer.toString(port + 10_000));
      }
    }
    Waiting.until(
        "the cluster's nodes",
        30_000,
        () ->
            servers.stream()
                .allMatch(
                    it -> it.info("cluster info", "cluster_known_nodes").equals("" + SERVERS)));
    for (int i = MASTERS; i < SERVERS; i++) {
      RedisServer replica = servers.get(i);
      String master = id(servers.get(i - MASTERS));
      Waiting.until("a replica", 20_000, () -> replicates(replica, master));
    }
    Waiting.until("the cluster", 40_000, this::isHealthy);
  }

  /** A node refuses this until it knows the master. */
  private static boolean replicates(RedisServer replica, String master) {
    try {
      replica.call("CLUSTER", "REPLICATE", master);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static String id(RedisServer server) throws IOException {
    return String.valueOf(server.call("CLUSTER", "MYID"));
  }

  @Override
  public String uri() {
    String hosts =
        relayPorts.stream().map(it -> "127.0.0.1:" + it).collect(Collectors.joining(","));
    return "redis-cluster://:%s@%s".formatted(PASSWORD, hosts);
  }

  @Override
  public List<RedisServer> servers() {
    return servers;
  }

  @Override
  public void restart(RedisServer server) {
    server.start(List.of());
  }

  @Override
  public boolean isHealthy() {
    return masters().size() == MASTERS
        && servers.stream().allMatch(ClusterDeployment::isHealthy)
        && servers.stream().map(ClusterDeployment::slots).distinct().count() == 1;
  }

  private static boolean isHealthy(RedisServer server) {
    boolean isConnected =
        server.isMaster()
            ? !server.info("replication", "connected_slaves").equals("0")
            : server.info("replication", "master_link_status").equals("up");
    return isConnected
        && server.info("cluster info", "cluster_state").equals("ok")
        && server.info("cluster info", "cluster_slots_ok").equals("" + SLOTS)
        && !nodes(server).contains("fail");
  }

  private static String nodes(RedisServer server) {
    try {
      return String.valueOf(server.call("CLUSTER", "NODES"));
    } catch (IOException e) {
      return "fail";
    }
  }

  /** Which master has which slots, in the view of one server. */
  private static Set<String> slots(RedisServer server) {
    return nodes(server)
        .lines()
        .filter(it -> it.contains("master"))
        .map(it -> it.split(" ", -1))
        .map(it -> it[0] + " " + String.join(" ", List.of(it).subList(8, it.length)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The masters with their epochs, which migrated slots also raise. */
  @Override
  public String epoch() {
    return servers.stream()
        .filter(RedisServer::isMaster)
        .map(it -> it.port() + ":" + it.info("cluster info", "cluster_my_epoch"))
        .toList()
        .toString();
  }

  @Override
  public void failOver(int choice) throws IOException {
    List<RedisServer> replicas = servers.stream().filter(it -> !it.isMaster()).toList();
    if (replicas.isEmpty()) {
      return;
    }
    RedisServer replica = replicas.get(choice % replicas.size());
    if (choice % 2 == 0) {
      replica.call("CLUSTER", "FAILOVER");
    } else {
      replica.call("CLUSTER", "FAILOVER", "FORCE");
    }
  }
}
