package dev.corral.jcache.internal.pipeline.hot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the most frequent keys of a stream in constant memory. The algorithm is Space-Saving, from
 * A. Metwally, D. Agrawal, A. El Abbadi, "Efficient Computation of Frequent and Top-k Elements in
 * Data Streams", ICDT 2005. Not safe for many threads.
 *
 * <p>There is a fixed number of counters. A key without one takes the counter with the smallest
 * count, and inherits that count as its possible error. With N additions and m counters, every key
 * that was added more than N/m times has a counter, and no error is greater than N/m.
 *
 * @param <T> the type of the keys
 */
final class SpaceSaving<T> {

  /** A counter below it is dropped: the key is no longer read. */
  private static final double SMALLEST = 0.01;

  /** The counter of a key. */
  static final class Counter<T> {

    private T key;
    private double count;
    private double error;
    private double reported;
    private int position;

    private Counter(T key, int position) {
      this.key = key;
      this.position = position;
    }

    T key() {
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

  private final Map<T, Counter<T>> counters;

  /** A binary heap: the root has the smallest count. */
  private final List<Counter<T>> heap;

  private final int limit;

  /**
   * @param counters the number of counters
   */
  SpaceSaving(int counters) {
    this.counters = new HashMap<>(2 * counters);
    this.heap = new ArrayList<>();
    this.limit = counters;
  }

  /** Counts a key. */
  void add(T key) {
    Counter<T> counter = counters.get(key);
    if (counter == null) {
      counter = heap.size() < limit ? newCounter(key) : takeSmallest(key);
    }
    counter.count++;
    moveDown(counter);
  }

  /** Its count is 0, so it belongs to the root: every other one is greater. */
  private Counter<T> newCounter(T key) {
    Counter<T> counter = new Counter<>(key, heap.size());
    heap.add(counter);
    counters.put(key, counter);
    moveUp(counter);
    return counter;
  }

  private Counter<T> takeSmallest(T key) {
    Counter<T> counter = heap.get(0);
    counters.remove(counter.key);
    counters.put(key, counter);
    counter.key = key;
    counter.error = counter.count;
    counter.reported = 0;
    return counter;
  }

  private void moveUp(Counter<T> counter) {
    while (counter.position > 0) {
      Counter<T> parent = heap.get((counter.position - 1) / 2);
      if (parent.count <= counter.count) {
        return;
      }
      swap(counter, parent);
    }
  }

  private void moveDown(Counter<T> counter) {
    int child = 2 * counter.position + 1;
    while (child < heap.size()) {
      Counter<T> smallest = heap.get(child);
      if (child + 1 < heap.size() && heap.get(child + 1).count < smallest.count) {
        smallest = heap.get(child + 1);
      }
      if (counter.count <= smallest.count) {
        return;
      }
      swap(counter, smallest);
      child = 2 * counter.position + 1;
    }
  }

  private void swap(Counter<T> one, Counter<T> other) {
    int position = one.position;
    one.position = other.position;
    other.position = position;
    heap.set(one.position, one);
    heap.set(other.position, other);
  }

  /**
   * Multiplies all counts, so that earlier additions weigh less than later ones. The keys that are
   * hardly read any more are dropped.
   */
  void age(double factor) {
    for (Counter<T> counter : counters.values()) {
      counter.count *= factor;
      counter.error *= factor;
      counter.reported *= factor;
    }
    if (!heap.isEmpty() && heap.get(0).count < SMALLEST) {
      drop();
    }
  }

  private void drop() {
    List<Counter<T>> kept = new ArrayList<>(counters.values());
    kept.removeIf(it -> it.count < SMALLEST);
    kept.sort(Comparator.comparingDouble(it -> it.count)); // a sorted array is a heap
    heap.clear();
    counters.clear();
    for (Counter<T> counter : kept) {
      counter.position = heap.size();
      heap.add(counter);
      counters.put(counter.key, counter);
    }
  }

  /** Forgets what was reported, so that all of it is to be reported again. */
  void forgetReports() {
    counters.values().forEach(it -> it.reported = 0);
  }

  /** The counters of the most frequent keys, in this order. */
  List<Counter<T>> top(int keys) {
    List<Counter<T>> sorted = new ArrayList<>(heap);
    sorted.sort(Comparator.<Counter<T>>comparingDouble(Counter::atLeast).reversed());
    return sorted.subList(0, Math.min(keys, sorted.size()));
  }

  @Override
  public String toString() {
    return Arrays.toString(top(limit).stream().map(it -> it.key + "=" + it.atLeast()).toArray());
  }
}
