package dev.corral.jcache.internal.store.loads;

import java.time.Duration;
import java.util.Optional;

/**
 * The permits to call the loader of a cache: up to a number at a time, and up to a number per
 * second. Safe for many threads.
 */
public interface LoadPermits {

  /** Permits without a limit. */
  LoadPermits UNLIMITED = wait -> Optional.of(() -> {});

  /**
   * Waits until the loader may be called.
   *
   * @param wait the longest wait
   * @return to be called after the loader; empty if there was no permit in time
   */
  Optional<Runnable> take(Duration wait) throws InterruptedException;
}
