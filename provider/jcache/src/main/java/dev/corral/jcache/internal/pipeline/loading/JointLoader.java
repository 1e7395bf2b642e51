package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.loads.JointLoads;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads keys that were missed at about the same time, with one call of the loader. Which keys those
 * are is the matter of {@link LoadLeader}. Safe for many threads.
 */
final class JointLoader<K, V> {

  private static final Logger log = LoggerFactory.getLogger(JointLoader.class);

  private final SingleFlight<K, V> flights;
  private final BulkLoad<K, V> bulkLoad;
  private final LockedLoad<K, V> lockedLoad;
  private final LoadStatistics statistics;
  private final Executor executor;
  private final LoadLeader<K, V> leader;

  JointLoader(
      LoadOptions options,
      JointLoads<K> joint,
      SingleFlight<K, V> flights,
      BulkLoad<K, V> bulkLoad,
      LockedLoad<K, V> lockedLoad,
      LoadStatistics statistics,
      Executor executor) {
    this.flights = flights;
    this.bulkLoad = bulkLoad;
    this.lockedLoad = lockedLoad;
    this.statistics = statistics;
    this.executor = executor;
    this.leader = new LoadLeader<>(options.coalescing(), joint, this);
  }

  /**
   * Runs work in another thread.
   *
   * @param onFailure called if no thread is available, or if the work throws
   */
  void inBackground(Runnable work, Consumer<Throwable> onFailure) {
    try {
      executor.execute(
          () -> {
            try {
              work.run();
            } catch (Throwable failure) {
              log.debug("A joint load failed, as its callers see", failure);
              onFailure.accept(failure);
            }
          });
    } catch (RejectedExecutionException e) {
      onFailure.accept(flights.closing(e));
    } catch (Throwable e) {
      onFailure.accept(e); // for instance, no more threads can be created
    }
  }

  /** Ends loads with a failure. Those that have ended already do not change. */
  void fail(Map<K, InFlightLoad<V>> loads, Throwable failure) {
    loads.forEach(
        (key, load) -> {
          load.fail(failure);
          flights.remove(key, load);
        });
  }

  private void end(K key, InFlightLoad<V> load, @Nullable V value) {
    load.complete(value);
    flights.remove(key, load);
  }

  /** Loads keys whose loads are registered, and ends those loads, perhaps in another thread. */
  void load(Map<K, InFlightLoad<V>> loads, Stage.Next<K, V> next) {
    leader.load(loads, next);
  }

  /** Lets this JVM load no more keys of others. */
  void close() {
    leader.close();
  }

  /**
   * Registers the loads of keys that others want, without those that this JVM loads already.
   *
   * @param own keys that are loaded with them; they may be registered no longer
   */
  Map<K, InFlightLoad<V>> register(Set<K> wanted, Set<K> own) {
    Map<K, InFlightLoad<V>> loads = new LinkedHashMap<>();
    try {
      for (K key : wanted) {
        InFlightLoad<V> load = flights.newLoad(key);
        load.join();
        if (!own.contains(key) && flights.putIfAbsent(key, load) == null) {
          loads.put(key, load);
        }
      }
      return loads;
    } catch (Throwable failure) {
      fail(loads, failure);
      throw failure;
    }
  }

  /** Ends loads whose keys another JVM has loaded, and loads the others. */
  void readOrLoad(Map<K, InFlightLoad<V>> own, Stage.Next<K, V> next) {
    Map<K, V> present = Map.of();
    try {
      present = bulkLoad.present(own.keySet(), next);
    } catch (CacheException e) {
      log.debug("The values of another JVM were not read: {}", e.getMessage());
    }
    Map<K, InFlightLoad<V>> missing = new LinkedHashMap<>();
    for (Map.Entry<K, InFlightLoad<V>> each : own.entrySet()) {
      V value = present.get(each.getKey());
      if (value == null) {
        missing.put(each.getKey(), each.getValue());
      } else {
        end(each.getKey(), each.getValue(), value);
      }
    }
    loadNow(missing, Map.of(), next);
  }

  /**
   * Loads keys, and ends their loads. Does not throw.
   *
   * @param own loads that callers of this JVM wait for
   * @param wanted those of other JVMs, which load the keys themselves if this load fails
   */
  void loadNow(Map<K, InFlightLoad<V>> own, Map<K, InFlightLoad<V>> wanted, Stage.Next<K, V> next) {
    Map<K, InFlightLoad<V>> all = new LinkedHashMap<>(own);
    all.putAll(wanted);
    if (all.isEmpty()) {
      return;
    }
    all.values().forEach(InFlightLoad::takeOver);
    try {
      BulkLoad.Part<K, V> part = bulkLoad.loadFree(all.keySet(), LoadWatch.none(), next);
      if (all.size() > 1) {
        statistics.jointLoads.add(all.size());
      }
      Map<K, InFlightLoad<V>> locked = new LinkedHashMap<>();
      all.forEach(
          (key, load) -> {
            if (part.locked().contains(key)) {
              locked.put(key, load);
            } else {
              end(key, load, part.values().get(key));
            }
          });
      loadEach(locked, wanted, next);
    } catch (LoadBudget.OverBudgetException e) {
      fail(own, e);
      wanted.forEach(flights::abandon);
    } catch (RedisUnavailableException e) {
      fail(all, e);
    } catch (Throwable e) {
      log.debug("A load of {} keys failed", all.size(), e);
      if (all.size() == 1) {
        fail(own, e);
      } else {
        loadEach(own, Map.of(), next); // one key must not make the loads of others fail
      }
      wanted.forEach(flights::abandon);
    }
  }

  /** Loads each key by itself, except those of other JVMs. */
  private void loadEach(
      Map<K, InFlightLoad<V>> loads, Map<K, InFlightLoad<V>> wanted, Stage.Next<K, V> next) {
    loads.forEach(
        (key, load) -> {
          if (wanted.containsKey(key)) {
            flights.abandon(key, load);
          } else {
            load.handOver();
            inBackground(
                () -> loadOne(key, load, next), failure -> fail(Map.of(key, load), failure));
          }
        });
  }

  private void loadOne(K key, InFlightLoad<V> load, Stage.Next<K, V> next) {
    load.takeOver();
    flights.run(key, load, () -> lockedLoad.loadAndStore(key, next));
  }
}
