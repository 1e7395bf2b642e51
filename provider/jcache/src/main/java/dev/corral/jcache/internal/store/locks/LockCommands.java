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
import java.util.stream.IntStream;

/** Calls hold_keys.lua, whose header says what a lock is, for many threads in one call. */
final class LockCommands {

  /** So long a lock stands after its JVM died. */
  static final Duration LEASE = Duration.ofSeconds(10);

  /** Someone who waits has precedence after this time over those whose JVM has the lock. */
  private static final Duration PATIENCE = Duration.ofMillis(5);

  private static final int LANE_IN_FLIGHT = 2;
  private static final int CALL_BYTES = 64;

  private enum Wish {
    TAKE("take"),
    LOOK("look"),
    RENEW("renew"),
    RELEASE("release");

    private final String text;

    Wish(String text) {
      this.text = text;
    }
  }

  private record Call(String key, Wish wish, long hold) {}

  /**
   * What became of a call.
   *
   * @param done whether Redis did it
   * @param stored what stood there when the key was taken, if that was asked for
   */
  record Answer(boolean done, RawEntry stored) {}

  private final CacheContext cache;
  private final String owner = UUID.randomUUID().toString();
  private final AtomicLong holds = new AtomicLong();
  private final List<RequestBatcher<Call, Answer>> lanes;

  /**
   * @param typicalBytes roughly what a look brings
   */
  LockCommands(CacheContext cache, IntSupplier typicalBytes) {
    this.cache = cache;
    this.lanes =
        IntStream.range(0, cache.keys().buckets())
            .mapToObj(
                bucket ->
                    new RequestBatcher<Call, Answer>(
                        LANE_IN_FLIGHT,
                        this::send,
                        call ->
                            CALL_BYTES + (call.wish() == Wish.LOOK ? typicalBytes.getAsInt() : 0)))
            .toList();
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
    return ask(key, Wish.TAKE, hold);
  }

  /** The same, and what is locked by it. */
  CompletableFuture<Answer> takeAndLook(String key, long hold) {
    return ask(key, Wish.LOOK, hold);
  }

  /** For a thread that waits for the answer now; see {@link RequestBatcher#waitFor}. */
  void waitFor(String key, CompletableFuture<Answer> asked) {
    lanes.get(cache.keys().bucketOf(key)).waitFor(asked);
  }

  /** Lets it stand for the whole time again, unless it was lost. */
  CompletableFuture<Answer> renew(String key, long hold) {
    return ask(key, Wish.RENEW, hold);
  }

  /** Lets it go, unless it was lost. */
  CompletableFuture<Answer> release(String key, long hold) {
    return ask(key, Wish.RELEASE, hold);
  }

  private CompletableFuture<Answer> ask(String key, Wish wish, long hold) {
    return lanes.get(cache.keys().bucketOf(key)).submit(new Call(key, wish, hold));
  }

  private CompletableFuture<List<Answer>> send(List<Call> calls) {
    List<String> keys = new ArrayList<>(calls.size());
    List<Object> arguments = new ArrayList<>(3 + 2 * calls.size());
    arguments.add(owner);
    arguments.add(LEASE.toMillis());
    arguments.add(PATIENCE.toMillis());
    for (Call call : calls) {
      keys.add(cache.keys().lock(call.key()));
      arguments.add(call.wish().text);
      arguments.add(call.hold());
    }
    return cache
        .redis()
        .run(LuaScript.HOLD_KEYS, keys, arguments.toArray())
        .thenApply(reply -> answers(calls, reply));
  }

  private static List<Answer> answers(List<Call> calls, List<Object> reply) {
    byte[] digits = (byte[]) reply.get(0);
    int next = 1;
    List<Answer> answers = new ArrayList<>(calls.size());
    for (int i = 0; i < digits.length; i++) {
      RawEntry stored = RawEntry.NOTHING;
      if (calls.get(i).wish() == Wish.LOOK) {
        stored = RawEntry.of((byte[]) reply.get(next), (byte[]) reply.get(next + 1));
        next += 2;
      }
      answers.add(new Answer(digits[i] == '1', stored));
    }
    return answers;
  }
}
