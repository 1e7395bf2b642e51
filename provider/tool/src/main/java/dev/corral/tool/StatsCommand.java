package dev.corral.tool;

import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.client.DirectConnection.ServerError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows statistics. */
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    description = {
      "Shows statistics of caches and servers.",
      "Redis has the queue of write-behind, entries, memory and the server's own counters. Hits,"
          + " misses and loads of the caches are counted in the JVMs of the application: see --jmx."
    })
final class StatsCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--watch",
      paramLabel = "<seconds>",
      arity = "0..1",
      parameterConsumer = OptionalSeconds.class,
      description = "Repeat, by default every 2 seconds, until Ctrl-C.")
  private @Nullable Integer watch;

  /** A name of a cache may follow the option, which picocli would take for its value. */
  static final class OptionalSeconds implements IParameterConsumer {

    private static final int DEFAULT = 2;

    @Override
    public void consumeParameters(Stack<String> left, ArgSpec option, CommandSpec command) {
      boolean isGiven = !left.isEmpty() && left.peek().matches("-?\\d{1,9}");
      option.setValue(isGiven ? Integer.valueOf(left.pop()) : Integer.valueOf(DEFAULT));
    }
  }

  @Option(
      names = "--count",
      paramLabel = "<n>",
      defaultValue = "0",
      description = "With --watch: stop after this many times; 0 for never.")
  private int count;

  @Option(
      names = "--entries",
      description = "Count the stored entries, by SCAN, which may count one twice.")
  private boolean countsEntries;

  @Option(
      names = "--jmx",
      paramLabel = "<jvm>",
      description = "A JVM of the application: host:port, a JMX URL, or a process id here.")
  private @Nullable String jvm;

  @Parameters(arity = "0..*", paramLabel = "<cache>", description = "Default: all caches.")
  private List<String> names = new ArrayList<>();

  /**
   * All figures at one moment.
   *
   * @param jvm the figures of a JVM by cache; null without --jmx
   */
  record Report(
      Instant time,
      List<OfServer> servers,
      List<OfCache> caches,
      @Nullable Map<String, Map<String, Object>> jvm) {}

  /**
   * Figures of a server, since its start; null if INFO is refused.
   *
   * @param commandsPerSecond as the server measures it
   */
  record OfServer(
      String server,
      @Nullable Long keys,
      @Nullable Long usedBytes,
      @Nullable Long commandsPerSecond,
      @Nullable Long hits,
      @Nullable Long misses,
      @Nullable Long evicted,
      @Nullable Long expired) {}

  /**
   * Figures of a cache.
   *
   * @param entries null if they are not counted
   * @param oldestMillis the age of the oldest queued write; 0 if there is none
   */
  record OfCache(
      String cache,
      @Nullable Long entries,
      long queued,
      long oldestMillis,
      long deadLetters,
      long written,
      long coalesced,
      long retries) {}

  @Override
  public Integer call() throws InterruptedException {
    Integer seconds = watch;
    if (seconds != null && seconds < 1) {
      throw new ToolException(ToolException.USAGE, "--watch must be at least 1 second");
    }
    try (Access access = connection.connect()) {
      if (seconds == null) {
        Report report = report(access);
        output.print(report, () -> text(report));
        return ToolException.OK;
      }
      for (int i = 0; count == 0 || i < count; i++) {
        if (i > 0) {
          TimeUnit.SECONDS.sleep(seconds);
        }
        Report report = report(access);
        if (output.isJson()) {
          output.line(report);
        } else {
          output.print(report, () -> report.time() + "\n" + text(report) + "\n ");
        }
      }
      return ToolException.OK;
    }
  }

  private Report report(Access access) {
    List<OfServer> servers = new ArrayList<>();
    for (Node node : access.nodes().masters()) {
      servers.add(ofServer(node));
    }
    List<OfCache> caches = new ArrayList<>();
    List<String> wanted =
        names.isEmpty() ? List.copyOf(access.cachesInRedis(Progress.of("", -1, false))) : names;
    for (String name : wanted) {
      caches.add(ofCache(StoredCache.open(access, name)));
    }
    return new Report(Instant.now(), servers, caches, jvm == null ? null : JmxStatistics.read(jvm));
  }

  private static OfServer ofServer(Node node) {
    Map<String, String> info = Replies.info(node.info());
    Object size = node.tryCall("DBSIZE");
    return new OfServer(
        node.address().toString(),
        size instanceof ServerError ? null : Replies.number(size, 0),
        number(info, "used_memory"),
        number(info, "instantaneous_ops_per_sec"),
        number(info, "keyspace_hits"),
        number(info, "keyspace_misses"),
        number(info, "evicted_keys"),
        number(info, "expired_keys"));
  }

  private static @Nullable Long number(Map<String, String> info, String name) {
    String text = info.get(name);
    return text == null ? null : Replies.number(text, 0);
  }

  private OfCache ofCache(StoredCache cache) {
    KeySpace keys = cache.keys();
    long[] sums = new long[10];
    long oldest = 0;
    for (int bucket = 0; bucket < keys.buckets(); bucket++) {
      List<Object> command = new ArrayList<>();
      command.add("EVAL");
      command.add(LuaScript.QUEUE_STATUS.text());
      command.add(6);
      command.add(keys.drainerLease(bucket));
      command.addAll(keys.queue(bucket));
      command.add(0);
      List<@Nullable Object> status =
          Replies.list(cache.access().nodes().call(keys.generation(bucket), command.toArray()));
      for (int i = 0; i < sums.length; i++) {
        sums[i] += Replies.number(status.get(i), 0);
      }
      oldest = Math.max(oldest, Replies.number(status.get(1), 0));
    }
    return new OfCache(
        cache.name(),
        countsEntries ? entries(cache) : null,
        sums[0],
        oldest,
        sums[2],
        sums[7],
        sums[6],
        sums[9]);
  }

  private long entries(StoredCache cache) {
    long[] found = {0};
    try (Progress progress = output.progress(cache.name(), cache.access().nodes().size())) {
      cache
          .access()
          .nodes()
          .scan(
              cache.keys().entryPattern(),
              page -> {
                progress.add(page.size());
                found[0] += page.stream().filter(it -> cache.keys().bucketOfEntry(it) >= 0).count();
              });
    }
    return found[0];
  }

  private static String text(Report report) {
    Table servers =
        Table.of("server", "keys", "memory", "commands/s", "hits", "misses", "evicted", "expired");
    report
        .servers()
        .forEach(
            it ->
                servers.row(
                    it.server(),
                    orUnknown(it.keys()),
                    it.usedBytes() == null ? "?" : Units.size(it.usedBytes()),
                    orUnknown(it.commandsPerSecond()),
                    orUnknown(it.hits()),
                    orUnknown(it.misses()),
                    orUnknown(it.evicted()),
                    orUnknown(it.expired())));
    Table caches =
        Table.of("cache", "entries", "queued", "oldest", "dead", "written", "coalesced", "retries");
    report
        .caches()
        .forEach(
            it ->
                caches.row(
                    it.cache(),
                    it.entries() == null ? "-" : it.entries(),
                    it.queued(),
                    Units.millis(it.oldestMillis()),
                    it.deadLetters(),
                    it.written(),
                    it.coalesced(),
                    it.retries()));
    String text = servers + "\n" + caches;
    return report.jvm() == null ? text : text + "\n" + jvmText(report.jvm());
  }

  private static String orUnknown(@Nullable Long number) {
    return number == null ? "?" : number.toString();
  }

  private static String jvmText(Map<String, Map<String, Object>> jvm) {
    Table table = Table.of("cache in the JVM", "figure", "value");
    new LinkedHashMap<>(jvm)
        .forEach(
            (cache, figures) -> figures.forEach((name, value) -> table.row(cache, name, value)));
    return table.toString();
  }
}
