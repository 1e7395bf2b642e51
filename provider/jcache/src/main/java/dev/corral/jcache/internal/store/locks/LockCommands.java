package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.batch.RequestBatcher;
import dev.corral.jcache.internal.store.RawEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/** Calls hold_keys.lua, whose header says what a lock is, for many threads in one request. */
final class LockCommands {

  /** So long a lock stands after its JVM died. */
  static final Duration LEASE = Duration.ofSeconds(10);

  /** Someone who waits has precedence after this time over those whose JVM has the lock. */
  private static final Duration PATIENCE = Duration.ofMillis(5);

  private static final int REQUEST_BYTES = 64;

  private enum Action {
    TAKE("take"),
    LOOK("look"),
    RENEW("renew"),
    RELEASE("release");

    private final String text;

    Action(String text) {
      this.text = text;
    }
  }

  private record LockRequest(String key, Action action, long hold) {}

  /**
   * What became of a request.
   *
   * @param done whether Redis did it
   * @param stored what stood there when the key was taken, if that was asked for
   */
  record Answer(boolean done, RawEntry stored) {}

  private final CacheContext cache;
  private final String owner = UUID.randomUUID().toString();
  private final AtomicLong holds = new AtomicLong();
  private final List<RequestBatcher<LockRequest, Answer>> batchers;

  /**
   * @param typicalBytes roughly what a look brings
   */
  LockCommands(CacheContext cache, IntSupplier typicalBytes) {
    this.cache = cache;
    this.batchers =
        RequestBatcher.perBucket(
            cache.keys().buckets(),
            (bucket, requests) -> send(requests),
            request ->
                REQUEST_BYTES + (request.action() == Action.LOOK ? typicalBytes.getAsInt() : 0));
  }

  /** A number that no other hold of this owner has. */
  long nextHold() {
    return holds.incrementAndGet();
  }

  /** What a commit that ends a hold knows it by. */
  String name(long hold) {
    return owner + ' ' + hold;
  }

  /** Whether it was free; also true if a hold before this one has not been released yet. */
  CompletableFuture<Answer> take(String key, long hold) {
    return ask(key, Action.TAKE, hold);
  }

  /** The same, and what is locked by it. */
  CompletableFuture<Answer> takeAndLook(String key, long hold) {
    return ask(key, Action.LOOK, hold);
  }

  /** For a thread that waits for the answer now; see {@link RequestBatcher#waitFor}. */
  void waitFor(String key, CompletableFuture<Answer> asked) {
    batchers.get(cache.keys().bucketOf(key)).waitFor(asked);
  }

  /** Lets it stand for the whole time again, unless it was lost. */
  CompletableFuture<Answer> renew(String key, long hold) {
    return ask(key, Action.RENEW, hold);
  }

  /** Lets it go, unless it was lost. */
  CompletableFuture<Answer> release(String key, long hold) {
    return ask(key, Action.RELEASE, hold);
  }

  private CompletableFuture<Answer> ask(String key, Action action, long hold) {
    return batchers.get(cache.keys().bucketOf(key)).submit(new LockRequest(key, action, hold));
  }

  private CompletableFuture<List<Answer>> send(List<LockRequest> requests) {
    List<String> keys = new ArrayList<>(requests.size());
    List<Object> arguments = new ArrayList<>(3 + 2 * requests.size());
    arguments.add(owner);
    arguments.add(LEASE.toMillis());
    arguments.add(PATIENCE.toMillis());
    for (LockRequest request : requests) {
      keys.add(cache.keys().lock(request.key()));
      arguments.add(request.action().text);
      arguments.add(request.hold());
    }
    return cache
        .redis()
        .run(LuaScript.LOCK_KEYS, keys, arguments.toArray())
        .thenApply(reply -> answers(requests, reply));
  }

  private static List<Answer> answers(List<LockRequest> requests, List<Object> reply) {
    byte[] digits = (byte[]) reply.get(0);
    int next = 1;
    List<Answer> answers = new ArrayList<>(requests.size());
    for (int i = 0; i < digits.length; i++) {
      RawEntry stored = RawEntry.NONE;
      if (requests.get(i).action() == Action.LOOK) {
        stored = RawEntry.of((byte[]) reply.get(next), (byte[]) reply.get(next + 1));
        next += 2;
      }
      answers.add(new Answer(digits[i] == '1', stored));
    }
    return answers;
  }
}
