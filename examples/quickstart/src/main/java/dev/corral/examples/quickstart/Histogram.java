package dev.corral.examples.quickstart;

import java.util.Collection;

/**
 * How many values fell into each of some ranges of equal width.
 *
 * @param from where the first range begins
 * @param width of a range
 */
record Histogram(long from, long width, int[] counts) {

  private static final int LONGEST_BAR = 40;

  /** What lies outside counts in the first or the last range. */
  static Histogram of(Collection<Long> values, long from, long to, int ranges) {
    long width = (to - from) / ranges;
    int[] counts = new int[ranges];
    for (long value : values) {
      counts[(int) Math.max(0, Math.min(ranges - 1, (value - from) / width))]++;
    }
    return new Histogram(from, width, counts);
  }

  /** A line for each range. */
  String text(String unit) {
    int highest = 1;
    for (int count : counts) {
      highest = Math.max(highest, count);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.length; i++) {
      long begin = from + i * width;
      text.append(
          "%4d-%d %s %5d %s%n"
              .formatted(
                  begin,
                  begin + width,
                  unit,
                  counts[i],
                  "#".repeat(counts[i] * LONGEST_BAR / highest)));
    }
    return text.toString();
  }
}
