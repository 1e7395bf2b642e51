package dev.corral.jcache.internal.pipeline.events;

import dev.corral.jcache.internal.feed.ChangeFeed.Subscription;
import dev.corral.jcache.internal.feed.EntryChange.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/** One listener with its filter, and the executor that keeps its events of each key in order. */
final class ListenerRegistration<K, V> {

  private final CacheEntryListenerConfiguration<K, V> configuration;
  private final CacheEntryListener<? super K, ? super V> listener;
  private final @Nullable CacheEntryEventFilter<? super K, ? super V> filter;
  private final PerKeyExecutor executor;
  private final Cache<K, V> cache;

  /**
   * @param executor calls the listener; its tasks may block
   * @param cache the source of the events
   */
  ListenerRegistration(
      CacheEntryListenerConfiguration<K, V> configuration, Executor executor, Cache<K, V> cache) {
    this.configuration = configuration;
    this.listener = configuration.getCacheEntryListenerFactory().create();
    Factory<CacheEntryEventFilter<? super K, ? super V>> filters =
        configuration.getCacheEntryEventFilterFactory();
    this.filter = filters == null ? null : filters.create();
    this.executor = new PerKeyExecutor(executor);
    this.cache = cache;
  }

  CacheEntryListenerConfiguration<K, V> configuration() {
    return configuration;
  }

  boolean isSynchronous() {
    return configuration.isSynchronous();
  }

  PerKeyExecutor executor() {
    return executor;
  }

  /** The listener and the filter, which the caller closes if they are closeable. */
  List<Object> userObjects() {
    return filter == null ? List.of(listener) : List.of(listener, filter);
  }

  /** Whether the listener receives changes of this kind. */
  boolean wants(Kind kind) {
    return switch (kind) {
      case CREATED -> listener instanceof CacheEntryCreatedListener;
      case UPDATED -> listener instanceof CacheEntryUpdatedListener;
      case REMOVED -> listener instanceof CacheEntryRemovedListener;
      case EXPIRED -> listener instanceof CacheEntryExpiredListener;
    };
  }

  /** What the feed has to publish for this listener. */
  Set<Subscription> subscriptions() {
    Set<Subscription> subscriptions = EnumSet.noneOf(Subscription.class);
    for (Kind kind : Kind.values()) {
      if (wants(kind)) {
        subscriptions.add(Subscription.valueOf(kind.name()));
      }
    }
    if (configuration.isOldValueRequired() && wants(Kind.UPDATED)) {
      subscriptions.add(Subscription.OLD);
    }
    return subscriptions;
  }

  /**
   * Calls the listener, unless the filter rejects the event.
   *
   * @throws CacheEntryListenerException if the listener or the filter failed
   */
  void deliver(Kind kind, ChangedEntry<K, V> entry) {
    EntryEvent<K, V> event = event(kind, entry);
    try {
      if (filter != null && !filter.evaluate(event)) {
        return;
      }
      call(kind, List.of(event));
    } catch (CacheEntryListenerException | Error e) {
      throw e;
    } catch (Throwable e) { // listeners in other languages throw checked exceptions, too
      throw new CacheEntryListenerException(
          "cache '%s': the listener %s, or its filter, failed on a %s event"
              .formatted(cache.getName(), listener.getClass().getName(), kind),
          e);
    }
  }

  private EntryEvent<K, V> event(Kind kind, ChangedEntry<K, V> entry) {
    V oldValue = entry.oldValue();
    V value = kind == Kind.CREATED || kind == Kind.UPDATED ? entry.value() : oldValue;
    V passedOldValue =
        switch (kind) {
          case CREATED -> null;
          case UPDATED -> configuration.isOldValueRequired() ? oldValue : null;
          case REMOVED, EXPIRED -> oldValue;
        };
    return new EntryEvent<>(
        cache, EventType.valueOf(kind.name()), entry.key(), value, passedOldValue);
  }

  @SuppressWarnings("unchecked")
  private void call(Kind kind, List<? extends CacheEntryEvent<K, V>> event) {
    Iterable<CacheEntryEvent<? extends K, ? extends V>> events =
        (Iterable<CacheEntryEvent<? extends K, ? extends V>>) (Iterable<?>) event;
    switch (kind) {
      case CREATED -> ((CacheEntryCreatedListener<K, V>) listener).onCreated(events);
      case UPDATED -> ((CacheEntryUpdatedListener<K, V>) listener).onUpdated(events);
      case REMOVED -> ((CacheEntryRemovedListener<K, V>) listener).onRemoved(events);
      case EXPIRED -> ((CacheEntryExpiredListener<K, V>) listener).onExpired(events);
    }
  }
}
