package dev.corral.jcache.internal.pipeline.statistics;

import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.management.CacheStatisticsMXBean;

/**
 * The statistics of one cache in this JVM, counted while they are enabled. Safe for many threads.
 *
 * <p>Average times are in microseconds, as the standard requires, and include loader, writer and
 * synchronous listeners. The number of evictions is always 0, because Redis does not report them.
 */
public final class CacheStatistics implements CacheStatisticsMXBean {

  private static final float NANOS_PER_MICRO = 1_000f;

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder puts = new LongAdder();
  private final LongAdder removals = new LongAdder();
  private final LongAdder getNanos = new LongAdder();
  private final LongAdder putNanos = new LongAdder();
  private final LongAdder removeNanos = new LongAdder();
  private volatile boolean enabled;

  public CacheStatistics(boolean enabled) {
    this.enabled = enabled;
  }

  public boolean isEnabled() {
    return enabled;
  }

  public void enable(boolean on) {
    enabled = on;
  }

  void record(Outcome<?> outcome, long nanos) {
    if (outcome.operation().is(Trait.COUNTS_LOOKUP)) {
      (outcome.hit() ? hits : misses).increment();
      getNanos.add(nanos);
    }
    if (outcome.operation().is(Trait.BY_LOADER)) {
      return;
    }
    switch (outcome.effect()) {
      case CREATED, UPDATED -> {
        puts.increment();
        putNanos.add(nanos);
      }
      case REMOVED -> {
        removals.increment();
        removeNanos.add(nanos);
      }
      case NONE, BORN_EXPIRED, RESERVED, NEGATED, RENEWED, REFUSED -> {}
    }
  }

  /** Counts a hit with a time of zero: an entry of an iterator, or a near-cache hit. */
  public void recordHit() {
    if (enabled) {
      hits.increment();
    }
  }

  @Override
  public void clear() {
    for (LongAdder counter :
        new LongAdder[] {hits, misses, puts, removals, getNanos, putNanos, removeNanos}) {
      counter.reset();
    }
  }

  @Override
  public long getCacheHits() {
    return hits.sum();
  }

  @Override
  public float getCacheHitPercentage() {
    return percentage(hits.sum());
  }

  @Override
  public long getCacheMisses() {
    return misses.sum();
  }

  @Override
  public float getCacheMissPercentage() {
    return percentage(misses.sum());
  }

  @Override
  public long getCacheGets() {
    return hits.sum() + misses.sum();
  }

  @Override
  public long getCachePuts() {
    return puts.sum();
  }

  @Override
  public long getCacheRemovals() {
    return removals.sum();
  }

  @Override
  public long getCacheEvictions() {
    return 0;
  }

  @Override
  public float getAverageGetTime() {
    return average(getNanos.sum(), getCacheGets());
  }

  @Override
  public float getAveragePutTime() {
    return average(putNanos.sum(), puts.sum());
  }

  @Override
  public float getAverageRemoveTime() {
    return average(removeNanos.sum(), removals.sum());
  }

  private float percentage(long part) {
    long gets = getCacheGets();
    return gets == 0 ? 0 : 100f * part / gets;
  }

  private static float average(long nanos, long count) {
    return count == 0 ? 0 : nanos / NANOS_PER_MICRO / count;
  }
}
