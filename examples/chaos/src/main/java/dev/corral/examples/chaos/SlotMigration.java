package dev.corral.examples.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Some slots with keys of the caches that move to another master. For one thread. */
final class SlotMigration {

  private static final int SLOTS = 12;
  private static final int KEYS_AT_ONCE = 5;

  private final ClusterDeployment cluster;
  private final RedisServer source;
  private final RedisServer target;
  private final List<Integer> slots;

  private SlotMigration(
      ClusterDeployment cluster, RedisServer source, RedisServer target, List<Integer> slots) {
    this.cluster = cluster;
    this.source = source;
    this.target = target;
    this.slots = slots;
  }

  /** Marks some slots as migrating, and moves some of their keys. */
  static SlotMigration begin(ClusterDeployment cluster, int choice) throws IOException {
    List<RedisServer> masters = cluster.masters();
    RedisServer source = masters.get(choice % masters.size());
    RedisServer target = masters.get((choice + 1) % masters.size());
    SlotMigration migration = new SlotMigration(cluster, source, target, slotsWithKeys(source));
    for (int slot : migration.slots) {
      String text = Integer.toString(slot);
      target.call("CLUSTER", "SETSLOT", text, "IMPORTING", ClusterDeployment.id(source));
      source.call("CLUSTER", "SETSLOT", text, "MIGRATING", ClusterDeployment.id(target));
      migration.moveSome(slot);
    }
    return migration;
  }

  private static List<Integer> slotsWithKeys(RedisServer server) throws IOException {
    Set<Integer> slots = new LinkedHashSet<>();
    String cursor = "0";
    do {
      List<?> reply = (List<?>) server.call("SCAN", cursor, "MATCH", "*chaos:*", "COUNT", "500");
      if (reply == null) {
        break;
      }
      cursor = String.valueOf(reply.get(0));
      for (Object key : (List<?>) reply.get(1)) {
        slots.add(slot(server, String.valueOf(key)));
      }
    } while (!cursor.equals("0") && slots.size() < SLOTS);
    return slots.stream().limit(SLOTS).toList();
  }

  private static int slot(RedisServer server, String key) throws IOException {
    return Integer.parseInt(String.valueOf(server.call("CLUSTER", "KEYSLOT", key)));
  }

  private boolean moveSome(int slot) throws IOException {
    List<?> keys =
        (List<?>)
            source.call(
                "CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), Integer.toString(KEYS_AT_ONCE));
    if (keys == null || keys.isEmpty()) {
      return false;
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of("MIGRATE", "127.0.0.1", Integer.toString(target.port()), "", "0"));
    command.addAll(List.of("2000", "AUTH", target.password(), "KEYS"));
    keys.forEach(it -> command.add(String.valueOf(it)));
    source.call(command.toArray(String[]::new));
    return true;
  }

  /** Moves the remaining keys, and gives the slots to the target. */
  void finish() throws IOException {
    for (int slot : slots) {
      boolean more = true;
      while (more) {
        more = moveSome(slot);
      }
      String id = ClusterDeployment.id(target);
      target.call("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
      source.call("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
      for (RedisServer server : cluster.masters()) {
        if (!server.equals(source) && !server.equals(target)) {
          server.call("CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "slots %s from %d to %d".formatted(slots, source.port(), target.port());
  }
}
