package dev.corral.tool;

import java.time.Duration;
import java.util.Locale;

/** Writes sizes and times for people. */
final class Units {

  private static final long KIBI = 1024;
  private static final long SECOND = 1_000;

  private Units() {}

  static String size(long bytes) {
    if (bytes < KIBI) {
      return bytes + " B";
    } else if (bytes < KIBI * KIBI) {
      return format(bytes, KIBI, "KiB");
    } else if (bytes < KIBI * KIBI * KIBI) {
      return format(bytes, KIBI * KIBI, "MiB");
    }
    return format(bytes, KIBI * KIBI * KIBI, "GiB");
  }

  private static String format(long number, long unit, String name) {
    return String.format(Locale.ROOT, "%.1f %s", (double) number / unit, name);
  }

  static String millis(long millis) {
    if (millis < 10 * SECOND) {
      return millis + " ms";
    }
    Duration time = Duration.ofMillis(millis);
    if (millis < 120 * SECOND) {
      return time.toSeconds() + " s";
    } else if (time.toMinutes() < 120) {
      return time.toMinutes() + " min";
    } else if (time.toHours() < 48) {
      return time.toHours() + " h";
    }
    return time.toDays() + " d";
  }

  static String micros(long nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }
}
