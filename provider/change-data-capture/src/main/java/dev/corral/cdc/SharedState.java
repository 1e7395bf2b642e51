package dev.corral.cdc;

import dev.corral.jcache.CorralConfiguration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.Factory;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What all JVMs that may follow a log share in Redis: who follows it, up to which position, and for
 * which tables. In two caches that fail fast: one for the lease, which expires, and one for the
 * rest. Used by one thread. All methods throw {@link CacheException} if Redis is unavailable.
 */
final class SharedState {

  private static final String LEASE = "follower";
  private static final String STATE = "position";

  /** Ten years: a Redis that evicts by TTL evicts the state last. */
  private static final long STATE_DAYS = 3_650;

  private final String jvm = UUID.randomUUID().toString();
  private final Cache<String, String> leases;
  private final Cache<String, String> state;

  /** A number, the position, and what is followed, one a line; null if Redis had nothing. */
  private @Nullable String stored;

  /** Opens the caches of a slot. */
  SharedState(CacheManager manager, String slot, java.time.Duration leaseTime) {
    leases =
        open(
            manager,
            "corral-change-data-lease-" + slot,
            ModifiedExpiryPolicy.factoryOf(
                new Duration(TimeUnit.MILLISECONDS, leaseTime.toMillis())));
    // With a time since the last read, it has no near cache, whatever the defaults of caches are.
    state =
        open(
            manager,
            "corral-change-data-" + slot,
            TouchedExpiryPolicy.factoryOf(new Duration(TimeUnit.DAYS, STATE_DAYS)));
  }

  /** Without what the settings of all caches may have switched on for those with a loader. */
  private static Cache<String, String> open(
      CacheManager manager, String name, Factory<ExpiryPolicy> expiry) {
    Cache<String, String> existing = manager.getCache(name, String.class, String.class);
    return existing != null
        ? existing
        : manager.createCache(
            name,
            CorralConfiguration.builder(String.class, String.class)
                .standard(
                    it ->
                        it.setExpiryPolicyFactory(expiry)
                            .setReadThrough(false)
                            .setWriteThrough(false)
                            .setCacheLoaderFactory(null)
                            .setCacheWriterFactory(null))
                .buckets(1)
                .failFast(true)
                .skipUncacheable(false)
                .jitter(0)
                .build());
  }

  /** Gets the lease, or renews it: then it lasts for its whole time again. */
  boolean acquireLease() {
    return leases.putIfAbsent(LEASE, jvm) || renewLease();
  }

  private boolean renewLease() {
    return leases.replace(LEASE, jvm, jvm);
  }

  void releaseLease() {
    leases.remove(LEASE, jvm);
  }

  /** Reads what the JVM that has followed last has stored. */
  void read() {
    stored = state.get(STATE);
  }

  /** Whether Redis has what this JVM has read or stored last. */
  boolean isUnchanged() {
    return Objects.equals(stored, state.get(STATE));
  }

  /** The position that all changes of the caches have reached; null if it is unknown. */
  @Nullable Position position() {
    return Position.parse(line(1));
  }

  /** What was followed up to the position, as texts of table and cache. */
  Set<String> followed() {
    String text = line(2);
    return text.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(text.split("\n", -1)));
  }

  private String line(int number) {
    String[] lines = stored == null ? new String[0] : stored.split("\n", 3);
    return number < lines.length ? lines[number] : "";
  }

  /** Lets the position be unknown, until the caches have been cleared. */
  void forgetPosition() {
    store(null, followed());
  }

  /** Stores the position; also if it is the same, because Redis then proves what it has done. */
  void advance(Position position) {
    store(position, followed());
  }

  void setFollowed(Collection<String> followed) {
    store(position(), followed);
  }

  /**
   * Stores the state in one step, if Redis has what this JVM has read or stored last. So a JVM that
   * has lost its lease changes nothing, and a Redis that has lost its last writes is found out:
   * each state has a number of its own, and is stored after the invalidations before it.
   *
   * @param position null if it is unknown
   * @throws RestartException if Redis has something else
   */
  void store(@Nullable Position position, Collection<String> followed) {
    long number = line(0).matches("[0-9]{1,18}") ? Long.parseLong(line(0)) + 1 : 1;
    String next =
        String.join(
            "\n",
            Long.toString(number),
            position == null ? "unknown" : position.text(),
            String.join("\n", new TreeSet<>(followed)));
    boolean isStored =
        stored == null ? state.putIfAbsent(STATE, next) : state.replace(STATE, stored, next);
    if (!isStored) {
      throw new RestartException(
          "the position in Redis is not the one that this JVM has stored: another JVM has taken"
              + " over, or Redis has lost data");
    }
    stored = next;
  }
}
