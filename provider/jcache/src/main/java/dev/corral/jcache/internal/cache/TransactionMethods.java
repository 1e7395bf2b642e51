package dev.corral.jcache.internal.cache;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.FillTicket;
import dev.corral.jcache.Lookup;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of a cache for callers that read and change the database themselves. */
public interface TransactionMethods<K, V> extends CorralCache<K, V> {

  /** What implements them; fails if the cache is closed. */
  TransactionSupport<K, V> transactionSupport();

  @Override
  default ChangeIntent recordIntent(Set<? extends K> keys, Duration time) {
    return transactionSupport().recordIntent(BulkOperations.checkedKeys(keys), time);
  }

  @Override
  default void invalidateAll(Set<? extends K> keys) {
    transactionSupport().invalidateAll(BulkOperations.checkedKeys(keys));
  }

  @Override
  default @Nullable V getIfPresent(K key) {
    return transactionSupport().getIfPresent(Objects.requireNonNull(key, "key"));
  }

  @Override
  default Lookup<V> lookUp(K key) {
    return transactionSupport().lookUp(Objects.requireNonNull(key, "key"));
  }

  @Override
  default boolean fill(K key, FillTicket ticket, V value) {
    return transactionSupport()
        .fill(
            Objects.requireNonNull(key, "key"),
            Objects.requireNonNull(ticket, "ticket"),
            Objects.requireNonNull(value, "value"));
  }
}
