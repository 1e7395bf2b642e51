package dev.corral.tool;

import dev.corral.jcache.internal.config.Settings;
import dev.corral.jcache.internal.redis.client.ConnectionProblem;
import dev.corral.jcache.internal.redis.client.DirectConnection;
import dev.corral.jcache.internal.redis.client.DirectConnection.ServerError;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The masters of a Redis: one, or those of a cluster. */
final class Nodes implements AutoCloseable {

  private static final int SCAN_COUNT = 1_000;

  /** Of a hash, whose values come too, and may be large. */
  private static final int HASH_SCAN_COUNT = 100;

  private final RedisSettings settings;
  private final Map<HostAndPort, Node> open = new LinkedHashMap<>();

  /** The master of each slot; null without a cluster. */
  private final HostAndPort @Nullable [] masterOfSlot;

  private Nodes(RedisSettings settings) throws IOException {
    this.settings = settings;
    this.masterOfSlot =
        settings.servers().topology() == Topology.CLUSTER ? new HostAndPort[Slots.COUNT] : null;
    if (masterOfSlot != null) {
      readSlots(masterOfSlot);
    } else {
      connect(master());
    }
  }

  /**
   * Connects as the provider does, and finds the masters.
   *
   * @throws ToolException if Redis cannot be used; the message has the cause and the remedy
   */
  static Nodes open(Settings settings) {
    RedisSettings redis = settings.redis();
    requireServer(redis);
    ConnectionProblem problem = DirectConnection.problem(redis);
    if (problem != null) {
      throw new ToolException(
          problem.kind() == ConnectionProblem.Kind.MISCONFIGURED
              ? ToolException.REFUSED
              : ToolException.UNAVAILABLE,
          problem.message(),
          problem.cause());
    }
    try {
      return new Nodes(redis);
    } catch (IOException e) {
      throw new ToolException(
          ToolException.UNAVAILABLE, "Redis cannot be used: " + e.getMessage(), e);
    }
  }

  private static void requireServer(RedisSettings settings) {
    if (settings.servers().topology() == Topology.EMBEDDED) {
      throw new ToolException(
          ToolException.USAGE,
          "The settings name the embedded server, which belongs to a JVM of the application; use"
              + " --uri redis://:password@localhost:port");
    }
  }

  private HostAndPort master() throws IOException {
    Sentinel sentinel = settings.servers().sentinel();
    if (sentinel == null) {
      return settings.servers().addresses().get(0);
    }
    IOException failure = new IOException("no sentinel knows the master");
    for (HostAndPort address : settings.servers().addresses()) {
      try (DirectConnection connection =
          DirectConnection.open(settings, address, sentinel.credentials())) {
        Object reply =
            connection
                .callAll(
                    List.<Object[]>of(
                        new Object[] {
                          "SENTINEL", "GET-MASTER-ADDR-BY-NAME", sentinel.masterName()
                        }))
                .get(0);
        List<@Nullable Object> pair = Replies.list(reply);
        String host = pair.isEmpty() ? null : Replies.textOrNull(pair.get(0));
        if (host != null && pair.size() == 2) {
          return new HostAndPort(host, (int) Replies.number(pair.get(1), 0));
        }
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  private void readSlots(HostAndPort[] masters) throws IOException {
    IOException failure = new IOException("no node of the cluster lists its slots");
    for (HostAndPort address : settings.servers().addresses()) {
      try {
        Object reply = connect(address).tryCall("CLUSTER", "SLOTS");
        if (reply instanceof List<?>) {
          for (Object range : Replies.list(reply)) {
            assign(Replies.list(range), address, masters);
          }
          closeAllBut(masters);
          return;
        }
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  private void assign(List<@Nullable Object> range, HostAndPort asked, HostAndPort[] masters)
      throws IOException {
    List<@Nullable Object> master = Replies.list(range.get(2));
    String host = Replies.textOrNull(master.get(0));
    HostAndPort address =
        new HostAndPort(
            host == null || host.isEmpty() ? asked.host() : host,
            (int) Replies.number(master.get(1), 0));
    connect(address);
    int last = (int) Replies.number(range.get(1), 0);
    for (int slot = (int) Replies.number(range.get(0), 0); slot <= last; slot++) {
      masters[slot] = address;
    }
  }

  private void closeAllBut(HostAndPort[] masters) {
    List<HostAndPort> used = List.of(masters).stream().distinct().toList();
    for (HostAndPort address : List.copyOf(open.keySet())) {
      if (!used.contains(address)) {
        Node unused = open.remove(address);
        if (unused != null) {
          unused.close();
        }
      }
    }
  }

  private Node connect(HostAndPort address) throws IOException {
    Node known = open.get(address);
    if (known != null) {
      return known;
    }
    Credentials login = settings.credentials();
    Node node = new Node(address, DirectConnection.open(settings, address, login));
    open.put(address, node);
    if (settings.database() != 0) {
      Object unused = node.call("SELECT", settings.database());
    }
    return node;
  }

  List<Node> masters() {
    return List.copyOf(open.values());
  }

  boolean isCluster() {
    return masterOfSlot != null;
  }

  /** The master of a key. */
  Node of(String key) {
    HostAndPort address =
        masterOfSlot == null ? open.keySet().iterator().next() : masterOfSlot[Slots.of(key)];
    Node node = address == null ? null : open.get(address);
    if (node == null) {
      throw new ToolException(
          ToolException.UNAVAILABLE, "No master of the cluster serves the slot of the key " + key);
    }
    return node;
  }

  /**
   * The reply to a command on a key.
   *
   * @throws ToolException if the server refuses it
   */
  @Nullable Object call(String key, Object... command) {
    return of(key).call(command);
  }

  /**
   * Visits the names that match a pattern, on all masters, by SCAN; a name may occur twice.
   *
   * @param pages gets the names of each step
   */
  void scan(String pattern, Consumer<List<String>> pages) {
    for (Node node : masters()) {
      scan(node, pattern, page -> pages.accept(page) /* a master has no names of another one */);
    }
  }

  void scan(Node node, String pattern, Consumer<List<String>> pages) {
    String cursor = "0";
    do {
      Object reply = node.call("SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_COUNT);
      cursor = page(Replies.list(reply), pages);
    } while (!cursor.equals("0"));
  }

  /** Visits the fields of a hash with their values, by HSCAN; a field may occur twice. */
  void scanHash(String name, HashVisitor visitor) {
    String cursor = "0";
    do {
      List<@Nullable Object> reply =
          Replies.list(call(name, "HSCAN", name, cursor, "COUNT", HASH_SCAN_COUNT));
      List<@Nullable Object> page = Replies.list(reply.get(1));
      for (int i = 0; i + 1 < page.size(); i += 2) {
        String field = Replies.textOrNull(page.get(i));
        byte[] value = Replies.bytes(page.get(i + 1));
        if (field != null && value != null) {
          visitor.visit(field, value);
        }
      }
      cursor = String.valueOf(Replies.textOrNull(reply.get(0)));
    } while (!cursor.equals("0"));
  }

  /** Gets the fields of a hash. */
  interface HashVisitor {
    void visit(String field, byte[] value);
  }

  private static String page(List<@Nullable Object> reply, Consumer<List<String>> pages) {
    List<String> names = new ArrayList<>();
    for (Object name : Replies.list(reply.get(1))) {
      String text = Replies.textOrNull(name);
      if (text != null) {
        names.add(text);
      }
    }
    pages.accept(names);
    return String.valueOf(Replies.textOrNull(reply.get(0)));
  }

  /** How many keys all masters have; -1 if the user may not ask. */
  long size() {
    long size = 0;
    for (Node node : masters()) {
      Object reply = node.tryCall("DBSIZE");
      if (reply instanceof ServerError) {
        return -1;
      }
      size += Replies.number(reply, 0);
    }
    return size;
  }

  @Override
  public void close() {
    open.values().forEach(Node::close);
  }
}
