package dev.corral.jcache.tck;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Redis cluster of masters without replicas, each with an equal part of the slots. */
final class RedisCluster {

  private static final int SLOTS = 16_384;

  private RedisCluster() {}

  static List<RedisProcess> ofMasters(int count, Path binary) {
    List<RedisProcess> nodes =
        Stream.generate(() -> RedisProcess.clusterNode(binary)).limit(count).toList();
    for (int i = 0; i < count; i++) {
      int first = i * SLOTS / count;
      int last = (i + 1) * SLOTS / count - 1;
      execute(nodes.get(i), "CLUSTER ADDSLOTSRANGE " + first + " " + last);
      execute(nodes.get(i), "CLUSTER SET-CONFIG-EPOCH " + (i + 1));
    }
    for (RedisProcess node : nodes.subList(1, count)) {
      execute(nodes.get(0), "CLUSTER MEET 127.0.0.1 " + node.port());
    }
    for (RedisProcess node : nodes) {
      RedisProcess.await(
          "cluster",
          () -> {
            String info = node.call("CLUSTER INFO");
            return info.contains("cluster_state:ok")
                && info.contains("cluster_known_nodes:" + count)
                && info.contains("cluster_slots_ok:" + SLOTS);
          });
    }
    return nodes;
  }

  private static void execute(RedisProcess node, String command) {
    String reply = node.call(command);
    if (!reply.equals("+OK")) {
      throw new IllegalStateException("%s failed: %s".formatted(command, reply));
    }
  }
}
