package dev.corral.jcache.internal.cache;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.DeadLetter;
import dev.corral.jcache.DecodingStatistics;
import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.RefusalStatistics;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.WriteBehindStatistics;
import java.time.Duration;
import java.util.List;

/** The methods of a cache for its statistics, its settings and its write-behind queue. */
public interface ManagementMethods<K, V> extends CorralCache<K, V> {

  /**
   * The collaborators of these methods.
   *
   * @throws IllegalStateException if the cache is closed
   */
  CacheComponents.Management<K, V> management();

  /** The current configuration. */
  CorralConfiguration<K, V> configuration();

  @Override
  default boolean flush(Duration timeout) {
    return management().queuedWrites().flush(timeout);
  }

  @Override
  default List<K> hottestKeys(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("the number must not be negative: " + number);
    }
    return management().samples().hottestKeys().apply(number);
  }

  @Override
  default VerificationStatistics verificationStatistics() {
    return management().samples().verification().get();
  }

  @Override
  default List<EffectiveSetting> effectiveSettings() {
    return management().settings().apply(configuration());
  }

  @Override
  default OutageStatistics outageStatistics() {
    return management().recovery().statistics();
  }

  @Override
  default DecodingStatistics decodingStatistics() {
    return management().decodingFailures().statistics();
  }

  @Override
  default RefusalStatistics refusalStatistics() {
    return management().refusals().get();
  }

  @Override
  default WriteBehindStatistics writeBehindStatistics() {
    return management().queuedWrites().statistics();
  }

  @Override
  default List<DeadLetter<K, V>> deadLetters() {
    return management().queuedWrites().deadLetters();
  }

  @Override
  default int replayDeadLetters() {
    return management().queuedWrites().removeDeadLetters(/* queueAgain= */ true);
  }

  @Override
  default int discardDeadLetters() {
    return management().queuedWrites().removeDeadLetters(/* queueAgain= */ false);
  }
}
