package dev.corral.tool;

import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.client.DirectConnection.ServerError;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The doctor's checks of one server. */
final class ServerChecks {

  private static final int PINGS = 100;
  private static final long SLOW_NANOS = 5_000_000;
  private static final long CLOCK_WARNING_MILLIS = 1_000;
  private static final double NEARLY_FULL = 0.9;
  private static final double FULL = 0.97;

  private final Access access;
  private final Node node;
  private final boolean writesBehind;
  private final String suffix;
  private final Consumer<Finding> findings;

  /**
   * @param writesBehind whether a cache writes behind, as far as the settings and Redis show
   */
  ServerChecks(Access access, Node node, boolean writesBehind, Consumer<Finding> findings) {
    this.access = access;
    this.node = node;
    this.writesBehind = writesBehind;
    this.suffix = access.nodes().masters().size() == 1 ? "" : " " + node.address();
    this.findings = findings;
  }

  void run() {
    Map<String, String> info = Replies.info(node.info());
    if (info.isEmpty()) {
      add(
          Finding.unknown(
              "server" + suffix,
              "INFO is refused, so version, role, memory and persistence are unknown",
              "grant +info to the user of the tool"));
    } else {
      version(info);
      role(info);
      memory(info);
      persistence(info);
      clients(info);
    }
    rights();
    clock();
    latency();
  }

  private void add(Finding finding) {
    findings.accept(finding);
  }

  private void version(Map<String, String> info) {
    String valkey = info.get("valkey_version");
    String version = valkey != null ? valkey : info.getOrDefault("redis_version", "0");
    String product = valkey != null ? "Valkey " : "Redis ";
    String mode = info.getOrDefault("redis_mode", info.getOrDefault("server_mode", "unknown mode"));
    boolean isOld = valkey == null && compare(version, 6, 2) < 0;
    add(
        isOld
            ? Finding.problem(
                "version" + suffix,
                product + version,
                "Corral needs Redis 6.2 or later, or Valkey 8")
            : Finding.ok("version" + suffix, "%s%s, %s".formatted(product, version, mode)));
  }

  private static int compare(String version, int major, int minor) {
    String[] parts = version.split("\\.", -1);
    int first = parts.length > 0 ? (int) Replies.number(parts[0], 0) : 0;
    int second = parts.length > 1 ? (int) Replies.number(parts[1], 0) : 0;
    return first != major ? Integer.compare(first, major) : Integer.compare(second, minor);
  }

  private void role(Map<String, String> info) {
    String role = info.getOrDefault("role", "unknown");
    String replicas = info.getOrDefault("connected_slaves", "0");
    add(
        role.equals("master")
            ? Finding.ok("role" + suffix, "master with %s replicas".formatted(replicas))
            : Finding.problem(
                "role" + suffix,
                "a replica, which refuses changes",
                "connect to the master, or through the sentinels: redis-sentinel://"));
  }

  private void memory(Map<String, String> info) {
    long used = Replies.number(info.get("used_memory"), 0);
    long max = Replies.number(info.get("maxmemory"), 0);
    String policy = info.getOrDefault("maxmemory_policy", "unknown");
    long evicted = Replies.number(info.get("evicted_keys"), 0);
    String text =
        "%s used of %s, %s, %d keys evicted"
            .formatted(Units.size(used), max == 0 ? "no limit" : Units.size(max), policy, evicted);
    boolean isFull = max > 0 && used >= max * FULL;
    long refused = Replies.number(info.getOrDefault("errorstat_OOM", "").replace("count=", ""), 0);
    if (policy.equals("noeviction") && isFull) {
      add(
          Finding.problem(
              "memory" + suffix,
              "full, %d commands refused so far: %s".formatted(refused, text),
              "raise maxmemory, remove keys, or set maxmemory-policy: "
                  + (writesBehind ? "volatile-ttl, as a cache writes behind" : "allkeys-lru")));
    } else if (policy.startsWith("allkeys-") && writesBehind) {
      add(
          Finding.problem(
              "memory" + suffix,
              text + ": Redis may evict queued writes",
              "set maxmemory-policy to noeviction or volatile-ttl"));
    } else if (max == 0) {
      add(
          Finding.warning(
              "memory" + suffix,
              text,
              "set maxmemory, so that a growing cache cannot use up the memory of the machine"));
    } else if (policy.equals("noeviction") && !writesBehind) {
      add(
          Finding.warning(
              "memory" + suffix,
              text + ": when Redis is full, it refuses changes",
              "set maxmemory-policy to allkeys-lru, or to volatile-ttl if other data is in Redis"));
    } else {
      add(Finding.ok("memory" + suffix, text));
    }
  }

  private void persistence(Map<String, String> info) {
    boolean appends = "1".equals(info.get("aof_enabled"));
    boolean failed =
        "err".equals(info.get("rdb_last_bgsave_status"))
            || "err".equals(info.get("aof_last_write_status"));
    String text = "append-only file " + (appends ? "on" : "off");
    if (failed) {
      add(
          Finding.problem(
              "persistence" + suffix,
              text + ", and the last snapshot or write to disk failed",
              "see the log of Redis; after a failed snapshot it may refuse changes"));
    } else if (writesBehind && !appends) {
      add(
          Finding.warning(
              "persistence" + suffix,
              text + ": a restart of Redis loses queued writes",
              "set appendonly yes"));
    } else {
      add(
          Finding.ok(
              "persistence" + suffix,
              text + (writesBehind ? "" : ": a restart of Redis is an empty cache, no loss")));
    }
  }

  private void clients(Map<String, String> info) {
    long connected = Replies.number(info.get("connected_clients"), 0);
    long max = Replies.number(info.get("maxclients"), 0);
    String text =
        max == 0 ? connected + " connected" : "%d of %d connected".formatted(connected, max);
    add(
        max > 0 && connected >= max * NEARLY_FULL
            ? Finding.warning("clients" + suffix, text, "raise maxclients")
            : Finding.ok("clients" + suffix, text));
  }

  /** Asks with a key of the prefix that is never stored, as the provider does. */
  private void rights() {
    String key = KeySpace.clock(access.prefix());
    Object reply = evaluate(LuaScript.MISSING_RIGHTS, ownKey(key));
    if (reply instanceof ServerError error) {
      add(
          Finding.problem(
              "rights" + suffix,
              "EVAL is refused: " + error.message(),
              "grant the rights of docs/security.md"));
      return;
    }
    List<@Nullable Object> missing = Replies.list(reply);
    long version = Replies.number(evaluate(LuaScript.SERVER_VERSION, ownKey(key)), 0);
    if (!missing.isEmpty()) {
      String names =
          missing.stream().map(it -> "+" + Replies.textOrNull(it)).collect(Collectors.joining(" "));
      add(
          Finding.problem(
              "rights" + suffix,
              "missing: " + names,
              "ACL SETUSER <user> %s, with the keys ~{%s* and the channels &{%s*"
                  .formatted(names, access.prefix(), access.prefix())));
    } else if (version == 0) {
      add(
          Finding.unknown(
              "rights" + suffix,
              "a server before Redis 7.0 cannot say which rights its user has",
              "compare ACL GETUSER with docs/security.md"));
    } else {
      add(Finding.ok("rights" + suffix, "all that the provider needs"));
    }
  }

  /** A key of this server: in a cluster, the key of another server would be refused. */
  private String ownKey(String key) {
    if (!access.nodes().isCluster()) {
      return key;
    }
    for (int i = 0; i < Slots.COUNT; i++) {
      String candidate = "{" + access.prefix() + "doctor-" + i + "}!clock";
      if (access.nodes().of(candidate) == node) {
        return candidate;
      }
    }
    return key;
  }

  private @Nullable Object evaluate(LuaScript script, String key) {
    return node.tryCall("EVAL", script.text(), 1, key);
  }

  private void clock() {
    long before = System.currentTimeMillis();
    Object reply = node.tryCall("TIME");
    long after = System.currentTimeMillis();
    if (reply instanceof ServerError) {
      add(Finding.problem("clock" + suffix, "TIME is refused", "grant +time"));
      return;
    }
    long difference = EntryState.millis(reply) - (before + after) / 2;
    String text =
        "%d ms %s the clock here"
            .formatted(Math.abs(difference), difference < 0 ? "behind" : "ahead of");
    add(
        Math.abs(difference) > CLOCK_WARNING_MILLIS
            ? Finding.warning(
                "clock" + suffix,
                text,
                "Corral uses the clock of Redis only, but logs are hard to compare: use NTP")
            : Finding.ok("clock" + suffix, text));
  }

  private void latency() {
    long[] nanos = new long[PINGS];
    for (int i = 0; i < PINGS; i++) {
      long start = System.nanoTime();
      Object unused = node.tryCall("PING");
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    long median = nanos[PINGS / 2];
    String text =
        "%s median, %s 95 %%, %s 99 %%, %s maximum of %d pings"
            .formatted(
                Units.micros(median),
                Units.micros(nanos[PINGS * 95 / 100]),
                Units.micros(nanos[PINGS * 99 / 100]),
                Units.micros(nanos[PINGS - 1]),
                PINGS);
    add(
        median > SLOW_NANOS
            ? Finding.warning(
                "latency" + suffix,
                text,
                "run Redis in the zone of the application, or use a near cache")
            : Finding.ok("latency" + suffix, text));
  }
}
