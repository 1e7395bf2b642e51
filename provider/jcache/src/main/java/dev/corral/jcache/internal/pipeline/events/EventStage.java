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

/** Holds a caller until the synchronous listeners in this JVM have heard what it changed. */
public final class EventStage<K, V> implements Stage<K, V> {

  /** How long a change may take to come back from Redis, before the caller tells it itself. */
  private static final long PATIENCE_MILLIS = 1_000;

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

  private @Nullable CompletableFuture<Void> delivery(K key, Outcome<V> outcome) {
    if (outcome.changeSequence() == 0) {
      return null;
    }
    Kind kind = kind(outcome.effect());
    if (!listeners.hearsSynchronously(kind)) {
      return null;
    }
    boolean stillborn = outcome.effect() == Effect.BORN_EXPIRED;
    return listeners.delivery(
        outcome.changeSequence(),
        kind,
        key,
        outcome.value(),
        stillborn ? outcome.operation().value() : outcome.previous(),
        PATIENCE_MILLIS);
  }

  /** An operation that changed nothing is on the feed because it found an expired entry. */
  private static Kind kind(Effect effect) {
    return switch (effect) {
      case CREATED -> Kind.CREATED;
      case UPDATED -> Kind.UPDATED;
      case REMOVED -> Kind.REMOVED;
      case NONE, BORN_EXPIRED, RESERVED, NEGATED, REFUSED -> Kind.EXPIRED;
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
          "interrupted while synchronous listeners were told; the change itself is done", e);
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
