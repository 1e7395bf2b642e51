package dev.corral.jcache.internal.feed;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous resource that is opened on first use, and again on the next use after a failure.
 * Not thread-safe: callers hold a lock.
 */
final class LazyRetry<T> {

  private final Supplier<CompletableFuture<T>> open;
  private @Nullable CompletableFuture<T> current;

  LazyRetry(Supplier<CompletableFuture<T>> open) {
    this.open = open;
  }

  /**
   * The resource. Opens it if necessary, and does not wait for it.
   *
   * @return null if the resource is not open yet, or if opening it has failed
   */
  @Nullable T result() {
    CompletableFuture<T> opening = current;
    if (opening == null) {
      opening = open.get();
      current = opening;
    }
    if (!opening.isDone()) {
      return null;
    }
    if (opening.isCompletedExceptionally()) {
      current = null;
      return null;
    }
    return opening.join();
  }

  /**
   * Passes the resource to {@code close}, now or when it is open. Does nothing without an earlier
   * use.
   */
  void close(Consumer<T> close) {
    if (current != null) {
      var unused = current.thenAccept(close);
    }
  }
}
