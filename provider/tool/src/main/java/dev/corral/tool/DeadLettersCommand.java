package dev.corral.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.store.queue.DeadLetterRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists, replays and discards dead letters. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | replay | discard)",
    description = "The changes that the writer has refused as often as the settings allow.")
final class DeadLettersCommand {

  /** A dead letter. */
  record Line(
      String key,
      String operation,
      int attempts,
      Instant changed,
      Instant parked,
      String reason,
      @Nullable JsonNode value) {}

  /** How many dead letters were replayed or discarded. */
  record Done(String cache, String action, long deadLetters) {}

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists them.")
  int list(
      @Mixin ConnectionOptions connection,
      @Mixin OutputOptions output,
      @Option(names = "--values", description = "Show the values, too.") boolean values,
      @Parameters(paramLabel = "<cache>") String cacheName) {
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      Map<String, Line> lines = new LinkedHashMap<>();
      for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
        access
            .nodes()
            .scanHash(
                cache.keys().dead(bucket),
                (key, bytes) -> {
                  DeadLetterRecord letter = DeadLetterRecord.of(bytes);
                  if (letter != null) {
                    lines.put(key, line(cache, key, letter, values ? bytes : null));
                  }
                });
      }
      List<Line> report = List.copyOf(lines.values());
      output.print(report, () -> text(report));
      return ToolException.OK;
    }
  }

  private static Line line(
      StoredCache cache, String key, DeadLetterRecord letter, byte @Nullable [] bytes) {
    return new Line(
        key,
        Explanation.operation(letter.removal()),
        letter.attempts(),
        letter.changed(),
        letter.parked(),
        letter.reason(),
        bytes == null || letter.removal()
            ? null
            : PendingCommand.valueOf(cache, bytes, letter.valueOffset()));
  }

  private static String text(List<Line> lines) {
    if (lines.isEmpty()) {
      return "no dead letters";
    }
    Table table = Table.of("key", "operation", "attempts", "changed", "parked", "reason", "value");
    lines.forEach(
        it ->
            table.row(
                it.key(),
                it.operation(),
                it.attempts(),
                it.changed(),
                it.parked(),
                it.reason(),
                it.value() == null ? "" : it.value()));
    return table.toString();
  }

  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = "Queues all of them again, due at once, as if they had never failed.")
  int replay(
      @Mixin ConnectionOptions connection,
      @Mixin OutputOptions output,
      @Parameters(paramLabel = "<cache>") String cacheName) {
    return remove(connection, output, cacheName, "replayed");
  }

  @Command(
      name = "discard",
      mixinStandardHelpOptions = true,
      description = "Deletes all of them: the database never gets these changes.")
  int discard(
      @Mixin ConnectionOptions connection,
      @Mixin OutputOptions output,
      @Option(names = "--yes", description = "Do not ask.") boolean yes,
      @Parameters(paramLabel = "<cache>") String cacheName) {
    output.confirm("Discard all dead letters of cache '%s'?".formatted(cacheName), yes);
    return remove(connection, output, cacheName, "discarded");
  }

  private static int remove(
      ConnectionOptions connection, OutputOptions output, String cacheName, String action) {
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      String again = action.equals("replayed") ? "1" : "0";
      long count =
          access.change(
              commands -> {
                CacheContext context = new CacheContext(cache.name(), cache.keys(), commands);
                long sum = 0;
                for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
                  List<String> keys = new ArrayList<>();
                  keys.add(cache.keys().drainerLease(bucket));
                  keys.addAll(cache.keys().queue(bucket));
                  sum +=
                      context.await(
                          "dead letters",
                          commands.runForNumber(LuaScript.REPLAY_DEAD_LETTERS, keys, again));
                }
                return sum;
              });
      Done done = new Done(cache.name(), action, count);
      output.print(done, () -> "%d dead letters %s".formatted(count, action));
      return ToolException.OK;
    }
  }
}
