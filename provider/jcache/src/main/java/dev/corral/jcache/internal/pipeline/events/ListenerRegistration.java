package dev.corral.jcache.internal.pipeline.events;

import dev.corral.jcache.internal.feed.ChangeFeed.Subscription;
import dev.corral.jcache.internal.feed.EntryChange.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
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
import org.jspecify.annotations.Nullable;

/** A listener, what it wants to hear, and its own order of delivery. */
final class ListenerRegistration<K, V> {

  private final CacheEntryListenerConfiguration<K, V> configuration;
  private final CacheEntryListener<? super K, ? super V> listener;
  private final @Nullable CacheEntryEventFilter<? super K, ? super V> filter;
  private final PerKeyExecutor lanes;

  ListenerRegistration(CacheEntryListenerConfiguration<K, V> configuration, Executor executor) {
    this.configuration = configuration;
    this.listener = configuration.getCacheEntryListenerFactory().create();
    Factory<CacheEntryEventFilter<? super K, ? super V>> filters =
        configuration.getCacheEntryEventFilterFactory();
    this.filter = filters == null ? null : filters.create();
    this.lanes = new PerKeyExecutor(executor);
  }

  CacheEntryListenerConfiguration<K, V> configuration() {
    return configuration;
  }

  boolean isSynchronous() {
    return configuration.isSynchronous();
  }

  PerKeyExecutor lanes() {
    return lanes;
  }

  /** The listener and the filter, to be closed if they can be. */
  List<Object> customizations() {
    return filter == null ? List.of(listener) : List.of(listener, filter);
  }

  boolean wants(Kind kind) {
    return switch (kind) {
      case CREATED -> listener instanceof CacheEntryCreatedListener;
      case UPDATED -> listener instanceof CacheEntryUpdatedListener;
      case REMOVED -> listener instanceof CacheEntryRemovedListener;
      case EXPIRED -> listener instanceof CacheEntryExpiredListener;
    };
  }

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

  boolean wantsOldValue() {
    return configuration.isOldValueRequired();
  }

  /**
   * Tells the listener, if the filter lets the event pass.
   *
   * @throws CacheEntryListenerException what listener or filter threw
   */
  void deliver(Kind kind, EntryEvent<K, V> event) {
    try {
      if (filter != null && !filter.evaluate(event)) {
        return;
      }
      tell(kind, List.of(event));
    } catch (CacheEntryListenerException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CacheEntryListenerException(
          "listener " + listener.getClass().getName() + " failed on " + kind, e);
    }
  }

  @SuppressWarnings("unchecked")
  private void tell(Kind kind, List<? extends CacheEntryEvent<K, V>> event) {
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
