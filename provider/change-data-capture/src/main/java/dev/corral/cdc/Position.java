package dev.corral.cdc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * A position in the log of one history of a database server: all changes before it were made in the
 * caches.
 *
 * @param system the identifier of the database cluster
 * @param timeline its history: it is another one after a failover or a recovery from a backup
 * @param lsn the position (log sequence number)
 */
record Position(String system, int timeline, LogSequenceNumber lsn) {

  private static final Pattern TEXT =
      Pattern.compile("(\\d+) (\\d+) ([0-9A-F]{1,8}/[0-9A-F]{1,8})");

  /** The inverse of {@link #text}; null if the text is malformed. */
  static @Nullable Position parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? new Position(
            matcher.group(1),
            Integer.parseInt(matcher.group(2)),
            LogSequenceNumber.valueOf(matcher.group(3)))
        : null;
  }

  /** The form that is stored. */
  String text() {
    return system + " " + timeline + " " + lsn.asString();
  }

  Position withLsn(LogSequenceNumber later) {
    return new Position(system, timeline, later);
  }

  /** Whether positions of both can be compared. */
  boolean isOfSameHistory(Position other) {
    return system.equals(other.system) && timeline == other.timeline;
  }
}
