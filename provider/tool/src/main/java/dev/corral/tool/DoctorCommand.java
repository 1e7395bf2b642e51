package dev.corral.tool;

import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.MissingClasses;
import dev.corral.jcache.internal.codec.values.MissingClasses.Place;
import dev.corral.jcache.internal.config.Settings;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds out what is wrong with Redis, or which classes the allow-list needs. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Checks Redis: connection, version, role, memory, persistence, rights, clock, latency, big"
          + " keys, queues; and says what to change. Changes nothing.",
      "With --classes: prints the patterns that allowed-classes needs for a class, without Redis."
    })
final class DoctorCommand implements Callable<Integer> {

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--scan",
      paramLabel = "<n>",
      defaultValue = "100000",
      description =
          "Look at this many keys of Corral for big ones; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int scan;

  @Option(
      names = "--classes",
      paramLabel = "<class>",
      split = ",",
      description = "Classes of values or keys, found by --class-path.")
  private List<String> classes = new ArrayList<>();

  @Option(
      names = "--cache",
      paramLabel = "<cache>",
      description = "With --classes: the cache whose allowed-classes apply already.")
  private @Nullable String cacheName;

  /**
   * What the allow-list needs.
   *
   * @param missing classes that are not allowed, each with the path of fields to it
   * @param open types whose subclasses are not known
   * @param blocked what no pattern allows
   */
  record Classes(
      List<String> patterns, List<String> missing, List<String> open, List<String> blocked) {}

  @Override
  public Integer call() {
    return classes.isEmpty() ? examine() : classes();
  }

  private int examine() {
    List<Finding> findings = new ArrayList<>();
    Settings settings = connection.settings();
    int exitCode = ToolException.OK;
    try (Access access = connection.connect()) {
      findings.add(Finding.ok("connection", described(settings)));
      examine(access, findings);
    } catch (ToolException e) {
      if (e.exitCode() == ToolException.USAGE) {
        throw e;
      }
      String message = String.valueOf(e.getMessage());
      int end = message.lastIndexOf("). ");
      findings.add(
          end < 0
              ? Finding.problem("connection", message, "see docs/troubleshooting.md")
              : Finding.problem(
                  "connection", message.substring(0, end + 1), message.substring(end + 3)));
      exitCode = e.exitCode();
    }
    boolean hasProblem = findings.stream().anyMatch(it -> it.level() == Finding.Level.PROBLEM);
    output.print(findings, () -> Finding.text(findings));
    return exitCode != ToolException.OK
        ? exitCode
        : hasProblem ? ToolException.NEGATIVE : ToolException.OK;
  }

  private static String described(Settings settings) {
    Topology topology = settings.redis().servers().topology();
    return "%s %s, login %s, TLS %s"
        .formatted(
            topology.name().toLowerCase(Locale.ROOT),
            settings.redis().servers().addresses(),
            settings.redis().credentials(),
            settings.redis().tls().enabled() ? "on" : "off");
  }

  private void examine(Access access, List<Finding> findings) {
    List<Node> masters = access.nodes().masters();
    try (Progress progress = output.progress("doctor", access.nodes().size())) {
      List<StoredCache> caches = new ArrayList<>();
      for (String name : access.allCaches(progress)) {
        StoredCache cache = StoredCache.find(access, name);
        if (cache != null) {
          caches.add(cache);
        }
      }
      boolean writesBehind =
          caches.stream()
              .anyMatch(
                  it ->
                      it.settings().configuration().writeBehind().isPresent()
                          || CacheChecks.hasQueue(it));
      masters.forEach(it -> new ServerChecks(access, it, writesBehind, findings::add).run());
      CacheChecks checks = new CacheChecks(access, findings::add);
      caches.forEach(checks::queue);
      checks.scan(scan, progress);
    }
  }

  private int classes() {
    List<String> allowed = new ArrayList<>();
    if (cacheName != null) {
      allowed.addAll(
          connection
              .settings()
              .caches()
              .resolveWithoutClasses(cacheName)
              .configuration()
              .allowedClasses());
    }
    AllowList list = AllowList.of(allowed);
    List<MissingClasses> all = new ArrayList<>();
    for (String name : classes) {
      all.add(MissingClasses.ofType(load(name.strip()), list));
    }
    MissingClasses union =
        new MissingClasses(
            all.stream().flatMap(it -> it.missing().stream()).distinct().toList(),
            List.of(),
            all.stream().flatMap(it -> it.open().stream()).distinct().toList(),
            all.stream().flatMap(it -> it.blocked().stream()).distinct().toList());
    Classes report =
        new Classes(
            union.patterns(), texts(union.missing()), texts(union.open()), texts(union.blocked()));
    output.print(report, () -> text(report));
    return report.patterns().isEmpty() && report.blocked().isEmpty()
        ? ToolException.OK
        : ToolException.NEGATIVE;
  }

  private static List<String> texts(List<Place> places) {
    return places.stream().map(Place::toString).toList();
  }

  private Class<?> load(String name) {
    try {
      return Class.forName(name, /* initialize= */ false, connection.classLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new ToolException(
          ToolException.USAGE,
          "There is no class %s%s"
              .formatted(
                  name, connection.hasClassPath() ? " in --class-path" : "; see --class-path"),
          e);
    }
  }

  private static String text(Classes report) {
    StringBuilder text = new StringBuilder();
    if (report.patterns().isEmpty()) {
      text.append("all classes are allowed\n");
    } else {
      text.append("allowed-classes = [")
          .append(String.join(", ", report.patterns().stream().map(it -> '"' + it + '"').toList()))
          .append("]\n");
    }
    append(text, "for", report.missing());
    append(text, "subclasses are not known of", report.open());
    append(text, "never allowed", report.blocked());
    return text.toString();
  }

  private static void append(StringBuilder text, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append(title).append('\n');
      lines.forEach(it -> text.append("  ").append(it).append('\n'));
    }
  }
}
