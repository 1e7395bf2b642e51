package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralCacheMXBean;
import dev.corral.jcache.EffectiveSetting;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The management bean of one cache. Safe for many threads. */
final class CorralCacheBean implements CorralCacheMXBean {

  private final CorralCache<?, ?> cache;
  private final QueueStatistics queue;

  CorralCacheBean(CorralCache<?, ?> cache) {
    this.cache = cache;
    this.queue = new QueueStatistics(cache::writeBehindStatistics);
  }

  @Override
  public long getQueueDepth() {
    return queue.get().depth();
  }

  @Override
  public long getOldestPendingMillis() {
    return queue.get().oldestAge().toMillis();
  }

  @Override
  public long getQueuedWrites() {
    return queue.get().queued();
  }

  @Override
  public long getCoalescedWrites() {
    return queue.get().coalesced();
  }

  @Override
  public long getWrittenWrites() {
    return queue.get().written();
  }

  @Override
  public long getBatches() {
    return queue.get().batches();
  }

  @Override
  public long getRetries() {
    return queue.get().retries();
  }

  @Override
  public long getDeadLetters() {
    return queue.get().deadLetters();
  }

  @Override
  public List<String> deadLetterKeys() {
    return cache.deadLetters().stream().map(letter -> String.valueOf(letter.key())).toList();
  }

  @Override
  public int replayDeadLetters() {
    try {
      return cache.replayDeadLetters();
    } finally {
      queue.discard();
    }
  }

  @Override
  public int discardDeadLetters() {
    try {
      return cache.discardDeadLetters();
    } finally {
      queue.discard();
    }
  }

  @Override
  public boolean flush(long timeoutMillis) {
    try {
      return cache.flush(Duration.ofMillis(timeoutMillis));
    } finally {
      queue.discard();
    }
  }

  @Override
  public long getLoads() {
    return cache.loadingStatistics().loads();
  }

  @Override
  public long getLoadMillis() {
    return cache.loadingStatistics().loadTime().toMillis();
  }

  @Override
  public long getLoadFailures() {
    return cache.loadingStatistics().failures();
  }

  @Override
  public long getLoadWaitsInJvm() {
    return cache.loadingStatistics().waitsInJvm();
  }

  @Override
  public long getLoadWaitsInCluster() {
    return cache.loadingStatistics().waitsInCluster();
  }

  @Override
  public long getLoadLockTimeouts() {
    return cache.loadingStatistics().lockTimeouts();
  }

  @Override
  public long getJointLoads() {
    return cache.loadingStatistics().jointLoads();
  }

  @Override
  public long getLoadsOverBudget() {
    return cache.loadingStatistics().overBudget();
  }

  @Override
  public long getEarlyRefreshes() {
    return cache.loadingStatistics().earlyRefreshes();
  }

  @Override
  public long getStaleServed() {
    return cache.loadingStatistics().staleServed();
  }

  @Override
  public long getNegativeHits() {
    return cache.loadingStatistics().negativeHits();
  }

  @Override
  public long getDiscardedLoads() {
    return cache.loadingStatistics().discardedLoads();
  }

  @Override
  public long getPendingLoads() {
    return cache.loadingStatistics().pending();
  }

  @Override
  public long getNearEntries() {
    return cache.nearCacheStatistics().entries();
  }

  @Override
  public long getNearHits() {
    return cache.nearCacheStatistics().hits();
  }

  @Override
  public long getNearMisses() {
    return cache.nearCacheStatistics().misses();
  }

  @Override
  public long getNearBypasses() {
    return cache.nearCacheStatistics().bypasses();
  }

  @Override
  public long getNearInvalidations() {
    return cache.nearCacheStatistics().invalidations();
  }

  @Override
  public long getNearDroppedFills() {
    return cache.nearCacheStatistics().droppedFills();
  }

  @Override
  public long getNearGaps() {
    return cache.nearCacheStatistics().gaps();
  }

  @Override
  public long getNearBypassedMillis() {
    return cache.nearCacheStatistics().bypassed().toMillis();
  }

  @Override
  public long getUndecodableValues() {
    return cache.decodingStatistics().undecodableValues();
  }

  @Override
  public long getUndecodableKeys() {
    return cache.decodingStatistics().undecodableKeys();
  }

  @Override
  public long getRefusedValues() {
    return cache.refusalStatistics().values();
  }

  @Override
  public String[] getRefusedClasses() {
    return cache.refusalStatistics().classes().toArray(String[]::new);
  }

  @Override
  public String[] getSuggestedPatterns() {
    return cache.refusalStatistics().patterns().toArray(String[]::new);
  }

  @Override
  public long getSkippedOperations() {
    return cache.refusalStatistics().skipped();
  }

  @Override
  public long getOutageLoads() {
    return cache.outageStatistics().fallbackLoads();
  }

  @Override
  public long getRefusedLoads() {
    return cache.outageStatistics().refusedLoads();
  }

  @Override
  public long getWrittenAround() {
    return cache.outageStatistics().writtenAround();
  }

  @Override
  public long getDroppedPuts() {
    return cache.outageStatistics().droppedPuts();
  }

  @Override
  public long getWaitingRepairs() {
    return cache.outageStatistics().waitingRepairs();
  }

  @Override
  public long getRepairedKeys() {
    return cache.outageStatistics().repairedKeys();
  }

  @Override
  public boolean isRedisAway() {
    return cache.outageStatistics().away();
  }

  @Override
  public long getConfigurationErrors() {
    return cache.outageStatistics().configurationErrors();
  }

  @Override
  public String getConfigurationError() {
    return Objects.requireNonNullElse(cache.outageStatistics().configurationError(), "");
  }

  @Override
  public List<String> getEffectiveSettings() {
    return cache.effectiveSettings().stream().map(EffectiveSetting::toString).toList();
  }
}
