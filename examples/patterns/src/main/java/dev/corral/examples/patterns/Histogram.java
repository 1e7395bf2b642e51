package dev.corral.examples.patterns;

import java.util.Collection;

/**
 * The number of values in each of several ranges of equal width.
 *
 * @param from the lower bound of the first range
 * @param width the width of each range
 * @param counts the number of values in each range
 */
record Histogram(long from, long width, int[] counts) {

  private static final int LONGEST_BAR = 40;

  /** Counts the values; a value outside the bounds is counted in the first or the last range. */
  static Histogram of(Collection<Long> values, long from, long to, int ranges) {
    long width = (to - from) / ranges;
    int[] counts = new int[ranges];
    for (long value : values) {
      counts[(int) Math.max(0, Math.min(ranges - 1, (value - from) / width))]++;
    }
    return new Histogram(from, width, counts);
  }

  /** One line for each range, with the count as a number and as a bar. */
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
