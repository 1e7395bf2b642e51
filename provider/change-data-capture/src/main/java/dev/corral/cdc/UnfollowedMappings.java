package dev.corral.cdc;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds mappings of a waiting JVM that the JVM with the lease does not follow: most often, because
 * it belongs to another application, which uses the same slot. Used by one thread.
 */
final class UnfollowedMappings {

  private static final Logger log = LoggerFactory.getLogger(UnfollowedMappings.class);

  private static final Duration CHECKED_AFTER = Duration.ofSeconds(5);

  private final String slot;
  private final List<TableMapping> mappings;
  private final Counters counters;
  private final Interval checking = new Interval(CHECKED_AFTER);
  private final Interval tolerated;
  private final RepeatedWarning warning = new RepeatedWarning();
  private boolean isReported;

  /**
   * @param tolerance how long mappings may not be followed until it is reported: a new table waits
   *     for the transactions that are running
   */
  UnfollowedMappings(
      String slot, List<TableMapping> mappings, Counters counters, Duration tolerance) {
    this.slot = slot;
    this.mappings = mappings;
    this.counters = counters;
    this.tolerated = new Interval(tolerance);
  }

  /** This JVM does not wait any more. */
  void restart() {
    isReported = false;
    tolerated.restart();
  }

  /** Checks it now and then. Call it often while this JVM waits. */
  void checkSometimes(SharedState shared) {
    if (checking.isDue()) {
      check(shared);
    }
  }

  /** Reads what is followed, and reports what is not, if that has lasted for some time. */
  void check(SharedState shared) {
    shared.read();
    String found = unfollowed(shared.followed());
    if (shared.position() == null || found == null) {
      tolerated.restart();
      if (isReported) {
        isReported = false;
        counters.failure(null);
      }
    } else if (tolerated.hasPassed()) {
      report(found);
    }
  }

  private void report(String unfollowed) {
    String failure =
        ("the JVM that follows the log in slot '%s' does not follow %s: it has other mappings, such"
                + " as those of another release or application, or the table does not exist, or"
                + " transactions are running that began before the table was published; give each"
                + " application a slot of its own")
            .formatted(slot, unfollowed);
    isReported = true;
    counters.failure(failure);
    if (warning.isDue(failure)) {
      log.warn("Caches of this JVM become stale, because {}", failure);
    }
  }

  /** Null if all are followed, or if none is, because the follower has just begun. */
  private @Nullable String unfollowed(Set<String> followed) {
    List<TableMapping> found =
        mappings.stream()
            .filter(mapping -> followed.stream().noneMatch(mapping::isLabeledBy))
            .toList();
    return followed.isEmpty() || found.isEmpty() ? null : found.toString();
  }
}
