package dev.corral.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.store.queue.QueueRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the queued writes of a cache. */
@Command(
    name = "pending",
    mixinStandardHelpOptions = true,
    description = "Lists the changes that write-behind has not yet written to the database.")
final class PendingCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      defaultValue = "100",
      description = "List at most this many. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--values", description = "Show the values, too.")
  private boolean values;

  @Parameters(paramLabel = "<cache>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String cacheName;

  /**
   * The queue.
   *
   * @param drained how many buckets have a JVM that drains them
   */
  record Report(long queued, int buckets, long drained, List<Line> writes) {}

  /** A queued change. */
  record Line(
      String key,
      String operation,
      Instant since,
      Instant due,
      int attempts,
      @Nullable JsonNode value) {}

  @Override
  public Integer call() {
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      Map<String, Line> lines = new LinkedHashMap<>();
      long queued = 0;
      long drained = 0;
      for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
        String queue = cache.keys().queue(bucket).get(0);
        List<@Nullable Object> replies =
            cache.callAll(
                bucket,
                List.of(
                    new Object[] {"HLEN", queue},
                    new Object[] {"EXISTS", cache.keys().drainerLease(bucket)}));
        long ofBucket = Replies.number(replies.get(0), 0);
        queued += ofBucket;
        drained += Replies.number(replies.get(1), 0);
        if (ofBucket > 0 && lines.size() < limit) {
          collect(cache, bucket, lines);
        }
      }
      Report report =
          new Report(queued, cache.keys().buckets(), drained, List.copyOf(lines.values()));
      output.print(report, () -> text(report));
      return ToolException.OK;
    }
  }

  private void collect(StoredCache cache, int bucket, Map<String, Line> lines) {
    KeySpace keys = cache.keys();
    List<String> parts = keys.queue(bucket);
    cache
        .access()
        .nodes()
        .scanHash(
            parts.get(0),
            (key, bytes) -> {
              QueueRecord record = QueueRecord.of(bytes);
              if (record != null && lines.size() < limit) {
                List<@Nullable Object> times =
                    cache.callAll(
                        bucket,
                        List.of(
                            new Object[] {"ZSCORE", parts.get(2), key},
                            new Object[] {"ZSCORE", parts.get(1), key}));
                lines.put(
                    key,
                    new Line(
                        key,
                        Explanation.operation(record.removal()),
                        Instant.ofEpochMilli(Replies.number(times.get(0), 0)),
                        Instant.ofEpochMilli(Replies.number(times.get(1), 0)),
                        record.attempts(),
                        values && !record.removal()
                            ? valueOf(cache, bytes, record.valueOffset())
                            : null));
              }
            });
  }

  /** The value of a record, or a text that says why it cannot be read. */
  static JsonNode valueOf(StoredCache cache, byte[] record, int offset) {
    try {
      return Trees.json(cache.value(record, offset));
    } catch (UndecodableValueException e) {
      return TextNode.valueOf("undecodable: " + e.getMessage());
    }
  }

  private static String text(Report report) {
    List<String> blocks = new ArrayList<>();
    blocks.add(
        "%d queued, %d of %d buckets have a JVM that drains them"
            .formatted(report.queued(), report.drained(), report.buckets()));
    if (!report.writes().isEmpty()) {
      Table table = Table.of("key", "operation", "since", "due", "attempts", "value");
      report
          .writes()
          .forEach(
              it ->
                  table.row(
                      it.key(),
                      it.operation(),
                      it.since(),
                      it.due(),
                      it.attempts(),
                      it.value() == null ? "" : it.value()));
      blocks.add(table.toString());
    }
    if (report.queued() > report.writes().size()) {
      blocks.add("%d more; see --limit".formatted(report.queued() - report.writes().size()));
    }
    return String.join("\n", blocks);
  }
}
