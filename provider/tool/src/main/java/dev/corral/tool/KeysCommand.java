package dev.corral.tool;

import dev.corral.jcache.internal.redis.Envelope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the keys of a cache. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "Lists keys of a cache, by SCAN. A key that changes meanwhile may be missing.")
final class KeysCommand implements Callable<Integer> {

  /** With all tags. */
  private static final int LONGEST_HEADER = 255;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      defaultValue = "1000",
      description = "Stop after this many keys; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--match",
      paramLabel = "<text>",
      description = "Only keys that contain this text.")
  private @Nullable String match;

  @Option(
      names = "--all",
      description =
          "Also remembered misses, load tickets, and entries that are cleared, expired or"
              + " invalidated.")
  private boolean all;

  @Parameters(paramLabel = "<cache>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String cacheName;

  /**
   * A key.
   *
   * @param state {@code value} for an entry
   */
  record Line(String key, String state) {}

  @Override
  public Integer call() {
    try (Access access = connection.connect();
        Progress progress = output.progress("keys", access.nodes().size())) {
      StoredCache cache = StoredCache.open(access, cacheName);
      List<Line> lines = new ArrayList<>();
      try {
        collect(cache, progress, lines);
      } catch (LimitReached e) {
        output.note("The first %d keys; see --limit".formatted(limit));
      }
      output.print(lines, () -> text(lines));
      return ToolException.OK;
    }
  }

  private String text(List<Line> lines) {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(all ? line.state() + "  " : "").append(Table.visible(line.key())).append('\n');
    }
    return text.isEmpty() ? "no keys" : text.toString();
  }

  /** Ends the scan. */
  private static final class LimitReached extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LimitReached() {
      super("limit", null, false, false);
    }
  }

  private void collect(StoredCache cache, Progress progress, List<Line> lines) {
    long[] generations = cache.generations();
    Set<String> seen = new HashSet<>();
    cache
        .access()
        .nodes()
        .scan(
            cache.keys().entryPattern(),
            page -> {
              progress.add(page.size());
              List<String> entries =
                  page.stream()
                      .filter(it -> cache.keys().bucketOfEntry(it) >= 0 && isWanted(cache, it))
                      .filter(seen::add)
                      .toList();
              addPage(cache, generations, entries, lines);
            });
  }

  private boolean isWanted(StoredCache cache, String entry) {
    return match == null || cache.keys().keyOf(entry).contains(match);
  }

  /** Only the headers are read, with the server's clock; large values stay in Redis. */
  private void addPage(
      StoredCache cache, long[] generations, List<String> entries, List<Line> lines) {
    Map<Integer, List<String>> byBucket = new TreeMap<>();
    for (String entry : entries) {
      byBucket
          .computeIfAbsent(cache.keys().bucketOfEntry(entry), bucket -> new ArrayList<>())
          .add(entry);
    }
    byBucket.forEach(
        (bucket, ofBucket) -> {
          List<Object[]> commands = new ArrayList<>();
          commands.add(new Object[] {"TIME"});
          ofBucket.forEach(
              it -> commands.add(new Object[] {"GETRANGE", it, 0, LONGEST_HEADER - 1}));
          List<@Nullable Object> replies = cache.callAll(bucket, commands);
          long now = EntryState.millis(replies.get(0));
          List<byte @Nullable []> headers = new ArrayList<>();
          replies.subList(1, replies.size()).forEach(it -> headers.add(Replies.bytes(it)));
          TagNumbers tags = TagNumbers.read(cache, bucket, headers);
          for (int i = 0; i < ofBucket.size(); i++) {
            byte[] header = headers.get(i);
            String state = state(header, generations[bucket], now);
            boolean isInvalidated = state.equals("value") && tags.isInvalidated(header);
            add(cache.keys().keyOf(ofBucket.get(i)), isInvalidated ? "invalidated" : state, lines);
          }
        });
  }

  private void add(String key, String state, List<Line> lines) {
    if (all || state.equals("value")) {
      if (limit > 0 && lines.size() >= limit) {
        throw new LimitReached();
      }
      lines.add(new Line(key, state));
    }
  }

  private static String state(byte @Nullable [] header, long generation, long now) {
    Envelope envelope = Envelope.of(header, generation);
    boolean past = envelope.deadlineMillis() != 0 && envelope.deadlineMillis() <= now;
    if (envelope.kind() == Envelope.Kind.NOTHING) {
      return "cleared";
    }
    return past ? "expired" : envelope.kind().name().toLowerCase(Locale.ROOT);
  }
}
