package dev.corral.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the hottest keys of a cache. */
@Command(
    name = "hot",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the keys of a cache that are read most often, the hottest first, if the cache records"
          + " them: hot-keys.max-keys.",
      "The output is a file for 'warm --keys'."
    })
final class HotCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      defaultValue = "1000",
      description = "At most this many keys; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Parameters(paramLabel = "<cache>")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String cacheName;

  /** A key, as its text in Redis. */
  record Line(String key) {}

  @Override
  public Integer call() {
    if (limit < 0) {
      throw new ToolException(ToolException.USAGE, "--limit must not be negative");
    }
    try (Access access = connection.connect()) {
      StoredCache cache = StoredCache.open(access, cacheName);
      String list = cache.keys().hotKeys();
      List<Line> lines = new ArrayList<>();
      for (@Nullable Object key :
          Replies.list(access.nodes().call(list, "ZRANGE", list, 0, limit - 1, "REV"))) {
        String text = Replies.textOrNull(key);
        if (text != null) {
          lines.add(new Line(text));
        }
      }
      if (lines.isEmpty()) {
        throw new ToolException(
            ToolException.NEGATIVE,
            ("Cache '%s' has no list of its hottest keys; set hot-keys.max-keys, and wait for a"
                    + " minute")
                .formatted(cacheName));
      }
      output.print(
          lines,
          () -> String.join("\n", lines.stream().map(it -> Table.visible(it.key())).toList()));
      return ToolException.OK;
    }
  }
}
