package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.UserCode;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.loads.LoadCoordination;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * The loader of one cache, guarded so that a key is loaded once, however many threads and JVMs miss
 * it: single flight in this JVM, a load lock in the cluster, and a load ticket. Safe for many
 * threads.
 *
 * <p>A load stores its ticket in the key before it calls the loader, and its value only if the
 * ticket is still there. Every write, removal, clear and later load replaces the ticket. So a slow
 * load never overwrites a newer value and never restores a removed one, even if its JVM was paused
 * and its lock has ended.
 */
public final class LoadGuard<K, V> {

  private final String cacheName;
  private final LoaderInvoker<K, V> loader;
  private final LoadOptions options;
  private final LoadStatistics statistics;
  private final LoadThreads threads;
  private final SingleFlight<K, V> singleFlight;
  private final LoadSteps<K, V> steps;
  private final LockedLoad<K, V> lockedLoad;
  private final BulkLoad<K, V> bulkLoad;
  private final LoadBudget budget;
  private final @Nullable JointLoader<K, V> joint;
  private final @Nullable LoadCoalescer<K, V> coalescer;
  private final @Nullable PeriodicRefresh<K, V> periodic;
  private final ThreadLocal<Set<K>> besides = ThreadLocal.withInitial(HashSet::new);

  /**
   * @param epoch see {@link SingleFlight}
   * @param executor runs loads with a timeout, joint loads, and refreshes
   */
  public LoadGuard(
      String cacheName,
      LoaderInvoker<K, V> loader,
      LoadCoordination<K> others,
      LoadOptions options,
      LoadStatistics statistics,
      ToLongFunction<K> epoch,
      Executor executor) {
    this.cacheName = cacheName;
    this.loader = loader;
    this.options = options;
    this.statistics = statistics;
    this.singleFlight = new SingleFlight<>(cacheName, epoch);
    this.budget = new LoadBudget(cacheName, options.budget(), others.permits(), statistics);
    this.threads = new LoadThreads(cacheName, executor, budget, options.hardTimeout());
    this.steps = new LoadSteps<>(loader, options, statistics, budget);
    this.lockedLoad = new LockedLoad<>(others.locks(), options.lockWait(), steps, statistics);
    this.bulkLoad = new BulkLoad<>(singleFlight, others.locks(), steps, lockedLoad, statistics);
    this.joint =
        options.coalescing().isOn()
            ? new JointLoader<>(
                options, others.joint(), singleFlight, bulkLoad, lockedLoad, statistics, executor)
            : null;
    this.coalescer = joint == null ? null : new LoadCoalescer<>(options.coalescing(), joint);
    this.periodic =
        PeriodicRefresh.of(
            cacheName, options, others.refreshes(), singleFlight, lockedLoad, executor);
  }

  /** The name of the cache. */
  public String cacheName() {
    return cacheName;
  }

  /** The loader without the guard. */
  public LoaderInvoker<K, V> loader() {
    return loader;
  }

  /** The counters of this guard. */
  public LoadStatistics statistics() {
    return statistics;
  }

  LoadOptions options() {
    return options;
  }

  LoadBudget budget() {
    return budget;
  }

  /** How many loads that no reader waits for may run at a time; see {@link LoadBudget}. */
  public int backgroundLoads(int most) {
    return LoadBudget.backgroundLoads(options.budget(), most);
  }

  LoadThreads threads() {
    return threads;
  }

  /** Refreshes entries at an interval; null if this is off. */
  public @Nullable PeriodicRefresh<K, V> periodicRefresh() {
    return periodic;
  }

  /**
   * Loads and stores the value of a key that is not in the cache, or waits for the thread of this
   * JVM that does.
   *
   * @param timeout the longest time to wait; null to wait without a limit
   * @return null if the loader has no value for the key
   * @throws TimeoutException if the load has not ended in time; it continues in the background
   */
  @Nullable V load(K key, Stage.Next<K, V> next, @Nullable Duration timeout)
      throws TimeoutException {
    return coalescer == null || UserCode.isRunning()
        ? load(key, () -> lockedLoad.loadAndStore(key, next), timeout)
        : loadWithOthers(coalescer, key, next, timeout);
  }

  /** The same, together with other keys that are missed meanwhile. */
  private @Nullable V loadWithOthers(
      LoadCoalescer<K, V> others, K key, Stage.Next<K, V> next, @Nullable Duration timeout)
      throws TimeoutException {
    TimeLeft left = new TimeLeft(timeout);
    while (true) {
      InFlightLoad<V> own = singleFlight.newLoad(key);
      InFlightLoad<V> other = singleFlight.putIfAbsent(key, own);
      if (other == null) {
        addTo(others, key, own, next);
        return singleFlight.await(own, left.now());
      }
      statistics.waitsInJvm.increment();
      V value = singleFlight.await(other, left.now());
      if (!other.isAbandoned()) {
        return value;
      }
    }
  }

  private void addTo(
      LoadCoalescer<K, V> others, K key, InFlightLoad<V> own, Stage.Next<K, V> next) {
    try {
      others.add(key, own, next);
    } catch (Throwable e) {
      own.fail(e);
      singleFlight.remove(key, own);
      throw e;
    }
  }

  /**
   * Loads the value of a key whose entry this JVM cannot decode. It does not store the value,
   * because other JVMs may decode the entry; so it needs no lock and no ticket.
   *
   * @param timeout the longest time to wait; null to wait without a limit
   * @return null if the loader has no value for the key
   * @throws TimeoutException if the load has not ended in time; it continues in the background
   */
  @Nullable V loadWithoutStoring(K key, @Nullable Duration timeout) throws TimeoutException {
    return load(key, () -> steps.call(key).value(), timeout);
  }

  private @Nullable V load(K key, Supplier<@Nullable V> work, @Nullable Duration timeout)
      throws TimeoutException {
    TimeLeft left = new TimeLeft(timeout);
    while (true) {
      InFlightLoad<V> own = singleFlight.newLoad(key);
      InFlightLoad<V> other = singleFlight.putIfAbsent(key, own);
      if (other == null) {
        return loadAs(own, key, work, left);
      }
      if (mayWaitForThisLoader(other)) {
        return loadBeside(key);
      }
      statistics.waitsInJvm.increment();
      V value = singleFlight.await(other, left.now());
      if (!other.isAbandoned()) {
        return value;
      }
    }
  }

  private @Nullable V loadAs(InFlightLoad<V> own, K key, Supplier<@Nullable V> work, TimeLeft left)
      throws TimeoutException {
    if (left.isUnlimited()) {
      return singleFlight.run(key, own, work);
    }
    singleFlight.runIn(threads::execute, key, own, work, () -> {});
    return singleFlight.await(own, left.now());
  }

  /** A joint load may have called this code, or wait with it; a load may wait for its permit. */
  private boolean mayWaitForThisLoader(InFlightLoad<V> other) {
    return budget.isHeld() || (other.isJoint() && budget.isInLoader());
  }

  /** Calls the loader without waiting for the load in flight, unless this happens in a circle. */
  private @Nullable V loadBeside(K key) {
    if (!besides.get().add(key)) {
      throw singleFlight.circularLoad();
    }
    try {
      return steps.call(key).value();
    } finally {
      besides.get().remove(key);
      if (besides.get().isEmpty()) {
        besides.remove();
      }
    }
  }

  private @Nullable V load(K key, Stage.Next<K, V> next) {
    return withoutTimeout(key, () -> lockedLoad.loadAndStore(key, next));
  }

  private @Nullable V withoutTimeout(K key, Supplier<@Nullable V> work) {
    try {
      return load(key, work, /* timeout= */ null);
    } catch (TimeoutException e) {
      throw new CacheLoaderException(
          "cache '%s': a load without a timeout timed out".formatted(cacheName), e);
    }
  }

  /**
   * Loads the value of a key for an entry processor, which stores it together with its own change.
   *
   * @param isStored whether the key has an entry, which the processor has removed or which this JVM
   *     cannot decode; then the load needs no ticket, because only the processor can store the
   *     value
   * @param isShared whether to wait for another load of the key instead
   */
  public Loaded<V> loadForProcessor(
      K key, Stage.Next<K, V> next, boolean isStored, boolean isShared) {
    if (isStored) {
      return Loaded.byThisLoad(steps.call(key), null);
    }
    if (!isShared) {
      return lockedLoad.loadForProcessor(key, next);
    }
    InFlightLoad<V> own = singleFlight.newLoad(key);
    return singleFlight.putIfAbsent(key, own) == null
        ? singleFlight.run(key, own, () -> lockedLoad.loadForProcessor(key, next), Loaded::value)
        : Loaded.fromEntry(load(key, next));
  }

  /**
   * Calls the loader for one key in this thread, without single flight, locks and time-outs. The
   * value is not stored.
   *
   * @return null if the loader has no value for the key
   */
  public @Nullable V call(K key) {
    return steps.call(key).value();
  }

  /** The same, in time: it fails after the hard timeout, and continues in the background. */
  public @Nullable V callInTime(K key) {
    return threads
        .withinHardTimeout(timeout -> threads.within(timeout, () -> steps.call(key)))
        .value();
  }

  /** The same for many keys, with one call of the loader; the values of the keys that have one. */
  public Map<K, V> callAllInTime(Set<K> keys) {
    return threads.withinHardTimeout(timeout -> threads.within(timeout, () -> steps.callAll(keys)));
  }

  /**
   * Loads and stores the keys that have no entry, with one call of the loader.
   *
   * @param watch may stop the load before it calls the loader
   * @return the number of keys for which the loader has a value
   */
  public int loadMissing(Collection<K> keys, LoadWatch watch, Stage.Next<K, V> next) {
    return threads.withinHardTimeout(timeout -> loadAll(keys, watch, next, timeout)).size();
  }

  /**
   * The values of the keys that have one; the missing keys are loaded with one call of the loader.
   *
   * @param timeout the longest time to wait; null to wait without a limit
   * @throws TimeoutException if the load has not ended in time; it continues in the background
   */
  Map<K, V> loadAll(Collection<K> keys, Stage.Next<K, V> next, @Nullable Duration timeout)
      throws TimeoutException {
    return loadAll(keys, LoadWatch.none(), next, timeout);
  }

  private Map<K, V> loadAll(
      Collection<K> keys, LoadWatch watch, Stage.Next<K, V> next, @Nullable Duration timeout)
      throws TimeoutException {
    return threads.within(
        keys.isEmpty() ? null : timeout,
        () ->
            withThoseInFlight(
                bulkLoad.load(keys, watch, next),
                key -> {
                  watch.beforeLoad();
                  return load(key, next);
                }));
  }

  /** The same for keys whose entries this JVM cannot decode; see {@link #loadWithoutStoring}. */
  Map<K, V> loadAllWithoutStoring(Collection<K> keys, @Nullable Duration timeout)
      throws TimeoutException {
    return threads.within(
        timeout,
        () ->
            withThoseInFlight(
                bulkLoad.loadWithoutStoring(keys),
                key -> withoutTimeout(key, () -> steps.call(key).value())));
  }

  private Map<K, V> withThoseInFlight(
      BulkLoad.Result<K, V> result, Function<K, @Nullable V> loadOrWait) {
    Map<K, V> values = result.values();
    for (K key : result.inFlight()) {
      V value = loadOrWait.apply(key);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  /**
   * Loads all keys with one call of the loader, also those in the cache, without single flight and
   * locks; stores each value unless its key was written since.
   *
   * @return the number of keys for which the loader has a value
   */
  public int reloadAll(Collection<K> keys, LoadWatch watch, Stage.Next<K, V> next) {
    return threads.withinHardTimeout(
        timeout -> threads.within(timeout, () -> bulkLoad.reload(keys, watch, next)));
  }

  /**
   * Refreshes an entry in the background, unless this or another JVM is loading it.
   *
   * @param seen the entry to refresh
   * @param onFailure called in the background if the load fails
   */
  void refresh(K key, Outcome<V> seen, Stage.Next<K, V> next, Runnable onFailure) {
    InFlightLoad<V> own = singleFlight.newLoad(key);
    if (singleFlight.putIfAbsent(key, own) == null) {
      Supplier<@Nullable V> work = () -> lockedLoad.refresh(key, own, seen, next);
      if (periodic != null) {
        work = periodic.recording(key, own, work, next);
      }
      singleFlight.runIn(threads::executeApart, key, own, work, onFailure);
    }
  }

  /** Starts no load for other JVMs, and no refresh; completes when the running ones have ended. */
  public CompletableFuture<?> close() {
    CompletableFuture<?> refreshes =
        periodic == null ? CompletableFuture.completedFuture(null) : periodic.close();
    if (joint != null) {
      joint.close();
    }
    return refreshes;
  }

  /** Lets no later reader wait for the load of a key, because the key was changed. */
  public void forget(K key) {
    singleFlight.forget(key);
  }

  /** The same for all keys. */
  public void forgetAll() {
    singleFlight.forgetAll();
  }
}
