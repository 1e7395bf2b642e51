package dev.corral.jcache.internal.feed;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is begun when it is first asked for, and begun again if it failed. To be used
 * under a lock.
 */
final class LazyRetry<T> {

  private final Supplier<CompletableFuture<T>> begin;
  private @Nullable CompletableFuture<T> current;

  LazyRetry(Supplier<CompletableFuture<T>> begin) {
    this.begin = begin;
  }

  /** What came of it; null for as long as nothing did. Never waits. */
  @Nullable T result() {
    CompletableFuture<T> standing = current;
    if (standing == null) {
      standing = begin.get();
      current = standing;
    }
    if (!standing.isDone()) {
      return null;
    }
    if (standing.isCompletedExceptionally()) {
      current = null;
      return null;
    }
    return standing.join();
  }

  /** Ends what was begun, as soon as it is there. */
  void end(Consumer<T> end) {
    if (current != null) {
      var unused = current.thenAccept(end);
    }
  }
}
