package dev.corral.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the caches. */
@Command(
    name = "caches",
    mixinStandardHelpOptions = true,
    description = "Lists the caches: those in Redis, and those that the settings declare.")
final class CachesCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  /**
   * A cache.
   *
   * @param buckets 0 if it is not in Redis
   */
  record Line(String cache, boolean inRedis, boolean declared, int buckets) {}

  @Override
  public Integer call() {
    try (Access access = connection.connect();
        Progress progress = output.progress("caches", access.nodes().size())) {
      Set<String> declared = access.settings().caches().declaredCaches();
      List<Line> lines = new ArrayList<>();
      for (String name : access.allCaches(progress)) {
        StoredCache cache = StoredCache.find(access, name);
        lines.add(
            new Line(
                name,
                cache != null,
                declared.contains(name),
                cache == null ? 0 : cache.keys().buckets()));
      }
      output.print(lines, () -> text(lines, access));
      return ToolException.OK;
    }
  }

  private static String text(List<Line> lines, Access access) {
    if (lines.isEmpty()) {
      return "no caches"
          + (access.prefix().isEmpty() ? "" : " with the prefix " + access.prefix())
          + "; see --prefix";
    }
    Table table = Table.of("cache", "in Redis", "declared", "buckets");
    lines.forEach(
        it ->
            table.row(
                it.cache(),
                it.inRedis() ? "yes" : "no",
                it.declared() ? "yes" : "no",
                it.inRedis() ? it.buckets() : "-"));
    return table.toString();
  }
}
