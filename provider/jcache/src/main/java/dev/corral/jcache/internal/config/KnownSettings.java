package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The names of all settings, and suggestions for misspelled names. */
final class KnownSettings {

  static final String PREFIX = "corral.";
  static final String URI = "redis.uri";

  private static final String ENVIRONMENT_PREFIX = "CORRAL_";

  static final List<String> NAMES =
      List.of(
          URI,
          "redis.username",
          "redis.password",
          "redis.database",
          "redis.timeout",
          "redis.connect-timeout",
          "redis.pool-size",
          "redis.client-name",
          "redis.key-prefix",
          "redis.truststore",
          "redis.truststore-password",
          "redis.keystore",
          "redis.keystore-password",
          "redis.verify-hostname",
          "redis.sentinel-username",
          "redis.sentinel-password",
          "embedded.server",
          "defaults.buckets",
          "defaults.allowed-classes",
          "defaults.max-decoded-size",
          "defaults.time-to-live",
          "defaults.expiry.creation",
          "defaults.expiry.update",
          "defaults.expiry.access",
          "defaults.statistics",
          "defaults.management",
          "defaults.fail-fast",
          "defaults.outage.processors",
          "defaults.outage.read-before-write",
          "defaults.near-cache.max-entries",
          "defaults.near-cache.max-bytes",
          "defaults.near-cache.max-staleness",
          "defaults.near-cache.time-to-live");

  private static final Map<String, String> BY_VARIABLE = new TreeMap<>();

  static {
    for (String name : NAMES) {
      BY_VARIABLE.put(variable(name), name);
    }
  }

  private KnownSettings() {}

  /** The environment variable of a setting. */
  static String variable(String name) {
    return ENVIRONMENT_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The names of the settings by their environment variables. */
  static Map<String, String> byVariable() {
    return BY_VARIABLE;
  }

  /**
   * Checks that a file has only known settings.
   *
   * @throws IllegalArgumentException at the first other name; the message names file and line
   */
  static void requireKnown(Config file) {
    for (Map.Entry<String, ConfigValue> entry : file.entrySet()) {
      String name = entry.getKey();
      if (!NAMES.contains(name)) {
        String where = entry.getValue().origin().description();
        throw new IllegalArgumentException(
            where + ": unknown setting " + name + suggestion(name, NAMES));
      }
    }
  }

  /** The end of a message: the most similar known name, or all names if none is similar. */
  static String suggestion(String name, Collection<String> known) {
    return nearest(name, known, Math.max(2, name.length() / 3))
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElseGet(() -> "; the known names are " + String.join(", ", known));
  }

  /** The most similar known name within this edit distance; empty if there is none. */
  static Optional<String> nearest(String name, Collection<String> known, int maxDistance) {
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= maxDistance)
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  /** The edit distance (Levenshtein): insertions, deletions and substitutions of characters. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
