package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisFailures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * What one cache of this JVM has in Redis and could not release, because Redis did not answer:
 * locks and write fences. Each release is repeated as soon as Redis answers, so that other JVMs
 * need not wait until a lock expires. Safe for many threads.
 *
 * <p>A release names what it releases by a token or a number. So it does nothing if it is made
 * twice, or late.
 */
public final class PendingReleases {

  /** How often {@link #retry} is to be called. */
  public static final Duration PERIOD = Duration.ofMillis(100);

  /**
   * A release to repeat.
   *
   * @param command sends it
   * @param endNanos when the lock or fence has expired, by the JVM's monotonic clock
   */
  private record Release(
      Function<RedisCommands, ? extends CompletableFuture<?>> command, long endNanos) {

    boolean isOver() {
      return System.nanoTime() - endNanos >= 0;
    }
  }

  private final Queue<Release> pending = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean retrying = new AtomicBoolean();

  /**
   * Adds a release that has failed.
   *
   * @param lifetime after this time, what was to be released has expired
   */
  public void add(
      Duration lifetime, Function<RedisCommands, ? extends CompletableFuture<?>> command) {
    pending.add(new Release(command, System.nanoTime() + lifetime.toNanos()));
  }

  /** Adds the release of a write fence, which has the token of its writer. */
  public void addFence(Duration lifetime, String name, String token) {
    add(lifetime, redis -> redis.runForNumber(LuaScript.END_FENCE, List.of(name), token));
  }

  /**
   * Repeats the releases. Does not wait; to be called regularly.
   *
   * @param guarded commands that fail at once while Redis is unavailable for their keys
   */
  public void retry(RedisCommands guarded) {
    if (pending.isEmpty() || !retrying.compareAndSet(false, true)) {
      return;
    }
    var unused = sendAll(guarded).whenComplete((done, failure) -> retrying.set(false));
  }

  private CompletableFuture<Void> sendAll(RedisCommands redis) {
    List<CompletableFuture<?>> replies = new ArrayList<>();
    for (Iterator<Release> all = pending.iterator(); all.hasNext(); ) {
      Release release = all.next();
      if (release.isOver()) {
        pending.remove(release);
      } else {
        replies.add(send(release, redis));
      }
    }
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
  }

  /** A release that Redis refuses is not repeated: what it names expires. */
  private CompletableFuture<Void> send(Release release, RedisCommands redis) {
    return release
        .command()
        .apply(redis)
        .handle(
            (reply, failure) -> {
              if (failure != null && RedisFailures.isUnavailability(failure)) {
                throw new CompletionException(failure);
              }
              pending.remove(release);
              return null;
            });
  }
}
