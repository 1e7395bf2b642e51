package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.CorralObservers;
import dev.corral.jcache.internal.entry.ObserverList;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The observers of one manager. Safe for many threads. */
final class ManagerObservers implements CorralObservers {

  private static final Logger log = LoggerFactory.getLogger(CorralObserver.class);

  private final ObserverList list = new ObserverList(this::failed);
  private final Supplier<? extends Collection<? extends CorralCache<?, ?>>> openCaches;
  private final AtomicBoolean hasFailed = new AtomicBoolean();

  /**
   * @param configured the observer in the properties of the manager; null if there is none
   * @param openCaches the caches that are open now
   * @throws IllegalArgumentException if the object is no observer
   */
  ManagerObservers(
      @Nullable Object configured,
      Supplier<? extends Collection<? extends CorralCache<?, ?>>> openCaches) {
    this.openCaches = openCaches;
    if (configured != null) {
      if (!(configured instanceof CorralObserver observer)) {
        throw new IllegalArgumentException(
            "CacheManager property %s must be a %s, not a %s"
                .formatted(
                    CorralObserver.PROPERTY,
                    CorralObserver.class.getName(),
                    configured.getClass().getName()));
      }
      list.add(observer);
    }
  }

  ObserverList list() {
    return list;
  }

  @Override
  public void add(CorralObserver observer) {
    if (list.add(observer)) {
      openCaches.get().forEach(cache -> list.notify(observer, it -> it.cacheOpened(cache)));
    }
  }

  @Override
  public void remove(CorralObserver observer) {
    list.remove(observer);
  }

  /** Notifies all observers; the caller has no lock. */
  void opened(CorralCache<?, ?> cache) {
    list.notifyAll(observer -> observer.cacheOpened(cache));
  }

  void closed(CorralCache<?, ?> cache) {
    list.notifyAll(observer -> observer.cacheClosed(cache));
  }

  private void failed(CorralObserver observer, Throwable failure) {
    if (hasFailed.compareAndSet(false, true)) {
      log.warn(
          "The observer {} failed, and its work is skipped; correct it, or remove it."
              + " Further failures are logged at DEBUG",
          observer.getClass().getName(),
          failure);
    } else {
      log.debug("The observer {} failed", observer.getClass().getName(), failure);
    }
  }
}
