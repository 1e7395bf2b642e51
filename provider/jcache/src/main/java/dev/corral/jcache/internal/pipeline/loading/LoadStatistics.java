package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadingStatistics;
import dev.corral.jcache.LoadingStatistics.Calls;
import dev.corral.jcache.LoadingStatistics.Waits;
import dev.corral.jcache.LoadingStatistics.WithoutLoad;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link LoadingStatistics}. Safe for many threads. */
public final class LoadStatistics {

  final LongAdder loads = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder nanos = new LongAdder();
  final LongAdder waitsInJvm = new LongAdder();
  final LongAdder waitsInCluster = new LongAdder();
  final LongAdder lockTimeouts = new LongAdder();
  final LongAdder earlyRefreshes = new LongAdder();
  final LongAdder staleServed = new LongAdder();
  final LongAdder negativeHits = new LongAdder();
  final LongAdder discardedLoads = new LongAdder();
  final LongAdder jointLoads = new LongAdder();
  final LongAdder refusedLoads = new LongAdder();
  private final LongAdder pending = new LongAdder();

  /**
   * Adds keys that {@code loadAll} has yet to load.
   *
   * @param keys their number; negative once they are loaded, or if their load failed
   */
  public void pending(int keys) {
    pending.add(keys);
  }

  /** The number of loaded values that were not stored. */
  public long discarded() {
    return discardedLoads.sum();
  }

  /** The current counts. */
  public LoadingStatistics now() {
    return new LoadingStatistics(
        new Calls(loads.sum(), failures.sum(), Duration.ofNanos(nanos.sum())),
        new Waits(
            waitsInJvm.sum(),
            waitsInCluster.sum(),
            lockTimeouts.sum(),
            jointLoads.sum(),
            refusedLoads.sum()),
        new WithoutLoad(staleServed.sum(), negativeHits.sum()),
        earlyRefreshes.sum(),
        discardedLoads.sum(),
        pending.sum());
  }
}
