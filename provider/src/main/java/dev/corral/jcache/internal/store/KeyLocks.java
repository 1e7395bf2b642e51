package dev.corral.jcache.internal.store;

import java.util.Collection;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Exclusion per key over all JVMs, for as long as user code takes part in a change. */
public interface KeyLocks<K> {

  /**
   * Runs an action while holding these keys. They are acquired in an order that all JVMs share, so
   * that two bulk operations cannot wait for each other.
   *
   * @throws javax.cache.CacheException if a key could not be had in time; then the action did not
   *     run
   */
  <R> R whileHolding(Collection<? extends K> keys, Supplier<R> action);

  /**
   * Runs an action while holding one key, and looks at something while that is being taken. So the
   * action must not rely on what was seen: it may have changed just before the key was had.
   *
   * @param look runs in the caller's thread
   * @param action is given what was seen, or null if the key was not free at once, since then it
   *     may be old; and the hold, which it may end
   */
  <S, R> R whileHolding(K key, Supplier<S> look, BiFunction<@Nullable S, Hold, R> action);
}
