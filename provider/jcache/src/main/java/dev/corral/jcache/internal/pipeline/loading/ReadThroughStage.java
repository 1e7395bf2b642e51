package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.LongUnaryOperator;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * The stage that calls the loader: it loads a missing key, refreshes an entry before it expires,
 * and serves a stale entry while the loader is slow or fails.
 *
 * <p>An entry has up to three phases. Until its deadline it is fresh, and {@link EarlyRefresh} may
 * refresh it in the background. During grace it is served, and refreshed in the background. During
 * keep it is served only if the loader fails or takes too long.
 *
 * <p>A read that loads still counts as a miss. Storing the loaded value counts as no put.
 */
public final class ReadThroughStage<K, V> implements Stage<K, V> {

  private final LoadGuard<K, V> guard;
  private final EarlyRefresh early;
  private final @Nullable PeriodicRefresh<K, V> periodic;
  private final FailedLoads<K> failed;
  private final LongUnaryOperator millisUntil;

  /**
   * @param millisUntil the time in ms until a moment of the server's clock
   */
  public ReadThroughStage(LoadGuard<K, V> guard, LongUnaryOperator millisUntil) {
    this.guard = guard;
    this.early = new EarlyRefresh(guard.options().earlyRefresh());
    this.periodic = guard.periodicRefresh();
    this.failed = new FailedLoads<>(guard.options().retryInterval());
    this.millisUntil = millisUntil;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    Outcome<V> found = next.proceed(request);
    if (found.operation().is(Trait.READS_THROUGH)) {
      return answer(request.key(), found, next);
    }
    forgetLoad(request.key(), found);
    return found;
  }

  /** A thread that changed a key must not read a value from a load that began before. */
  private void forgetLoad(K key, Outcome<V> done) {
    if (done.operation().mayChange() && !done.operation().is(Trait.BY_LOADER)) {
      guard.forget(key);
    }
  }

  private Outcome<V> answer(K key, Outcome<V> found, Next<K, V> next) {
    return switch (found.prior()) {
      case LIVE -> live(key, found, next);
      case NEGATIVE -> {
        guard.statistics().negativeHits.increment();
        yield found;
      }
      case STALE -> stale(key, found, next);
      case UNKNOWN -> found;
      case ABSENT, EXPIRED, LOADING -> {
        V value = load(timeout -> guard.load(key, next, timeout));
        recordLoad(key, value, next);
        yield loaded(found, value);
      }
      case UNDECODABLE -> loaded(found, load(timeout -> guard.loadWithoutStoring(key, timeout)));
    };
  }

  /** A key that is read is refreshed periodically. */
  private void recordRead(K key, Next<K, V> next) {
    if (periodic != null) {
      periodic.recordRead(key, next);
    }
  }

  /**
   * The same for a key that was loaded.
   *
   * @param value null if the loader has none
   */
  private void recordLoad(K key, @Nullable V value, Next<K, V> next) {
    if (periodic != null && value != null) {
      periodic.recordLoads(Set.of(key), next);
    }
  }

  /**
   * The same for many keys.
   *
   * @param unstored those of the keys whose values are not stored
   * @param values null if nothing was loaded
   */
  private void recordLoads(
      Set<K> keys, Set<K> unstored, @Nullable Map<K, V> values, Next<K, V> next) {
    if (periodic != null && values != null) {
      periodic.recordLoads(
          keys.stream().filter(it -> values.containsKey(it) && !unstored.contains(it)).toList(),
          next);
    }
  }

  private Outcome<V> live(K key, Outcome<V> found, Next<K, V> next) {
    recordRead(key, next);
    Snapshot<V> seen = found.seen();
    if (seen != null
        && seen.deadlineMillis() != 0
        && early.isDue(millisUntil.applyAsLong(seen.deadlineMillis()), seen.loadMillis())) {
      guard.refresh(key, found, next, () -> {});
    }
    return found;
  }

  private Outcome<V> stale(K key, Outcome<V> found, Next<K, V> next) {
    recordRead(key, next);
    if (failed.isRecent(key)) {
      return serveStale(found);
    }
    Snapshot<V> seen = found.seen();
    if (isInGrace(seen)) {
      guard.refresh(key, found, next, () -> failed.remember(key));
      return serveStale(found);
    }
    try {
      Duration timeout = timeoutOfStale();
      V value = guard.loader().observeMiss(() -> guard.load(key, next, timeout));
      failed.forget(key);
      recordLoad(key, value, next);
      return loaded(found, value);
    } catch (TimeoutException e) {
      return serveStale(found);
    } catch (CacheLoaderException e) {
      failed.remember(key);
      return serveStale(found);
    }
  }

  private boolean isInGrace(@Nullable Snapshot<V> seen) {
    if (seen == null) {
      return false;
    }
    long graceEnds = seen.deadlineMillis() + options().grace().toMillis();
    return millisUntil.applyAsLong(graceEnds) > 0;
  }

  private Outcome<V> serveStale(Outcome<V> found) {
    V stale = found.previous();
    if (stale == null) {
      return found;
    }
    guard.statistics().staleServed.increment();
    return found.answeredWith(stale);
  }

  private static <V> Outcome<V> loaded(Outcome<V> found, @Nullable V value) {
    return value == null ? found : found.answeredWith(value);
  }

  private interface Load<V> {
    @Nullable V within(@Nullable Duration timeout) throws TimeoutException;
  }

  private @Nullable V load(Load<V> load) {
    Duration timeout = options().hardTimeout();
    try {
      return guard.loader().observeMiss(() -> load.within(timeout));
    } catch (TimeoutException e) {
      throw guard.threads().overHardTimeout(e);
    }
  }

  private LoadOptions options() {
    return guard.options();
  }

  /** With a stale value at hand, a caller waits no longer than this for the loader. */
  private @Nullable Duration timeoutOfStale() {
    Duration softTimeout = options().softTimeout();
    return softTimeout == null ? options().hardTimeout() : softTimeout;
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    BulkOutcome<V> found = next.proceedAll(requests);
    if (found.failure() != null
        || !requests.get(0).decider().inAdvance().orElseThrow().is(Trait.READS_THROUGH)) {
      for (int i = 0; i < requests.size(); i++) {
        forgetLoad(requests.get(i).key(), found.outcomes().get(i));
      }
      return found;
    }
    Set<K> missing = new LinkedHashSet<>();
    Set<K> undecodable = new LinkedHashSet<>();
    Set<K> stale = new LinkedHashSet<>();
    for (int i = 0; i < requests.size(); i++) {
      K key = requests.get(i).key();
      Outcome<V> outcome = found.outcomes().get(i);
      switch (outcome.prior()) {
        case ABSENT, EXPIRED, LOADING -> missing.add(key);
        case UNDECODABLE -> undecodable.add(key);
        case STALE -> {
          if (!failed.isRecent(key) && !isInGrace(outcome.seen())) {
            stale.add(key);
          }
        }
        default -> {}
      }
    }
    Map<K, V> loaded =
        guard.threads().withinHardTimeout(timeout -> guard.loadAll(missing, next, timeout));
    if (!undecodable.isEmpty()) {
      loaded.putAll(
          guard
              .threads()
              .withinHardTimeout(timeout -> guard.loadAllWithoutStoring(undecodable, timeout)));
      missing.addAll(undecodable);
    }
    Map<K, V> reloaded = reload(stale, next);
    recordLoads(missing, undecodable, loaded, next);
    recordLoads(stale, Set.of(), reloaded, next);
    List<Outcome<V>> answers = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      K key = requests.get(i).key();
      Outcome<V> outcome = found.outcomes().get(i);
      if (missing.contains(key)) {
        answers.add(loaded(outcome, loaded.get(key)));
      } else if (stale.contains(key)) {
        recordRead(key, next);
        answers.add(reloaded == null ? serveStale(outcome) : loaded(outcome, reloaded.get(key)));
      } else {
        answers.add(answer(key, outcome, next));
      }
    }
    return new BulkOutcome<>(answers, null);
  }

  /**
   * Loads stale keys with one call of the loader.
   *
   * @return null if the loader is slow or fails, so that the stale values are to be served
   */
  private @Nullable Map<K, V> reload(Set<K> stale, Next<K, V> next) {
    if (stale.isEmpty()) {
      return Map.of();
    }
    try {
      Map<K, V> values = guard.loadAll(stale, next, timeoutOfStale());
      stale.forEach(failed::forget);
      return values;
    } catch (TimeoutException e) {
      return null;
    } catch (CacheLoaderException e) {
      stale.forEach(failed::remember);
      return null;
    }
  }
}
