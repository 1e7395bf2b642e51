package dev.corral.jcache;

import java.util.List;

/**
 * What this JVM did not store because it cannot be stored, since the cache was opened. Immutable.
 *
 * @param values how often the allow-list refused a value, because of one of its classes
 * @param classes the classes that were missing, at most 100, in the order of their names
 * @param patterns the patterns for {@code allowed-classes} that allow these classes
 * @param skipped how often an operation skipped a key or value, instead of throwing, because the
 *     cache has the option {@code skipUncacheable}
 */
public record RefusalStatistics(
    long values, List<String> classes, List<String> patterns, long skipped) {

  /** Copies the lists. */
  public RefusalStatistics {
    classes = List.copyOf(classes);
    patterns = List.copyOf(patterns);
  }
}
