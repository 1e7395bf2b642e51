package dev.corral.examples.hibernate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The result of one unit of work, with the SQL statements and cache lookups that it caused.
 *
 * @param question the name of the unit of work
 * @param answer its result as text
 * @param statements the number of SQL statements prepared
 * @param hits the number of entities, collections, natural ids and query results found in the cache
 * @param misses the number of these not found in the cache
 * @param puts the number of these stored in the cache
 */
record Report(String question, String answer, long statements, long hits, long misses, long puts) {

  private static final Pattern LINE =
      Pattern.compile("SQL +(\\d+), hits +(\\d+), misses +(\\d+), puts +(\\d+) \\| (.+?): (.*)");

  /** Parses a line that {@link #toString} has produced. */
  static Report parse(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("Not a report: " + line);
    }
    return new Report(
        parts.group(5),
        parts.group(6),
        Long.parseLong(parts.group(1)),
        Long.parseLong(parts.group(2)),
        Long.parseLong(parts.group(3)),
        Long.parseLong(parts.group(4)));
  }

  @Override
  public String toString() {
    return "SQL %2d, hits %d, misses %d, puts %d | %s: %s"
        .formatted(statements, hits, misses, puts, question, answer);
  }
}
