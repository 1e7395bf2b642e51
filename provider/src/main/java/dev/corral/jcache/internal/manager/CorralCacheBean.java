package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralCacheMXBean;
import java.time.Duration;
import java.util.List;

/** Shows a cache as a bean; each answer is asked of Redis. */
record CorralCacheBean(CorralCache<?, ?> cache) implements CorralCacheMXBean {

  @Override
  public long getQueueDepth() {
    return cache.writeBehindStatistics().depth();
  }

  @Override
  public long getOldestPendingMillis() {
    return cache.writeBehindStatistics().oldestAge().toMillis();
  }

  @Override
  public long getQueuedWrites() {
    return cache.writeBehindStatistics().queued();
  }

  @Override
  public long getCoalescedWrites() {
    return cache.writeBehindStatistics().coalesced();
  }

  @Override
  public long getWrittenWrites() {
    return cache.writeBehindStatistics().written();
  }

  @Override
  public long getBatches() {
    return cache.writeBehindStatistics().batches();
  }

  @Override
  public long getRetries() {
    return cache.writeBehindStatistics().retries();
  }

  @Override
  public long getDeadLetters() {
    return cache.writeBehindStatistics().deadLetters();
  }

  @Override
  public List<String> deadLetterKeys() {
    return cache.deadLetters().stream().map(letter -> String.valueOf(letter.key())).toList();
  }

  @Override
  public int replayDeadLetters() {
    return cache.replayDeadLetters();
  }

  @Override
  public int discardDeadLetters() {
    return cache.discardDeadLetters();
  }

  @Override
  public boolean flush(long timeoutMillis) {
    return cache.flush(Duration.ofMillis(timeoutMillis));
  }
}
