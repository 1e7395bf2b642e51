package dev.corral.jcache.internal.store.loads;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets one JVM of the cluster, the leader, load the keys that all JVMs miss. This only saves calls
 * of the loader: a JVM that has waited for the leader reads the entries, and loads what is missing.
 * So it does no harm if the leader dies, or is slow.
 *
 * <p>All methods but {@link #end} throw a {@link javax.cache.CacheException} if Redis does not
 * answer or refuses.
 */
public interface JointLoads<K> {

  /** How long the lead lasts after its JVM has died or paused, and how long others wait for it. */
  Duration LEASE = Duration.ofSeconds(2);

  /**
   * The lead of a cache at one moment.
   *
   * @param leader the token of the JVM that leads
   * @param phase what it is doing: it gathers keys in even phases, and loads them in odd ones
   * @param isOwn whether the caller leads
   */
  record Lead(String leader, long phase, boolean isOwn) {

    /**
     * Whether the keys that were wanted under this lead have been loaded, as far as they ever are.
     *
     * @param now the lead at present; null if no JVM leads
     */
    public boolean isOver(@Nullable Lead now) {
      long firstLoad = phase + 1 + phase % 2;
      return now == null || !now.leader.equals(leader) || now.phase > firstLoad;
    }
  }

  /** Takes the lead, or adds the keys to those that the leader takes with its next load. */
  Lead join(Collection<K> keys);

  /** The lead at present; null if no JVM leads. */
  @Nullable Lead current();

  /**
   * Begins a load of the leader.
   *
   * @param maxKeys how many keys are taken at most
   * @param ends whether the lead ends if no key is wanted
   * @return the keys that others want, without those that this JVM cannot decode; null if the lead
   *     has ended
   */
  @Nullable Set<K> take(Lead lead, int maxKeys, boolean ends);

  /**
   * Ends the load of the leader, so that those who have waited for it read, and it gathers again.
   */
  void loaded(Lead lead);

  /** Ends the lead, if it has not ended. If this fails, the lead ends with its lease. */
  void end(Lead lead);
}
