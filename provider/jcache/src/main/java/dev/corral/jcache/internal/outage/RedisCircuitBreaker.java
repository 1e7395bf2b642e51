package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.Availability;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisFailures;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.failsafe.CircuitBreaker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker between the caches of one manager and their Redis: what each slot of a
 * cluster accepts at present; without a cluster, all keys are in one slot. Safe for many threads.
 *
 * <p>The slots of a node accept nothing after three commands on it fail in a row, after one command
 * and the probe that follows it fail, or when a change was not made because the node did not
 * answer. They accept less than everything as soon as the node refuses a change because it is full
 * or read-only. A slot that is moving is restricted alone. {@link NodeRecovery} ends a restriction.
 */
public final class RedisCircuitBreaker implements Availability, AutoCloseable {

  private static final int FAILURES_IN_A_ROW = 3;

  /** What a slot accepts, and why not more; the cause is null if the cache has to repair first. */
  private record Restriction(Accepts accepts, @Nullable Throwable cause) {

    private Restriction atMost(Restriction other) {
      return accepts.includes(other.accepts) && accepts != other.accepts ? other : this;
    }
  }

  private final RedisCommands direct;
  private final String probedKey;
  private final NodeRecovery recovery;
  private final OutageLog log;
  private final List<CacheRecovery> caches = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<Integer, Restriction> restrictions = new ConcurrentHashMap<>();

  /** Counts the failures of each node. */
  private final ConcurrentMap<String, CircuitBreaker<Object>> circuits = new ConcurrentHashMap<>();

  private final LongAdder openedTimes = new LongAdder();

  /** Whether no slot is restricted. */
  private volatile boolean unrestricted = true;

  /** Whether Redis was unavailable at the start, and no node has answered since. */
  private volatile boolean neverReached;

  private volatile boolean closed;
  private volatile @Nullable Throwable lastCause;

  /**
   * A closed breaker: Redis is assumed to accept everything.
   *
   * @param direct commands that go to Redis even while the breaker is open
   * @param probedKey any key; it selects the server that is probed while there is no cache
   * @param background runs the probes and the recovery of the caches
   * @param observers are notified of each outage
   */
  public RedisCircuitBreaker(
      RedisCommands direct, String probedKey, ExecutorService background, ObserverList observers) {
    this.direct = direct;
    this.probedKey = probedKey;
    this.log = new OutageLog(background, observers);
    this.recovery = new NodeRecovery(this, direct, log, background);
  }

  @Override
  public boolean isUnrestricted() {
    return unrestricted;
  }

  @Override
  public Accepts accepts(String key) {
    return unrestricted ? Accepts.EVERYTHING : accepts(direct.slotOf(key));
  }

  @Override
  public boolean isReachable(String key) {
    return unrestricted || accepts(direct.slotOf(key)) != Accepts.NOTHING;
  }

  /** What a slot accepts. */
  Accepts accepts(int slot) {
    Restriction restriction = restrictions.get(slot);
    return restriction == null ? Accepts.EVERYTHING : restriction.accepts();
  }

  @Override
  public @Nullable Throwable causeFor(String key) {
    Restriction restriction = restrictions.get(direct.slotOf(key));
    return restriction == null || restriction.cause() == null ? lastCause : restriction.cause();
  }

  @Override
  public void failed(@Nullable String key, Throwable failure) {
    if (closed) {
      return;
    }
    if (key == null && direct.hasSlots()) {
      recovery.suspectAll(knownSlots());
      return;
    }
    int slot = direct.slotOf(key == null ? probedKey : key);
    Accepts left = RedisFailures.accepted(failure);
    if (left.includes(accepts(slot))) {
      return;
    }
    String node = direct.masterOf(slot);
    if (RedisFailures.isSlotMoving(failure)) {
      restrict(node, Set.of(slot), left, failure);
    } else if (left != Accepts.NOTHING || isThirdFailure(node, failure)) {
      restrict(node, slotsOf(node, slot), left, failure);
    } else {
      recovery.suspect(node, slot);
    }
  }

  private boolean isThirdFailure(String node, Throwable failure) {
    CircuitBreaker<Object> circuit =
        circuits.computeIfAbsent(
            node, it -> CircuitBreaker.builder().withFailureThreshold(FAILURES_IN_A_ROW).build());
    circuit.recordException(failure);
    return !circuit.isClosed();
  }

  /** Records that a node answers. */
  void answered(String node) {
    neverReached = false;
    circuits.remove(node);
  }

  /** Restricts all keys: Redis was not reached at the start. */
  public void open(Throwable reason) {
    neverReached = true;
    restrict("", Set.of(direct.slotOf(probedKey)), Accepts.NOTHING, reason);
  }

  /** Restricts the slot of a key as the failure says, and the other slots of its node, too. */
  void restrict(int slot, RedisUnavailableException failure) {
    String node = direct.masterOf(slot);
    boolean isSlotAlone = RedisFailures.isSlotMoving(failure);
    restrict(
        node,
        isSlotAlone ? Set.of(slot) : slotsOf(node, slot),
        failure.accepts(),
        causeOf(failure));
  }

  /** Restricts the slots of a node that did not answer a probe. */
  void restrictNode(String node, int slot, RedisUnavailableException failure) {
    restrict(node, slotsOf(node, slot), failure.accepts(), causeOf(failure));
  }

  private static Throwable causeOf(RedisUnavailableException failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  /** Lets the background recover a slot in which something has to be repaired. */
  void restrictForRepair(int slot) {
    restrict(Set.of(slot), new Restriction(Accepts.REMOVALS, null));
  }

  private void restrict(String node, Set<Integer> slots, Accepts accepts, Throwable cause) {
    if (closed) {
      return;
    }
    lastCause = cause;
    log.restricted(node, accepts, cause, caches.size());
    restrict(slots, new Restriction(accepts, cause));
  }

  private void restrict(Collection<Integer> slots, Restriction restriction) {
    if (closed) {
      return;
    }
    synchronized (this) {
      if (restrictions.isEmpty() && restriction.cause() != null) {
        openedTimes.increment();
      }
      slots.forEach(slot -> restrictions.merge(slot, restriction, Restriction::atMost));
      unrestricted = restrictions.isEmpty();
    }
    recovery.start();
  }

  /** Ends the restriction of a slot. */
  synchronized void release(int slot) {
    restrictions.remove(slot);
    unrestricted = restrictions.isEmpty();
  }

  /** Replaces the restriction of a slot, since its node has replied. */
  synchronized void relax(String node, int slot, RedisUnavailableException failure) {
    lastCause = causeOf(failure);
    log.restricted(node, failure.accepts(), causeOf(failure), caches.size());
    restrictions.computeIfPresent(
        slot, (same, old) -> new Restriction(failure.accepts(), causeOf(failure)));
  }

  /** Forgets the failures of all nodes, if no slot is restricted. */
  boolean forgetFailures() {
    if (!unrestricted) {
      return false;
    }
    circuits.clear();
    return true;
  }

  /** The slots that do not accept everything. */
  Set<Integer> restrictedSlots() {
    return Set.copyOf(restrictions.keySet());
  }

  /** The master that serves a slot; all slots have the same until a node was reached. */
  String nodeOf(int slot) {
    return neverReached ? "" : direct.masterOf(slot);
  }

  /** A key in a slot; null if no cache uses the slot any longer. */
  @Nullable String keyIn(int slot) {
    for (CacheRecovery cache : caches) {
      String key = cache.slots().keyIn(slot);
      if (key != null) {
        return key;
      }
    }
    return direct.slotOf(probedKey) == slot ? probedKey : null;
  }

  private Set<Integer> slotsOf(String node, int slot) {
    Set<Integer> slots = new HashSet<>(Set.of(slot));
    for (int known : knownSlots()) {
      if (direct.masterOf(known).equals(node)) {
        slots.add(known);
      }
    }
    return slots;
  }

  /** The slots that the caches use. */
  private Set<Integer> knownSlots() {
    Set<Integer> slots = new HashSet<>();
    caches.forEach(cache -> slots.addAll(cache.slots().all()));
    slots.add(direct.slotOf(probedKey));
    return slots;
  }

  /** Adds a cache that recovers when Redis is available again. */
  void register(CacheRecovery cache) {
    caches.add(cache);
    if (neverReached) {
      restrict(cache.slots().all(), new Restriction(Accepts.NOTHING, lastCause));
    }
  }

  void deregister(CacheRecovery cache) {
    caches.remove(cache);
  }

  /** The caches that are registered now. */
  List<CacheRecovery> caches() {
    return new ArrayList<>(caches);
  }

  /** The latest reason of a restriction; null if there was none. */
  @Nullable Throwable lastCause() {
    return lastCause;
  }

  /** How often a restriction began while there was none. */
  long openedTimes() {
    return openedTimes.sum();
  }

  /** Runs a task in the background a few seconds from now. */
  void later(Runnable task) {
    recovery.later(task);
  }

  boolean isClosed() {
    return closed;
  }

  /** Stops the probes; the breaker opens no more. */
  @Override
  public void close() {
    closed = true;
    log.close();
  }
}
