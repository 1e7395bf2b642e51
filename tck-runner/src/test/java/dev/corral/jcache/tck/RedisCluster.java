package dev.corral.jcache.tck;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A cluster of masters, each with its share of the slots. */
final class RedisCluster {

  private static final int SLOTS = 16_384;

  private RedisCluster() {}

  static List<RedisProcess> ofMasters(int count, Path binary) {
    List<RedisProcess> nodes =
        Stream.generate(() -> RedisProcess.clusterNode(binary)).limit(count).toList();
    for (int i = 0; i < count; i++) {
      int first = i * SLOTS / count;
      int last = (i + 1) * SLOTS / count - 1;
      tell(nodes.get(i), "CLUSTER ADDSLOTSRANGE " + first + " " + last);
      tell(nodes.get(i), "CLUSTER SET-CONFIG-EPOCH " + (i + 1));
    }
    for (RedisProcess node : nodes.subList(1, count)) {
      tell(nodes.get(0), "CLUSTER MEET 127.0.0.1 " + node.port());
    }
    for (RedisProcess node : nodes) {
      RedisProcess.await(
          "cluster",
          () -> {
            String info = node.ask("CLUSTER INFO");
            return info.contains("cluster_state:ok")
                && info.contains("cluster_known_nodes:" + count)
                && info.contains("cluster_slots_ok:" + SLOTS);
          });
    }
    return nodes;
  }

  private static void tell(RedisProcess node, String command) {
    String answer = node.ask(command);
    if (!answer.equals("+OK")) {
      throw new IllegalStateException(command + " was answered with " + answer);
    }
  }
}
