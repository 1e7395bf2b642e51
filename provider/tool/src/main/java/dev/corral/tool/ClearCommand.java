package dev.corral.tool;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.CacheClearer;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.CacheException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Clears a cache. */
@Command(
    name = "clear",
    mixinStandardHelpOptions = true,
    description = {
      "Clears a cache at once, for all JVMs, as Cache.clear() does it: in constant time.",
      "Then removes the cleared entries that would not expire. Queued writes stay."
    })
final class ClearCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--wait",
      paramLabel = "<seconds>",
      defaultValue = "600",
      description =
          "Wait at most this long for the removal; the next JVM that opens the cache continues"
              + " it. Default: ${DEFAULT-VALUE}.")
  private int waitSeconds;

  @Parameters(paramLabel = "<cache>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String cacheName;

  /**
   * What was done.
   *
   * @param removed whether the memory of the cleared entries is free
   */
  record Report(String cache, int buckets, boolean removed) {}

  @Override
  public Integer call() {
    output.confirm("Clear cache '%s' for all applications?".formatted(cacheName), yes);
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      boolean removed = access.change(commands -> clear(cache, commands));
      Report report = new Report(cache.name(), cache.keys().buckets(), removed);
      output.print(
          report,
          () ->
              "cache '%s' is cleared (%d buckets); %s"
                  .formatted(
                      report.cache(),
                      report.buckets(),
                      removed
                          ? "the cleared entries are removed"
                          : "the next JVM that opens the cache removes the cleared entries"));
      return ToolException.OK;
    }
  }

  private boolean clear(StoredCache cache, RedisCommands commands) {
    ExecutorService background = Executors.newSingleThreadExecutor();
    CacheContext context = new CacheContext(cache.name(), cache.keys(), commands);
    try (Progress progress = output.progress("clear", -1)) {
      new CacheClearer(context, background).clearAll();
      progress.add(1);
      background.submit(() -> {}).get(waitSeconds, TimeUnit.SECONDS);
      return isRemoved(context);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      background.shutdownNow();
    }
  }

  /** Whether no marker of an unfinished removal is left; the removal may have failed. */
  private static boolean isRemoved(CacheContext context) {
    String[] markers = new String[context.keys().buckets()];
    for (int bucket = 0; bucket < markers.length; bucket++) {
      markers[bucket] = context.keys().clearMarker(bucket);
    }
    try {
      return context.await("clear", context.redis().count(markers)) == 0;
    } catch (CacheException e) {
      return false; // the cache is cleared, in any case
    }
  }
}
