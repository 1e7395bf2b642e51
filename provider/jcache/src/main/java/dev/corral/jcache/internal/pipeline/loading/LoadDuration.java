package dev.corral.jcache.internal.pipeline.loading;

import java.util.concurrent.TimeUnit;

/** How long the loader took for one load, without waits for the load budget. Used by one thread. */
final class LoadDuration {

  private long nanos;

  /** Adds the duration of one call of the loader. */
  void add(long nanosOfCall) {
    nanos += nanosOfCall;
  }

  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
