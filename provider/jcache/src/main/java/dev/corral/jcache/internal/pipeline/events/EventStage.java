package dev.corral.jcache.internal.pipeline.events;

import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.feed.EntryChange.Kind;
import dev.corral.jcache.internal.pipeline.BulkOutcome;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.cache.event.CacheEntryListenerException;
import org.jspecify.annotations.Nullable;

/** Blocks the caller until the synchronous listeners in this JVM have run for its change. */
public final class EventStage<K, V> implements Stage<K, V> {

  /**
   * How long a change may take to return from Redis. After that, the caller starts the delivery to
   * the listeners itself.
   */
  private static final long TIMEOUT_MILLIS = 1_000;

  private final CacheListeners<K, V> listeners;

  public EventStage(CacheListeners<K, V> listeners) {
    this.listeners = listeners;
  }

  @Override
  public Outcome<V> execute(EntryRequest<K, V> request, Next<K, V> next) {
    Outcome<V> outcome = next.proceed(request);
    CompletableFuture<Void> delivery = delivery(request.key(), outcome);
    if (delivery != null) {
      await(delivery);
    }
    return outcome;
  }

  @Override
  public BulkOutcome<V> executeAll(List<EntryRequest<K, V>> requests, Next<K, V> next) {
    BulkOutcome<V> outcome = next.proceedAll(requests);
    List<CompletableFuture<Void>> deliveries = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      CompletableFuture<Void> delivery = delivery(requests.get(i).key(), outcome.outcomes().get(i));
      if (delivery != null) {
        deliveries.add(delivery);
      }
    }
    try {
      await(CompletableFuture.allOf(deliveries.toArray(CompletableFuture[]::new)));
      return outcome;
    } catch (CacheEntryListenerException e) {
      return new BulkOutcome<>(
          outcome.outcomes(), outcome.failure() == null ? e : outcome.failure());
    }
  }

  /** Null if the outcome has no event for a synchronous listener in this JVM. */
  private @Nullable CompletableFuture<Void> delivery(K key, Outcome<V> outcome) {
    if (outcome.changeSequence() == 0) {
      return null;
    }
    Kind kind = kind(outcome.effect());
    if (!listeners.wantsSynchronously(kind)) {
      return null;
    }
    boolean bornExpired = outcome.effect() == Effect.BORN_EXPIRED;
    V oldValue = bornExpired ? outcome.operation().value() : outcome.previous();
    return listeners.delivery(
        outcome.changeSequence(),
        kind,
        new ChangedEntry<>(key, outcome.value(), oldValue),
        TIMEOUT_MILLIS);
  }

  /** An operation without an effect has an event only if it found an expired entry. */
  private static Kind kind(Effect effect) {
    return switch (effect) {
      case CREATED -> Kind.CREATED;
      case UPDATED -> Kind.UPDATED;
      case REMOVED -> Kind.REMOVED;
      case NONE, BORN_EXPIRED, RESERVED, NEGATED, RENEWED, REFUSED -> Kind.EXPIRED;
    };
  }

  private static void await(CompletableFuture<Void> delivery) {
    try {
      delivery.get();
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheEntryListenerException(
          "interrupted while waiting for synchronous listeners; the change itself is committed", e);
    }
  }

  private static CacheEntryListenerException unwrapped(ExecutionException failure) {
    Throwable cause = failure.getCause();
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof CacheEntryListenerException e
        ? e
        : new CacheEntryListenerException("a synchronous listener failed", cause);
  }
}
