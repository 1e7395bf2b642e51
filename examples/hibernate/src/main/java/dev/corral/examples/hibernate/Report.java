package dev.corral.examples.hibernate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one unit of work found, and what it cost.
 *
 * @param statements how many SQL statements it prepared
 * @param hits how many entities, collections, natural ids and query results the cache had
 * @param misses how many it had not
 * @param puts how many were put into it
 */
record Report(String question, String answer, long statements, long hits, long misses, long puts) {

  private static final Pattern LINE =
      Pattern.compile("SQL +(\\d+), hits +(\\d+), misses +(\\d+), puts +(\\d+) \\| (.+?): (.*)");

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
