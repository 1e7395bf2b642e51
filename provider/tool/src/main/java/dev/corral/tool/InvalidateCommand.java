package dev.corral.tool;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.BucketClocks;
import dev.corral.jcache.internal.store.EntryCommands;
import dev.corral.jcache.internal.store.PendingReleases;
import dev.corral.jcache.internal.store.StoreOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.cache.CacheException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes entries of a cache. */
@Command(
    name = "invalidate",
    mixinStandardHelpOptions = true,
    description = {
      "Removes entries, remembered misses and load tickets of keys, for all JVMs.",
      "Near caches and listeners are notified. The writer is not called, and queued writes stay."
    })
final class InvalidateCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--string", description = "The keys are Strings, whatever they look like.")
  private boolean isString;

  @Parameters(index = "0", paramLabel = "<cache>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String cacheName;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "<key>")
  private List<String> keys = new ArrayList<>();

  /**
   * What was done to a key.
   *
   * @param removed what was stored; {@code nothing} if there was nothing
   */
  record Line(String key, String removed) {}

  @Override
  public Integer call() {
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
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
