package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers a miss with what the loader gives. The miss is the caller's; the store is the loader's,
 * and takes place only if the entry is still absent, so a value that was put meanwhile stays.
 */
public final class ReadThroughStage<K, V> implements Stage<K, V> {

  private final LoaderCall<K, V> loader;

  public ReadThroughStage(LoaderCall<K, V> loader) {
    this.loader = loader;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    Outcome<V> found = next.proceed(request);
    if (!isMiss(found)) {
      return found;
    }
    V loaded = loader.load(request.key());
    if (loaded == null) {
      return found;
    }
    Outcome<V> stored = next.proceed(request.instead(EntryOperation.load(loaded)));
    return answer(found, stored, loaded);
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    BulkOutcome<V> found = next.proceedAll(requests);
    Set<K> missing = new LinkedHashSet<>();
    for (int i = 0; i < requests.size(); i++) {
      if (isMiss(found.outcomes().get(i))) {
        missing.add(requests.get(i).key());
      }
    }
    if (missing.isEmpty() || found.failure() != null) {
      return found;
    }
    Map<K, V> loaded = loader.loadAll(missing);
    List<EntryRequest<K, V>> loads = new ArrayList<>();
    loaded.forEach((key, value) -> loads.add(EntryRequest.of(key, EntryOperation.load(value))));
    BulkOutcome<V> stored = next.proceedAll(loads);
    Map<K, Outcome<V>> storedByKey = new HashMap<>();
    for (int i = 0; i < loads.size(); i++) {
      storedByKey.put(loads.get(i).key(), stored.outcomes().get(i));
    }
    List<Outcome<V>> answers = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      Outcome<V> outcome = found.outcomes().get(i);
      K key = requests.get(i).key();
      V value = loaded.get(key);
      Outcome<V> store = storedByKey.get(key);
      if (isMiss(outcome) && value != null && store != null) {
        answers.add(answer(outcome, store, value));
      } else {
        answers.add(outcome);
      }
    }
    return new BulkOutcome<>(answers, stored.failure());
  }

  private static boolean isMiss(Outcome<?> found) {
    return !found.hit()
        && found.prior() != Prior.NEGATIVE
        && found.operation().is(Trait.READS_THROUGH);
  }

  /** A value whose creation expiry is zero never was in the cache, so it is no answer. */
  private static <V> Outcome<V> answer(Outcome<V> found, Outcome<V> stored, V loaded) {
    return stored.effect() == Effect.BORN_EXPIRED ? found : found.answeredWith(loaded);
  }
}
