package dev.corral.jcache.internal.pipeline.loading;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.integration.CacheLoaderException;
import org.jspecify.annotations.Nullable;

/**
 * The loads that are under way in this JVM, one for each key. Who comes second waits for the first,
 * and shares its value or its failure.
 *
 * <p>A loader may read other keys of the cache, and so wait for other flights. A wait that would
 * close a circle of threads waiting for each other is refused.
 */
final class SingleFlight<K, V> {

  private final String cacheName;
  private final Map<K, Flight<V>> flights = new HashMap<>();
  private final Map<Thread, Flight<V>> waiting = new HashMap<>();

  SingleFlight(String cacheName) {
    this.cacheName = cacheName;
  }

  /** One load; it completes with null if the source has no such key. */
  static final class Flight<V> {

    private final CompletableFuture<@Nullable V> result = new CompletableFuture<>();
    private volatile @Nullable Thread pilot = Thread.currentThread();
    private volatile boolean abandoned;

    /** Another thread will load; until it does, nobody can wait for this one in a circle. */
    void handedOver() {
      pilot = null;
    }

    /** Says which thread loads, if it is not the one that began. */
    void pilotedByCurrentThread() {
      pilot = Thread.currentThread();
    }

    void land(@Nullable V value) {
      result.complete(value);
    }

    /** It landed without a load: whoever misses the key has to load it. */
    void abandon() {
      abandoned = true;
    }

    boolean isAbandoned() {
      return abandoned;
    }

    void crash(Throwable failure) {
      result.completeExceptionally(failure);
    }
  }

  /** A flight of one's own, or null if there is one already. */
  synchronized @Nullable Flight<V> begin(K key) {
    if (flights.containsKey(key)) {
      return null;
    }
    Flight<V> flight = new Flight<>();
    flights.put(key, flight);
    return flight;
  }

  /** The flight of a key, or null if there is none any longer. */
  synchronized @Nullable Flight<V> of(K key) {
    return flights.get(key);
  }

  /** Lets nobody join the flight of a key any longer: the key was changed since it began. */
  synchronized void close(K key) {
    flights.remove(key);
  }

  /** Takes a flight from the list; it has landed or crashed. */
  synchronized void end(K key, Flight<V> flight) {
    flights.remove(key, flight);
  }

  /**
   * Waits for somebody else's flight.
   *
   * @param patienceMillis how long at the most; 0 for as long as it takes
   * @throws TimeoutException if it did not end in time
   * @throws CacheLoaderException if its load failed, or if waiting for it would never end
   */
  @Nullable V join(Flight<V> flight, long patienceMillis) throws TimeoutException {
    enter(flight);
    try {
      return patienceMillis == 0
          ? flight.result.get()
          : flight.result.get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new CacheLoaderException("cache '%s': a load failed".formatted(cacheName), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(
          "cache '%s': interrupted while waiting for a load".formatted(cacheName), e);
    } finally {
      leave();
    }
  }

  private synchronized void enter(Flight<V> flight) {
    Flight<V> next = flight;
    while (next != null && !next.result.isDone()) {
      if (next.pilot == Thread.currentThread()) {
        throw new CacheLoaderException(
            ("cache '%s': a loader reads a key that waits, directly or through other loads, for"
                    + " this very load")
                .formatted(cacheName));
      }
      Thread pilot = next.pilot;
      next = pilot == null ? null : waiting.get(pilot);
    }
    waiting.put(Thread.currentThread(), flight);
  }

  private synchronized void leave() {
    waiting.remove(Thread.currentThread());
  }
}
