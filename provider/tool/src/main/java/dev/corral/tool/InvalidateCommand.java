package dev.corral.tool;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.BucketClocks;
import dev.corral.jcache.internal.store.EntryCommands;
import dev.corral.jcache.internal.store.PendingReleases;
import dev.corral.jcache.internal.store.StoreOptions;
import dev.corral.jcache.internal.store.tags.TagInvalidation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes entries of a cache: those of some keys, or those with a tag. */
@Command(
    name = "invalidate",
    mixinStandardHelpOptions = true,
    description = {
      "Removes entries, remembered misses and load tickets of keys, for all JVMs.",
      "Near caches and listeners are notified. The writer is not called, and queued writes stay.",
      "With --tag instead of keys: all entries that have one of the tags, as"
          + " CorralCache.invalidateTags() does it, without notifying listeners."
    })
final class InvalidateCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--string", description = "The keys are Strings, whatever they look like.")
  private boolean isString;

  @Parameters(index = "0", paramLabel = "<cache>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String cacheName;

  @Option(
      names = "--tag",
      paramLabel = "<tag>",
      description = "A tag, as the application writes it, such as customer:7; may be repeated.")
  private List<String> tags = new ArrayList<>();

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "<key>")
  private List<String> keys = new ArrayList<>();

  /**
   * What was done to a key.
   *
   * @param removed what was stored; {@code nothing} if there was nothing
   */
  record Line(String key, String removed) {}

  /** What was done to tags. */
  record TagReport(String cache, List<String> tags, int buckets) {}

  @Override
  public Integer call() {
    if (keys.isEmpty() == tags.isEmpty()) {
      throw new ToolException(ToolException.USAGE, "Give keys, or tags by --tag, not both");
    }
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      if (!tags.isEmpty()) {
        TagReport report = access.change(commands -> invalidateTags(cache, commands));
        output.print(report, () -> text(report));
        return ToolException.OK;
      }
      List<Line> lines = access.change(commands -> removeAll(cache, commands));
      output.print(
          lines,
          () -> {
            Table table = Table.of("key", "removed");
            lines.forEach(it -> table.row(it.key(), it.removed()));
            return table.toString();
          });
      return ToolException.OK;
    }
  }

  private List<Line> removeAll(StoredCache cache, RedisCommands commands) {
    CacheContext context = new CacheContext(cache.name(), cache.keys(), commands);
    EntryCommands entries =
        new EntryCommands(
            context,
            "tool-" + UUID.randomUUID(),
            StoreOptions.PLAIN,
            new BucketClocks(context),
            new PendingReleases());
    List<Line> lines = new ArrayList<>();
    for (String key : keys) {
      String text = StoredCache.keyText(key, isString);
      String before = Explanation.of(cache, text).state();
      boolean removed = remove(entries, text, lines.size());
      lines.add(new Line(text, removed ? "value" : isNothing(before) ? "nothing" : before));
    }
    return lines;
  }

  private TagReport invalidateTags(StoredCache cache, RedisCommands commands) {
    List<String> distinct = tags.stream().distinct().toList();
    List<Integer> buckets = IntStream.range(0, cache.keys().buckets()).boxed().toList();
    CacheContext context = new CacheContext(cache.name(), cache.keys(), commands);
    Set<Integer> refused = new TagInvalidation(context).invalidate(buckets, distinct);
    if (!refused.isEmpty()) {
      throw new ToolException(
          ToolException.UNAVAILABLE,
          "Redis is unavailable for %d of %d buckets. It is safe to repeat the command"
              .formatted(refused.size(), buckets.size()));
    }
    return new TagReport(cache.name(), distinct, buckets.size());
  }

  private static String text(TagReport report) {
    return "the entries with %s in cache '%s' are invalidated (%d buckets)"
        .formatted(
            report.tags().stream().map(it -> "'" + it + "'").collect(Collectors.joining(" or ")),
            report.cache(),
            report.buckets());
  }

  private static boolean remove(EntryCommands entries, String key, int before) {
    try {
      return entries.remove(key);
    } catch (CacheException e) {
      throw Access.failure(e, "%d keys were invalidated before".formatted(before));
    }
  }

  private static boolean isNothing(String state) {
    return state.equals("absent") || state.equals("value") || state.startsWith("queued");
  }
}
