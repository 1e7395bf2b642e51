package dev.corral.cdc;

import java.time.Duration;

/** What a follower needs of the loop that runs it. */
interface Waiting {

  /** Whether the follower has to end. */
  boolean isClosed();

  /** Pauses, until the follower has to end. */
  void pause(Duration time);

  /**
   * Renews the lease, if a third of its time has passed. Call it often. If it has ended, and no
   * other JVM has it, this one gets it again: the position shows whether another one had it.
   *
   * @throws RestartException if another JVM has the lease
   */
  void renewLease();

  /** Notes that changes were made, and that the position was stored. */
  void moved();
}
