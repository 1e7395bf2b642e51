package dev.corral.jcache.internal.pipeline.events;

import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.feed.ChangeFeed.Subscription;
import dev.corral.jcache.internal.feed.EntryChange;
import dev.corral.jcache.internal.feed.EntryChange.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of one cache in this JVM, and the delivery of changes to them.
 *
 * <p>All changes come from the feed, those of this JVM as well: the scripts publish in the order in
 * which they commit, so every listener hears the changes of a key in one order everywhere. A caller
 * whose change has synchronous listeners waits until its own change came back and was delivered. If
 * it does not come back in time, because the connection was lost, the caller delivers it itself.
 */
public final class CacheListeners<K, V> {

  private static final Logger log = LoggerFactory.getLogger(CacheListeners.class);
  private static final long FORGET_AFTER_SECONDS = 60;

  /** How the texts and bytes of the feed become keys and values. */
  public interface Decoder<K, V> {
    K key(String text);

    String text(K key);

    @Nullable V value(byte[] bytes);
  }

  private final String cacheName;
  private final ChangeFeed feed;
  private final Decoder<K, V> decoder;
  private final Executor executor;
  private final Supplier<Cache<K, V>> source;
  private final List<ListenerRegistration<K, V>> registrations = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<Long, Delivery> deliveries = new ConcurrentHashMap<>();
  private final ThreadLocal<Boolean> inListener = ThreadLocal.withInitial(() -> false);

  public CacheListeners(
      String cacheName,
      ChangeFeed feed,
      Decoder<K, V> decoder,
      Executor executor,
      Supplier<Cache<K, V>> source) {
    this.cacheName = cacheName;
    this.feed = feed;
    this.decoder = decoder;
    this.executor = executor;
    this.source = source;
  }

  /** Registers a listener; it hears what is committed after this method returned. */
  public synchronized void register(CacheEntryListenerConfiguration<K, V> configuration) {
    for (ListenerRegistration<K, V> registration : registrations) {
      if (registration.configuration().equals(configuration)) {
        throw new IllegalArgumentException(
            "cache '%s': this listener configuration is registered already".formatted(cacheName));
      }
    }
    registrations.add(new ListenerRegistration<>(configuration, executor));
    resubscribe();
  }

  /**
   * Deregisters a listener.
   *
   * @return what it was made of, to be closed if it can be
   */
  public synchronized List<Object> deregister(CacheEntryListenerConfiguration<K, V> configuration) {
    List<ListenerRegistration<K, V>> leaving =
        registrations.stream().filter(it -> it.configuration().equals(configuration)).toList();
    registrations.removeAll(leaving);
    resubscribe();
    return customizations(leaving);
  }

  /** All listeners and filters, to be closed if they can be. */
  public List<Object> customizations() {
    return customizations(registrations);
  }

  private static <K, V> List<Object> customizations(List<ListenerRegistration<K, V>> of) {
    return of.stream().flatMap(it -> it.customizations().stream()).toList();
  }

  private void resubscribe() {
    Set<Subscription> subscriptions = EnumSet.noneOf(Subscription.class);
    registrations.forEach(it -> subscriptions.addAll(it.subscriptions()));
    feed.subscribe(subscriptions, this::accept);
  }

  /** Whether anybody in this JVM hears changes of this kind. */
  public boolean wants(Kind kind) {
    for (ListenerRegistration<K, V> registration : registrations) {
      if (registration.wants(kind)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a caller has to wait for the delivery of such a change. */
  boolean hearsSynchronously(Kind kind) {
    for (ListenerRegistration<K, V> registration : registrations) {
      if (registration.isSynchronous() && registration.wants(kind)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The delivery of a change of this JVM to the synchronous listeners; it completes with what a
   * listener threw. A change made by a listener is not waited for, since its delivery may have to
   * wait for that very listener.
   */
  CompletableFuture<Void> delivery(
      long ticket, Kind kind, K key, @Nullable V value, @Nullable V oldValue, long patienceMillis) {
    Delivery delivery = deliveries.computeIfAbsent(ticket, it -> new Delivery());
    if (inListener.get()) {
      forgetLater(ticket);
      return CompletableFuture.completedFuture(null);
    }
    long patience = feed.isConnected() ? patienceMillis : 0;
    var unused = delivery.begun.completeOnTimeout(false, patience, TimeUnit.MILLISECONDS);
    return delivery
        .begun
        .thenCompose(
            arrived -> {
              if (!arrived) {
                log.warn(
                    "Cache '{}': a change did not come back on the feed; it is told here only",
                    cacheName);
                begin(delivery, () -> deliver(kind, decoder.text(key), key, value, oldValue));
              }
              return delivery.done;
            })
        .whenComplete(
            (done, failure) -> {
              if (Boolean.TRUE.equals(delivery.begun.getNow(false))) {
                deliveries.remove(ticket);
              } else {
                forgetLater(ticket);
              }
            });
  }

  private void forgetLater(long ticket) {
    CompletableFuture.delayedExecutor(FORGET_AFTER_SECONDS, TimeUnit.SECONDS)
        .execute(() -> deliveries.remove(ticket));
  }

  /** Called by the feed, one change after another. */
  private void accept(EntryChange change) {
    boolean awaited =
        change.sequence() != 0
            && change.jvmId().equals(feed.jvmId())
            && hearsSynchronously(change.kind());
    if (!awaited) {
      var unused = deliver(change);
      return;
    }
    Delivery delivery = deliveries.computeIfAbsent(change.sequence(), it -> new Delivery());
    begin(delivery, () -> deliver(change));
    delivery.begun.complete(true);
  }

  private void begin(Delivery delivery, Supplier<CompletableFuture<Void>> deliver) {
    if (delivery.taken.compareAndSet(false, true)) {
      var unused =
          deliver
              .get()
              .whenComplete(
                  (done, failure) -> {
                    if (failure == null) {
                      delivery.done.complete(null);
                    } else {
                      delivery.done.completeExceptionally(failure);
                    }
                  });
    }
  }

  private CompletableFuture<Void> deliver(EntryChange change) {
    K key;
    V value;
    V oldValue;
    try {
      key = decoder.key(change.key());
      byte[] bytes = change.value();
      byte[] oldBytes = change.oldValue();
      value = bytes == null ? null : decoder.value(bytes);
      oldValue = oldBytes == null ? null : decoder.value(oldBytes);
    } catch (RuntimeException e) {
      log.warn("Cache '{}': a change could not be told: {}", cacheName, e.getMessage());
      return CompletableFuture.completedFuture(null);
    }
    return deliver(change.kind(), change.key(), key, value, oldValue);
  }

  /** Hands an event to every listener's lane; the result stands for the synchronous ones. */
  private CompletableFuture<Void> deliver(
      Kind kind, String text, K key, @Nullable V value, @Nullable V oldValue) {
    List<CompletableFuture<Void>> awaited = new ArrayList<>();
    for (ListenerRegistration<K, V> registration : registrations) {
      if (registration.wants(kind)) {
        EntryEvent<K, V> event = event(registration, kind, key, value, oldValue);
        CompletableFuture<Void> told =
            registration.lanes().run(text, () -> tell(registration, kind, event));
        if (registration.isSynchronous()) {
          awaited.add(told);
        }
      }
    }
    return CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new));
  }

  private EntryEvent<K, V> event(
      ListenerRegistration<K, V> registration,
      Kind kind,
      K key,
      @Nullable V value,
      @Nullable V oldValue) {
    return switch (kind) {
      case CREATED ->
          new EntryEvent<>(source.get(), EventType.valueOf(kind.name()), key, value, null);
      case UPDATED ->
          new EntryEvent<>(
              source.get(),
              EventType.valueOf(kind.name()),
              key,
              value,
              registration.wantsOldValue() ? oldValue : null);
      case REMOVED, EXPIRED ->
          new EntryEvent<>(source.get(), EventType.valueOf(kind.name()), key, oldValue, oldValue);
    };
  }

  private void tell(ListenerRegistration<K, V> registration, Kind kind, EntryEvent<K, V> event) {
    inListener.set(true);
    try {
      registration.deliver(kind, event);
    } catch (RuntimeException e) {
      if (!registration.isSynchronous()) {
        log.warn("Cache '{}': {}", cacheName, e.getMessage(), e);
      }
      throw e;
    } finally {
      inListener.remove();
    }
  }

  /** One change of this JVM on its way back. */
  private static final class Delivery {
    /** True once it came back, false if nobody waits for that any longer. */
    final CompletableFuture<Boolean> begun = new CompletableFuture<>();

    final AtomicBoolean taken = new AtomicBoolean();
    final CompletableFuture<Void> done = new CompletableFuture<>();
  }
}
