package dev.corral.jcache.internal.pipeline.events;

import dev.corral.jcache.internal.entry.UserCode;
import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.feed.ChangeFeed.Subscription;
import dev.corral.jcache.internal.feed.EntryChange;
import dev.corral.jcache.internal.feed.EntryChange.Kind;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of one cache in this JVM. Delivers the changes from the feed to them.
 *
 * <p>All changes come from the feed, also those of this JVM: the scripts publish in commit order,
 * so every listener receives the changes of a key in the same order in every JVM. A caller whose
 * change has synchronous listeners waits until the feed has returned the change and the listeners
 * have run. If the feed does not return the change in time, because the connection was lost, the
 * caller starts the delivery itself.
 *
 * <p>The feed's thread only dispatches. Decoding may wait for the class table from Redis, so it
 * runs in the threads that call the listeners. Safe for many threads.
 */
public final class CacheListeners<K, V> {

  private static final Logger log = LoggerFactory.getLogger(CacheListeners.class);

  /** How long a late change may still return, so that it is not delivered a second time. */
  private static final long FORGET_AFTER_SECONDS = 60;

  /** Converts the key texts and value bytes of the feed into keys and values, and back. */
  public interface Decoder<K, V> {

    /** The key with this text; null if this JVM cannot decode it. May block. */
    @Nullable K key(String text);

    /** The text of a key. Does not block. */
    String text(K key);

    /** The value of these bytes; null if this JVM cannot decode them. May block. */
    @Nullable V value(byte[] bytes);
  }

  private final String cacheName;
  private final ChangeFeed feed;
  private final Decoder<K, V> decoder;
  private final Executor executor;
  private final ReentrantLock registering = new ReentrantLock();
  private final List<ListenerRegistration<K, V>> registrations = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<Long, Delivery> deliveries = new ConcurrentHashMap<>();
  private final ThreadLocal<Boolean> inListener = ThreadLocal.withInitial(() -> false);

  /**
   * @param executor runs decoding and listeners; its tasks may block
   */
  public CacheListeners(
      String cacheName, ChangeFeed feed, Decoder<K, V> decoder, Executor executor) {
    this.cacheName = cacheName;
    this.feed = feed;
    this.decoder = decoder;
    this.executor = executor;
  }

  /**
   * Registers a listener. It receives all changes that are committed after this method returns.
   *
   * @param cache the source of the events
   * @throws IllegalArgumentException if an equal configuration is registered
   */
  public void register(CacheEntryListenerConfiguration<K, V> configuration, Cache<K, V> cache) {
    registering.lock();
    try {
      for (ListenerRegistration<K, V> registration : registrations) {
        if (registration.configuration().equals(configuration)) {
          throw new IllegalArgumentException(
              "cache '%s': this listener configuration is registered already".formatted(cacheName));
        }
      }
      registrations.add(new ListenerRegistration<>(configuration, executor, cache));
      resubscribe();
    } finally {
      registering.unlock();
    }
  }

  /**
   * Deregisters a listener.
   *
   * @return its listener and filter, which the caller closes if they are closeable; empty if the
   *     configuration is not registered
   */
  public List<Object> deregister(CacheEntryListenerConfiguration<K, V> configuration) {
    registering.lock();
    try {
      List<ListenerRegistration<K, V>> removed =
          registrations.stream().filter(it -> it.configuration().equals(configuration)).toList();
      registrations.removeAll(removed);
      resubscribe();
      return customizations(removed);
    } finally {
      registering.unlock();
    }
  }

  /** All listeners and filters, which the caller closes if they are closeable. */
  public List<Object> userObjects() {
    return customizations(registrations);
  }

  private static <K, V> List<Object> customizations(List<ListenerRegistration<K, V>> of) {
    return of.stream().flatMap(it -> it.userObjects().stream()).toList();
  }

  private void resubscribe() {
    Set<Subscription> subscriptions = EnumSet.noneOf(Subscription.class);
    registrations.forEach(it -> subscriptions.addAll(it.subscriptions()));
    feed.subscribe(subscriptions, this::dispatch);
  }

  /** Whether this JVM has a listener for changes of this kind. */
  boolean wants(Kind kind) {
    for (ListenerRegistration<K, V> registration : registrations) {
      if (registration.wants(kind)) {
        return true;
      }
    }
    return false;
  }

  /** Whether this JVM has a listener for expired entries. */
  public boolean wantsExpired() {
    return wants(Kind.EXPIRED);
  }

  /** Whether this JVM has a synchronous listener for changes of this kind. */
  boolean wantsSynchronously(Kind kind) {
    for (ListenerRegistration<K, V> registration : registrations) {
      if (registration.isSynchronous() && registration.wants(kind)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The delivery of a change of this JVM to the synchronous listeners. If the current thread is
   * running a listener, it is complete at once: the delivery may have to wait for that listener.
   *
   * @param sequence the change sequence of the change
   * @param timeoutMillis how long the change may take to return from the feed
   * @return completes when the listeners have run, exceptionally with the exception of a listener
   */
  CompletableFuture<Void> delivery(
      long sequence, Kind kind, ChangedEntry<K, V> entry, long timeoutMillis) {
    Delivery delivery = deliveries.computeIfAbsent(sequence, it -> new Delivery());
    if (inListener.get()) {
      removeLater(sequence);
      return CompletableFuture.completedFuture(null);
    }
    long timeout = feed.isConnected() ? timeoutMillis : 0;
    var unused = delivery.returned.completeOnTimeout(false, timeout, TimeUnit.MILLISECONDS);
    return delivery
        .returned
        .thenCompose(
            returned -> {
              if (!returned) {
                log.warn(
                    "Cache '{}': the event of a change did not return from Redis in time, so it is"
                        + " delivered in this JVM, but other JVMs may miss it; check the connection"
                        + " to Redis",
                    cacheName);
                start(delivery, () -> deliver(kind, decoder.text(entry.key()), () -> entry));
              }
              return delivery.completed;
            })
        .whenComplete(
            (done, failure) -> {
              if (Boolean.TRUE.equals(delivery.returned.getNow(false))) {
                deliveries.remove(sequence);
              } else {
                removeLater(sequence);
              }
            });
  }

  /** The timer of the JDK does not keep the listeners alive after the cache was closed. */
  private void removeLater(long sequence) {
    removeLater(sequence, new WeakReference<>(deliveries));
  }

  private static void removeLater(long sequence, Reference<ConcurrentMap<Long, Delivery>> of) {
    CompletableFuture.delayedExecutor(FORGET_AFTER_SECONDS, TimeUnit.SECONDS)
        .execute(
            () -> {
              ConcurrentMap<Long, Delivery> left = of.get();
              if (left != null) {
                left.remove(sequence);
              }
            });
  }

  /** Dispatches one change; called by the thread of the feed, which must not block. */
  private void dispatch(EntryChange change) {
    boolean awaited =
        change.sequence() != 0
            && change.jvmId().equals(feed.jvmId())
            && wantsSynchronously(change.kind());
    if (!awaited) {
      var unused = deliver(change);
      return;
    }
    Delivery delivery = deliveries.computeIfAbsent(change.sequence(), it -> new Delivery());
    start(delivery, () -> deliver(change));
    delivery.returned.complete(true);
  }

  /** Starts a delivery, unless the feed or the caller has started it before. */
  private void start(Delivery delivery, Supplier<CompletableFuture<Void>> deliver) {
    if (delivery.started.compareAndSet(false, true)) {
      var unused =
          deliver
              .get()
              .whenComplete(
                  (done, failure) -> {
                    if (failure == null) {
                      delivery.completed.complete(null);
                    } else {
                      delivery.completed.completeExceptionally(failure);
                    }
                  });
    }
  }

  private CompletableFuture<Void> deliver(EntryChange change) {
    return deliver(change.kind(), change.key(), new DecodedOnce<>(cacheName, decoder, change));
  }

  /**
   * Submits a change to the executor of every listener. Does not block.
   *
   * @param entry gives the decoded change, or null if it cannot be decoded; may block
   * @return completes when the synchronous listeners have run
   */
  private CompletableFuture<Void> deliver(
      Kind kind, String keyText, Supplier<? extends @Nullable ChangedEntry<K, V>> entry) {
    List<CompletableFuture<Void>> awaited = new ArrayList<>();
    for (ListenerRegistration<K, V> registration : registrations) {
      if (registration.wants(kind)) {
        CompletableFuture<Void> delivered =
            registration
                .executor()
                .execute(keyText, () -> callListener(registration, kind, entry.get()));
        if (registration.isSynchronous()) {
          awaited.add(delivered);
        }
      }
    }
    return CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new));
  }

  private void callListener(
      ListenerRegistration<K, V> registration, Kind kind, @Nullable ChangedEntry<K, V> entry) {
    if (entry == null) {
      return;
    }
    inListener.set(true);
    try {
      UserCode.run(() -> registration.deliver(kind, entry));
    } catch (RuntimeException e) {
      if (!registration.isSynchronous()) {
        log.warn(
            "Cache '{}': an asynchronous listener failed; its event is not delivered again",
            cacheName,
            e);
      }
      throw e;
    } finally {
      inListener.remove();
    }
  }

  /** The delivery of one change of this JVM, started by the feed or by the caller. */
  private static final class Delivery {

    /** True once the feed has returned the change; false if the caller's wait timed out. */
    final CompletableFuture<Boolean> returned = new CompletableFuture<>();

    final AtomicBoolean started = new AtomicBoolean();
    final CompletableFuture<Void> completed = new CompletableFuture<>();
  }
}
