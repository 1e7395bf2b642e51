package dev.corral.jcache;

/**
 * The observers of a cache manager. Get it by {@code manager.unwrap(CorralObservers.class)}. Safe
 * for many threads.
 */
public interface CorralObservers {

  /** Adds an observer, and notifies it of each open cache. An observer is added at most once. */
  void add(CorralObserver observer);

  /** Removes an observer. It receives no further notices, except for the ends of activities. */
  void remove(CorralObserver observer);
}
