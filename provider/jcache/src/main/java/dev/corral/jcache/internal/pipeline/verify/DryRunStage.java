package dev.corral.jcache.internal.pipeline.verify;

import dev.corral.jcache.VerifyOptions.Comparison;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stage of a dry run: reads look at the cache, and fill it, but their answers come from the
 * loader. Every hit is compared with the answer. Reads that call no loader are misses. A hit counts
 * as a hit, so the statistics show what the cache would save.
 */
public final class DryRunStage<K, V> implements Stage<K, V> {

  private final Verifier<K, V> verifier;
  private final Loads<K, V> loads;

  /** Calls of the loader in this thread, whose values are not stored. */
  public interface Loads<K, V> {

    /** The value of a key; null if the loader has none. */
    @Nullable V call(K key);

    /** The values of the keys that have one. */
    Map<K, V> callAll(Set<K> keys);
  }

  public DryRunStage(Verifier<K, V> verifier, Loads<K, V> loads) {
    this.verifier = verifier;
    this.loads = loads;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    Outcome<V> found = next.proceed(request);
    return isFromCache(found)
        ? answered(request.key(), found, loads.call(request.key()))
        : withoutAnswer(found);
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    BulkOutcome<V> found = next.proceedAll(requests);
    Set<K> keys = new LinkedHashSet<>();
    for (int i = 0; i < requests.size(); i++) {
      if (isFromCache(found.outcomes().get(i))) {
        keys.add(requests.get(i).key());
      }
    }
    if (keys.isEmpty()) {
      return new BulkOutcome<>(
          found.outcomes().stream().map(DryRunStage::withoutAnswer).toList(), found.failure());
    }
    Map<K, V> values = loads.callAll(keys);
    List<Outcome<V>> answers = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      K key = requests.get(i).key();
      Outcome<V> outcome = found.outcomes().get(i);
      answers.add(
          isFromCache(outcome) ? answered(key, outcome, values.get(key)) : withoutAnswer(outcome));
    }
    return new BulkOutcome<>(answers, found.failure());
  }

  /** Whether a read that may call the loader was answered without it. */
  private static boolean isFromCache(Outcome<?> found) {
    return found.operation().is(Trait.READS_THROUGH)
        && switch (found.prior()) {
          case LIVE, NEGATIVE -> true;
          case STALE -> found.value() == found.previous(); // a loaded value is another object
          default -> false;
        };
  }

  private Outcome<V> answered(K key, Outcome<V> found, @Nullable V loaded) {
    if (found.prior() != Prior.STALE) {
      compare(key, found.value(), loaded);
    }
    return withAnswer(found, loaded);
  }

  private void compare(K key, @Nullable V cached, @Nullable V loaded) {
    if (verifier.options().comparison() == Comparison.EQUALS && areEqual(cached, loaded)) {
      verifier.countSame();
    } else {
      verifier.offer(key);
    }
  }

  /** False also if the application's {@code equals} fails, which is no failure of the read. */
  private static boolean areEqual(@Nullable Object cached, @Nullable Object loaded) {
    try {
      return Objects.deepEquals(cached, loaded);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return false;
    }
  }

  /** A read without the loader, or its attempt to get a load ticket, must not give the entry. */
  private static <V> Outcome<V> withoutAnswer(Outcome<V> found) {
    EntryOperation<V> operation = found.operation();
    boolean isRead =
        (operation.is(Trait.READS_VALUE) && !operation.is(Trait.READS_THROUGH))
            || (operation.then() == Then.RESERVE && found.effect() != Effect.RESERVED);
    return isRead ? withAnswer(found, null) : found;
  }

  private static <V> Outcome<V> withAnswer(Outcome<V> found, @Nullable V value) {
    return new Outcome<>(
        found.operation(),
        found.prior(),
        found.effect(),
        found.previous(),
        value,
        found.changeSequence(),
        found.seen());
  }
}
