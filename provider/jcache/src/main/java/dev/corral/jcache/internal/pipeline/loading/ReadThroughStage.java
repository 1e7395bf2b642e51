package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.LongUnaryOperator;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * Answers a miss with what the loader gives, and an entry in its last moments with what it holds,
 * while it is refreshed. The miss is the caller's; the store is the loader's.
 *
 * <p>An entry has up to three zones. Until its expiry it is fresh, and refreshed early if XFetch
 * says so. In the grace zone it is served and refreshed. In the keep zone it is served only if the
 * loader fails or takes too long.
 */
public final class ReadThroughStage<K, V> implements Stage<K, V> {

  private final String cacheName;
  private final LoadGuard<K, V> guard;
  private final BulkLoad<K, V> bulk;
  private final EarlyRefresh early;
  private final FailedLoads<K> failed;
  private final LongUnaryOperator millisUntil;

  /**
   * @param millisUntil how long until a moment of the server's clock
   */
  public ReadThroughStage(String cacheName, LoadGuard<K, V> guard, LongUnaryOperator millisUntil) {
    this.cacheName = cacheName;
    this.guard = guard;
    this.bulk = new BulkLoad<>(guard);
    this.early = new EarlyRefresh(guard.options().earlyRefresh());
    this.failed = new FailedLoads<>(guard.options().retryInterval());
    this.millisUntil = millisUntil;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    Outcome<V> found = next.proceed(request);
    if (found.operation().is(Trait.READS_THROUGH)) {
      return answer(request.key(), found, next);
    }
    closeFlight(request.key(), found);
    return found;
  }

  /** Who changed a key must not be answered with what was loaded before. */
  private void closeFlight(K key, Outcome<V> done) {
    if (done.operation().mayChange() && !done.operation().is(Trait.BY_LOADER)) {
      guard.flights().forget(key);
    }
  }

  private Outcome<V> answer(K key, Outcome<V> found, Next<K, V> next) {
    return switch (found.prior()) {
      case LIVE -> refreshedEarly(key, found, next);
      case NEGATIVE -> {
        guard.statistics().negativeHits.increment();
        yield found;
      }
      case STALE -> stale(key, found, next);
      case UNKNOWN -> found;
      case ABSENT, EXPIRED, LOADING -> loaded(found, load(key, next, hardTimeout()));
    };
  }

  private Outcome<V> refreshedEarly(K key, Outcome<V> found, Next<K, V> next) {
    Snapshot<V> seen = found.seen();
    if (seen != null
        && seen.deadlineMillis() != 0
        && early.isDue(millisUntil.applyAsLong(seen.deadlineMillis()), seen.loadMillis())) {
      guard.refresh(key, found, next, () -> {});
    }
    return found;
  }

  private Outcome<V> stale(K key, Outcome<V> found, Next<K, V> next) {
    if (failed.isRecent(key)) {
      return served(found);
    }
    Snapshot<V> seen = found.seen();
    if (seen != null && isInGrace(seen)) {
      guard.refresh(key, found, next, () -> failed.remember(key));
      return served(found);
    }
    try {
      Duration soft = options().softTimeout();
      V value = guard.load(key, next, soft == null ? hardTimeout() : soft);
      failed.forget(key);
      return loaded(found, value);
    } catch (TimeoutException e) {
      return served(found);
    } catch (CacheLoaderException e) {
      failed.remember(key);
      return served(found);
    }
  }

  private boolean isInGrace(Snapshot<V> seen) {
    long graceEnds = seen.deadlineMillis() + options().grace().toMillis();
    return millisUntil.applyAsLong(graceEnds) > 0;
  }

  /** A stale value stands in for the one that could not be had. */
  private Outcome<V> served(Outcome<V> found) {
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

  private @Nullable V load(K key, Next<K, V> next, @Nullable Duration patience) {
    try {
      return guard.load(key, next, patience);
    } catch (TimeoutException e) {
      throw new CacheLoaderException(
          "cache '%s': the loader took longer than the hard time-out of %s; it goes on"
              .formatted(cacheName, patience),
          e);
    }
  }

  private LoadOptions options() {
    return guard.options();
  }

  private @Nullable Duration hardTimeout() {
    return options().hardTimeout();
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    BulkOutcome<V> found = next.proceedAll(requests);
    if (found.failure() != null
        || !requests.get(0).decider().inAdvance().orElseThrow().is(Trait.READS_THROUGH)) {
      for (int i = 0; i < requests.size(); i++) {
        closeFlight(requests.get(i).key(), found.outcomes().get(i));
      }
      return found;
    }
    Map<K, Outcome<V>> missing = new LinkedHashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      Outcome<V> outcome = found.outcomes().get(i);
      if (isMissing(outcome.prior())) {
        missing.put(requests.get(i).key(), outcome);
      }
    }
    Map<K, V> loaded = bulk.load(missing.keySet(), next);
    List<Outcome<V>> answers = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      K key = requests.get(i).key();
      Outcome<V> outcome = found.outcomes().get(i);
      answers.add(
          missing.containsKey(key) ? loaded(outcome, loaded.get(key)) : answer(key, outcome, next));
    }
    return new BulkOutcome<>(answers, null);
  }

  private static boolean isMissing(Prior prior) {
    return prior == Prior.ABSENT || prior == Prior.EXPIRED || prior == Prior.LOADING;
  }
}
