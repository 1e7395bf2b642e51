package dev.corral.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.store.queue.DeadLetterRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.cache.CacheException;
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

  /**
   * How many dead letters were replayed or discarded.
   *
   * @param missing keys without a dead letter, or with a damaged one that cannot be replayed
   */
  record Done(String cache, String action, long deadLetters, List<String> missing) {}

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists them.")
  int list(
      @Mixin ConnectionOptions connection,
      @Mixin OutputOptions output,
      @Option(names = "--values", description = "Show the values, too.") boolean values,
      @Option(
              names = "--limit",
              paramLabel = "<n>",
              defaultValue = "1000",
              description = "List at most this many; 0 for all. Default: ${DEFAULT-VALUE}.")
          int limit,
      @Parameters(paramLabel = "<cache>") String cacheName) {
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      Map<String, Line> lines = new LinkedHashMap<>();
      Set<String> damaged = new TreeSet<>();
      for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
        access
            .nodes()
            .scanHash(
                cache.keys().dead(bucket),
                (key, bytes) -> {
                  DeadLetterRecord letter = DeadLetterRecord.of(bytes);
                  if (letter == null) {
                    damaged.add(key);
                  } else if (lines.size() < limit || limit <= 0) {
                    lines.put(key, line(cache, key, letter, values ? bytes : null));
                  }
                });
      }
      List<Line> report = List.copyOf(lines.values());
      output.print(report, () -> text(report));
      if (limit > 0 && report.size() == limit) {
        output.note("At most %d are listed; see --limit".formatted(limit));
      }
      if (!damaged.isEmpty()) {
        output.note(
            "Another program has damaged the dead letters of these keys; 'discard' deletes them: "
                + String.join(", ", damaged));
      }
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
      description = {
        "Queues all of them again, or those of the keys, due at once, as if they had never failed.",
        "Exit code 1 if a key has no dead letter."
      })
  int replay(
      @Mixin ConnectionOptions connection,
      @Mixin OutputOptions output,
      @Option(names = "--string", description = "The keys are Strings, whatever they look like.")
          boolean isString,
      @Parameters(index = "0", paramLabel = "<cache>") String cacheName,
      @Parameters(index = "1..*", arity = "0..*", paramLabel = "<key>")
          @Nullable List<String> keys) {
    return end(connection, output, cacheName, texts(keys, isString), Action.REPLAYED);
  }

  @Command(
      name = "discard",
      mixinStandardHelpOptions = true,
      description = {
        "Deletes all of them, or those of the keys: the database never gets these changes.",
        "Exit code 1 if a key has no dead letter."
      })
  int discard(
      @Mixin ConnectionOptions connection,
      @Mixin OutputOptions output,
      @Option(names = "--yes", description = "Do not ask.") boolean yes,
      @Option(names = "--string", description = "The keys are Strings, whatever they look like.")
          boolean isString,
      @Parameters(index = "0", paramLabel = "<cache>") String cacheName,
      @Parameters(index = "1..*", arity = "0..*", paramLabel = "<key>")
          @Nullable List<String> keys) {
    List<String> texts = texts(keys, isString);
    output.confirm(
        texts.isEmpty()
            ? "Discard all dead letters of cache '%s'?".formatted(cacheName)
            : "Discard the dead letters of %d keys of cache '%s'?"
                .formatted(texts.size(), cacheName),
        yes);
    return end(connection, output, cacheName, texts, Action.DISCARDED);
  }

  private static List<String> texts(@Nullable List<String> keys, boolean isString) {
    return keys == null
        ? List.of()
        : keys.stream().map(it -> StoredCache.keyText(it, isString)).distinct().toList();
  }

  private enum Action {
    REPLAYED("1"),
    DISCARDED("0");

    private final String argument;

    Action(String argument) {
      this.argument = argument;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static int end(
      ConnectionOptions connection,
      OutputOptions output,
      String cacheName,
      List<String> keys,
      Action action) {
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      Done done =
          access.change(
              commands -> {
                CacheContext context = new CacheContext(cache.name(), cache.keys(), commands);
                Pages pages = new Pages(context, action);
                List<String> missing = keys.isEmpty() ? pages.all(cache) : pages.some(keys);
                return new Done(cache.name(), action.toString(), pages.count, missing);
              });
      output.print(done, () -> "%d dead letters %s".formatted(done.deadLetters(), action));
      if (!done.missing().isEmpty()) {
        output.note("no dead letter, or a damaged one: " + String.join(", ", done.missing()));
      }
      return done.missing().isEmpty() ? ToolException.OK : ToolException.NEGATIVE;
    }
  }

  /**
   * Ends dead letters in small steps, because a step for a million of them would block Redis. Each
   * step can be repeated.
   */
  private static final class Pages {

    private static final int PAGE = 100;

    private final CacheContext context;
    private final Action action;
    private final List<List<String>> waiting = new ArrayList<>();
    private long count;

    Pages(CacheContext context, Action action) {
      this.context = context;
      this.action = action;
      for (int bucket = 0; bucket < context.keys().buckets(); bucket++) {
        waiting.add(new ArrayList<>());
      }
    }

    /** Returns the malformed letters, which cannot be replayed. */
    List<String> all(StoredCache cache) {
      Set<String> malformed = new TreeSet<>();
      for (int bucket = 0; bucket < context.keys().buckets(); bucket++) {
        int current = bucket;
        cache
            .access()
            .nodes()
            .scanHash(
                context.keys().dead(bucket),
                (key, bytes) -> {
                  if (action == Action.REPLAYED && DeadLetterRecord.of(bytes) == null) {
                    malformed.add(key);
                  } else {
                    add(current, key);
                  }
                });
        flush(bucket);
      }
      return List.copyOf(malformed);
    }

    /** Returns the keys without a letter. */
    List<String> some(List<String> keys) {
      List<String> missing = new ArrayList<>();
      for (String key : keys) {
        long before = count;
        int bucket = context.keys().bucketOf(key);
        waiting.get(bucket).add(key);
        flush(bucket);
        if (count == before) {
          missing.add(key);
        }
      }
      return missing;
    }

    private void add(int bucket, String key) {
      waiting.get(bucket).add(key);
      if (waiting.get(bucket).size() >= PAGE) {
        flush(bucket);
      }
    }

    private void flush(int bucket) {
      List<String> page = waiting.get(bucket);
      if (page.isEmpty()) {
        return;
      }
      List<String> names = new ArrayList<>();
      names.add(context.keys().drainerLease(bucket));
      names.addAll(context.keys().queue(bucket));
      List<Object> arguments = new ArrayList<>();
      arguments.add(action.argument);
      arguments.addAll(page);
      page.clear();
      try {
        count +=
            context.await(
                "dead letters",
                context
                    .redis()
                    .runForNumber(LuaScript.REPLAY_DEAD_LETTERS, names, arguments.toArray()));
      } catch (CacheException e) {
        throw Access.failure(e, "%d dead letters were %s before".formatted(count, action));
      }
    }
  }
}
