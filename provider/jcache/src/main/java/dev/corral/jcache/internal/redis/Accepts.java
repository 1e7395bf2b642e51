package dev.corral.jcache.internal.redis;

/** What Redis accepts at present, from everything to nothing; for one slot of a cluster. */
public enum Accepts {
  EVERYTHING,

  /**
   * Reads, and removals of single entries: the memory of the server is full, or the slot is moving
   * to another node.
   */
  REMOVALS,

  /** Reads: the server is a replica, cannot save its data, or has too few replicas. */
  READS,

  /** The server is unreachable, too slow, loading, or not part of a working cluster. */
  NOTHING;

  /** Whether Redis accepts at least as much as this. */
  public boolean includes(Accepts needed) {
    return compareTo(needed) <= 0;
  }

  /** The lesser of the two. */
  public Accepts atMost(Accepts other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
