package dev.corral.jcache.internal.store.loads;

import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.PendingReleases;
import dev.corral.jcache.internal.store.locks.LoadLocks;
import dev.corral.jcache.internal.store.locks.RedisLoadLocks;
import java.time.Duration;

/**
 * What the loads of a cache share with those of other threads and JVMs.
 *
 * @param locks lets one JVM load a key at a time
 * @param joint joins the loads of all JVMs
 * @param permits the load budget
 * @param refreshes lets one JVM refresh a key in each interval
 * @param renewal renews what this JVM holds; to be run every {@link #RENEWAL}; does not wait
 */
public record LoadCoordination<K>(
    LoadLocks<K> locks,
    JointLoads<K> joint,
    LoadPermits permits,
    RefreshClaims<K> refreshes,
    Runnable renewal) {

  /** How often {@link #renewal} is to be run. */
  public static final Duration RENEWAL = RedisLoadLocks.RENEWAL;

  /**
   * The coordination in Redis.
   *
   * @param pending repeats the releases that fail
   */
  public static <K> LoadCoordination<K> inRedis(
      CacheContext cache, EntryCodec<K, ?> codec, LoadOptions options, PendingReleases pending) {
    Budget budget = options.budget();
    RedisLoadLocks<K> locks = new RedisLoadLocks<>(cache, codec, pending);
    JointLoads<K> joint = new RedisJointLoads<>(cache, codec);
    RefreshClaims<K> refreshes = new RedisRefreshClaims<>(cache, codec);
    if (budget.isOn() && budget.budgetScope() == BudgetScope.CLUSTER) {
      RedisLoadPermits permits = new RedisLoadPermits(cache, budget, pending);
      return new LoadCoordination<>(
          locks,
          joint,
          permits,
          refreshes,
          () -> {
            locks.renew();
            permits.renew();
          });
    }
    LoadPermits permits = budget.isOn() ? new JvmLoadPermits(budget) : LoadPermits.UNLIMITED;
    return new LoadCoordination<>(locks, joint, permits, refreshes, locks::renew);
  }
}
