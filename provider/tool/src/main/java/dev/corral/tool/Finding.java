package dev.corral.tool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the doctor found.
 *
 * @param check the name of the check
 * @param remedy what to do; null if there is nothing to do
 */
record Finding(Level level, String check, String message, @Nullable String remedy) {

  /** How bad it is, in this order. */
  enum Level {
    OK,
    /** The user of the connection may not see it. */
    UNKNOWN,
    /** It may be meant. */
    WARNING,
    /** It fails, or loses data. */
    PROBLEM
  }

  static Finding ok(String check, String message) {
    return new Finding(Level.OK, check, message, null);
  }

  static Finding unknown(String check, String message, String remedy) {
    return new Finding(Level.UNKNOWN, check, message, remedy);
  }

  static Finding warning(String check, String message, String remedy) {
    return new Finding(Level.WARNING, check, message, remedy);
  }

  static Finding problem(String check, String message, String remedy) {
    return new Finding(Level.PROBLEM, check, message, remedy);
  }

  /** The lines of some findings. */
  static String text(List<Finding> findings) {
    Table table = new Table();
    for (Finding each : findings) {
      String level = each.level() == Level.OK ? "ok" : each.level().name();
      table.row(level, each.check(), each.message());
      if (each.remedy() != null) {
        table.row("", "", "→ " + each.remedy());
      }
    }
    return table + summary(findings);
  }

  private static String summary(List<Finding> findings) {
    List<String> parts = new ArrayList<>();
    add(parts, findings, Level.PROBLEM, "problem");
    add(parts, findings, Level.WARNING, "warning");
    add(parts, findings, Level.UNKNOWN, "unknown");
    return parts.isEmpty() ? "healthy" : String.join(", ", parts);
  }

  private static void add(List<String> parts, List<Finding> findings, Level level, String name) {
    long count = findings.stream().filter(it -> it.level() == level).count();
    if (count > 0) {
      parts.add(count + " " + name + (count == 1 || level == Level.UNKNOWN ? "" : "s"));
    }
  }
}
