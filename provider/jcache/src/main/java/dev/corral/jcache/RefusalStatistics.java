package dev.corral.jcache;

import java.util.List;

/**
 * The values that this JVM did not store because the allow-list refused one of their classes, since
 * the cache was opened. Immutable.
 *
 * @param values how often a value was refused
 * @param classes the classes that were missing, at most 100, in the order of their names
 * @param patterns the patterns for {@code allowed-classes} that allow these classes
 */
public record RefusalStatistics(long values, List<String> classes, List<String> patterns) {

  /** Copies the lists. */
  public RefusalStatistics {
    classes = List.copyOf(classes);
    patterns = List.copyOf(patterns);
  }
}
