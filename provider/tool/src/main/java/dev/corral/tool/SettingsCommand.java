package dev.corral.tool;

import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.internal.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the settings as they apply. Does not connect to Redis. */
@Command(
    name = "settings",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the effective settings of caches with the place of each; secrets are masked.",
      "Does not connect to Redis, and does not know what the code of the application sets."
    })
final class SettingsCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(names = "--all", description = "Show also the defaults.")
  private boolean all;

  @Parameters(
      arity = "0..*",
      paramLabel = "<cache>",
      description = "Caches; by default those that the settings declare.")
  private List<String> caches = new ArrayList<>();

  @Override
  public Integer call() {
    Settings settings = connection.settings();
    List<String> names =
        caches.isEmpty() ? List.copyOf(settings.caches().declaredCaches()) : caches;
    Map<String, List<EffectiveSetting>> report = new LinkedHashMap<>();
    report.put("connection", shown(settings.connection()));
    for (String name : names) {
      var ofCache = settings.caches().resolveWithoutClasses(name);
      report.put("cache " + name, shown(ofCache.effective().apply(ofCache.configuration())));
    }
    output.print(report, () -> text(report));
    return ToolException.OK;
  }

  private List<EffectiveSetting> shown(List<EffectiveSetting> settings) {
    return settings.stream().filter(it -> all || !it.source().equals("default")).toList();
  }

  private static String text(Map<String, List<EffectiveSetting>> report) {
    return report.entrySet().stream()
        .map(
            block ->
                block.getKey()
                    + "\n"
                    + (block.getValue().isEmpty()
                        ? "  only defaults; see --all\n"
                        : block.getValue().stream()
                            .map(it -> "  " + it + "\n")
                            .collect(Collectors.joining())))
        .collect(Collectors.joining("\n"));
  }
}
