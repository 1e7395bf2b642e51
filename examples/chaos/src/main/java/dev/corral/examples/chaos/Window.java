package dev.corral.examples.chaos;

import java.util.List;

/**
 * A span of the monotonic clock, in nanoseconds.
 *
 * @param what what happened in it
 */
record Window(String what, long from, long to) {

  boolean overlaps(long start, long end) {
    return start <= to && end >= from;
  }

  boolean contains(long time) {
    return from <= time && time <= to;
  }

  /** This window, begun earlier and ended later. */
  Window widened(long beforeNanos, long afterNanos) {
    return new Window(what, from - beforeNanos, to + afterNanos);
  }

  static boolean anyOverlaps(List<Window> windows, long start, long end) {
    return windows.stream().anyMatch(it -> it.overlaps(start, end));
  }
}
