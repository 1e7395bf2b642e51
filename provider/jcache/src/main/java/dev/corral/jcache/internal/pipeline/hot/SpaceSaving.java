package dev.corral.jcache.internal.pipeline.hot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the most frequent keys of a stream in constant memory. The algorithm is Space-Saving, from
 * A. Metwally, D. Agrawal, A. El Abbadi, "Efficient Computation of Frequent and Top-k Elements in
 * Data Streams", ICDT 2005. Not safe for many threads.
 *
 * <p>There is a fixed number of counters. A key without one takes the counter with the smallest
 * count, and inherits that count as its possible error. With N additions and m counters, every key
 * that was added more than N/m times has a counter, and no error is greater than N/m.
 */
final class SpaceSaving {

  /** A counter below it is dropped: the key is no longer read. */
  private static final double SMALLEST = 0.01;

  /** The counter of a key. */
  static final class Counter {

    private String key;
    private double count;
    private double error;
    private double reported;
    private int position;

    private Counter(String key, int position) {
      this.key = key;
      this.position = position;
    }

    String key() {
      return key;
    }

    /** How often the key was added at least, each addition with its weight by age. */
    double atLeast() {
      return count - error;
    }

    /** The part of {@link #atLeast} that was not reported yet. */
    double unreported() {
      return atLeast() - reported;
    }

    /** Sets which part was reported. */
    void reported(double part) {
      reported = part;
    }

    /** The part that was reported. */
    double reported() {
      return reported;
    }
  }

  private final Map<String, Counter> counters;

  /** A binary heap: the root has the smallest count. */
  private final @Nullable Counter[] heap;

  private int size;

  /**
   * @param counters the number of counters
   */
  SpaceSaving(int counters) {
    this.counters = new HashMap<>(2 * counters);
    this.heap = new Counter[counters];
  }

  /** Counts a key. */
  void add(String key) {
    Counter counter = counters.get(key);
    if (counter == null) {
      counter = size < heap.length ? newCounter(key) : takeSmallest(key);
    }
    counter.count++;
    moveDown(counter);
  }

  /** Its count is 0, so it belongs to the root: every other one is greater. */
  private Counter newCounter(String key) {
    Counter counter = new Counter(key, size);
    heap[size++] = counter;
    counters.put(key, counter);
    moveUp(counter);
    return counter;
  }

  private Counter takeSmallest(String key) {
    Counter counter = at(0);
    counters.remove(counter.key);
    counters.put(key, counter);
    counter.key = key;
    counter.error = counter.count;
    counter.reported = 0;
    return counter;
  }

  private void moveUp(Counter counter) {
    while (counter.position > 0) {
      Counter parent = at((counter.position - 1) / 2);
      if (parent.count <= counter.count) {
        return;
      }
      swap(counter, parent);
    }
  }

  private void moveDown(Counter counter) {
    int child = 2 * counter.position + 1;
    while (child < size) {
      Counter smallest = at(child);
      if (child + 1 < size && at(child + 1).count < smallest.count) {
        smallest = at(child + 1);
      }
      if (counter.count <= smallest.count) {
        return;
      }
      swap(counter, smallest);
      child = 2 * counter.position + 1;
    }
  }

  @SuppressWarnings("NullAway") // the heap is full up to its size
  private Counter at(int position) {
    return heap[position];
  }

  private void swap(Counter one, Counter other) {
    int position = one.position;
    one.position = other.position;
    other.position = position;
    heap[one.position] = one;
    heap[other.position] = other;
  }

  /**
   * Multiplies all counts, so that earlier additions weigh less than later ones. The keys that are
   * hardly read any more are dropped.
   */
  void age(double factor) {
    for (Counter counter : counters.values()) {
      counter.count *= factor;
      counter.error *= factor;
      counter.reported *= factor;
    }
    if (size > 0 && at(0).count < SMALLEST) {
      drop();
    }
  }

  private void drop() {
    List<Counter> kept = new ArrayList<>(counters.values());
    kept.removeIf(it -> it.count < SMALLEST);
    kept.sort(Comparator.comparingDouble(it -> it.count)); // a sorted array is a heap
    Arrays.fill(heap, null);
    counters.clear();
    size = 0;
    for (Counter counter : kept) {
      counter.position = size;
      heap[size++] = counter;
      counters.put(counter.key, counter);
    }
  }

  /** Forgets what was reported, so that all of it is to be reported again. */
  void forgetReports() {
    counters.values().forEach(it -> it.reported = 0);
  }

  /** The counters of the most frequent keys, in this order. */
  List<Counter> top(int keys) {
    List<Counter> sorted = new ArrayList<>(counters.values());
    sorted.sort(Comparator.comparingDouble(Counter::atLeast).reversed());
    return sorted.subList(0, Math.min(keys, sorted.size()));
  }

  @Override
  public String toString() {
    return Arrays.toString(top(size).stream().map(it -> it.key + "=" + it.atLeast()).toArray());
  }
}
