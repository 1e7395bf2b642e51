package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Chunks;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The intents of transactions to change keys in the database, in one atomic step for each bucket
 * and 500 keys. They are write fences that several transactions may share: see intents.lua. Those
 * of running transactions are renewed. Safe for many threads.
 *
 * <p>An interrupt does not end a wait for Redis, which is short: the thread may be about to commit,
 * or has committed. It is interrupted afterwards.
 */
public final class IntentCommands<K> {

  /** How often {@link #renew} is to be called. */
  public static final Duration RENEWAL = Duration.ofMillis(100);

  private static final int MAX_KEYS = 500;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_CALLS_IN_FLIGHT = 8;

  /** A transaction that takes longer was forgotten. */
  private static final Duration RENEWED_FOR = Duration.ofHours(1);

  private final CacheContext cache;
  private final EntryCodec<K, ?> codec;
  private final PendingReleases pending;
  private final Set<Intent<K>> open = ConcurrentHashMap.newKeySet();

  /**
   * Intents of one cache.
   *
   * @param pending ends intents that could not be ended
   */
  public IntentCommands(CacheContext cache, EntryCodec<K, ?> codec, PendingReleases pending) {
    this.cache = cache;
    this.codec = codec;
    this.pending = pending;
  }

  /** What one transaction is about to change. */
  public static final class Intent<K> {

    private final String token = UUID.randomUUID().toString();
    private final List<K> keys;
    private final List<String> texts;
    private final Duration time;
    private final long begunNanos = System.nanoTime();
    private volatile long recordedNanos = begunNanos;

    /** Whether the transaction has ended, so that nothing of the intent may remain. */
    private volatile boolean ended;

    Intent(List<K> keys, List<String> texts, Duration time) {
      this.keys = keys;
      this.texts = texts;
      this.time = time;
    }

    public List<K> keys() {
      return keys;
    }

    /** The texts of the keys. */
    public List<String> texts() {
      return texts;
    }

    boolean isToBeRenewed() {
      return System.nanoTime() - recordedNanos > time.toNanos() / 3;
    }

    boolean isForgotten() {
      return System.nanoTime() - begunNanos >= RENEWED_FOR.toNanos();
    }
  }

  /** An intent that is not recorded yet; without keys that have no text, and so no entry. */
  public Intent<K> newIntent(List<K> keys, Duration time) {
    List<K> stored = keys.stream().filter(this::mayBeStored).toList();
    return new Intent<>(stored, stored.stream().map(codec::text).toList(), time);
  }

  private boolean mayBeStored(K key) {
    try {
      String unused = codec.text(key);
      return true;
    } catch (UncacheableException e) {
      return false;
    }
  }

  /**
   * Records an intent, and renews it from now on. It is recorded once more if Redis did not answer:
   * the first attempt may have been executed.
   *
   * @throws RedisUnavailableException if Redis did not answer for a key; then it is withdrawn
   */
  public void record(Intent<K> intent) {
    try {
      try {
        sendRecord(intent);
      } catch (RedisUnavailableException e) {
        sendRecord(intent);
      }
    } catch (CacheException e) {
      withdrawLater(intent);
      throw e;
    }
    open.add(intent);
  }

  private void sendRecord(Intent<K> intent) {
    sendAll("record an intent", intent, call -> record(intent, call));
  }

  /**
   * Removes the entries once more, and ends the intent.
   *
   * @throws RedisUnavailableException if Redis did not answer for a key; the intent ends later
   */
  public void confirm(Intent<K> intent) {
    end(intent);
    try {
      sendAll(
          "confirm an intent",
          intent,
          call -> end(cache.redis(), intent, call, /* committed= */ 1));
    } catch (CacheException e) {
      withdrawLater(intent);
      throw e;
    }
  }

  /** Ends the intent; later, if Redis does not answer now. */
  public void withdraw(Intent<K> intent) {
    end(intent);
    try {
      sendAll(
          "withdraw an intent",
          intent,
          call -> end(cache.redis(), intent, call, /* committed= */ 0));
    } catch (CacheException e) {
      withdrawLater(intent);
    }
  }

  private void end(Intent<K> intent) {
    intent.ended = true;
    open.remove(intent);
  }

  /**
   * Does not renew the intent any more, so that it ends by itself. A renewal that is in flight may
   * still prolong it, and must not end it: the database may be at work for the transaction.
   */
  public void abandon(Intent<K> intent) {
    open.remove(intent);
  }

  private void withdrawLater(Intent<K> intent) {
    pending.add(
        intent.time,
        redis -> sendInTurn(intent, call -> end(redis, intent, call, /* committed= */ 0)));
  }

  /** Renews intents that have lasted a third of their time. Does not wait; call it regularly. */
  public void renew() {
    open.removeIf(Intent::isForgotten);
    for (Intent<K> intent : open) {
      if (intent.isToBeRenewed()) {
        long before = intent.recordedNanos;
        intent.recordedNanos = System.nanoTime();
        var unused =
            sendInTurn(intent, call -> record(intent, call))
                .whenComplete((done, failure) -> renewed(intent, before, failure != null));
      }
    }
  }

  /** A renewal that was in flight when the transaction ended may have recorded it again. */
  private void renewed(Intent<K> intent, long before, boolean failed) {
    if (intent.ended) {
      withdrawLater(intent);
    } else if (failed) {
      intent.recordedNanos = before;
    }
  }

  /** Keys of one bucket, which one command takes. */
  private record Call(int bucket, List<String> texts) {}

  private List<Call> calls(Intent<K> intent) {
    List<Call> calls = new ArrayList<>();
    cache
        .keys()
        .byBucket(intent.texts, text -> text)
        .forEach(
            (bucket, texts) ->
                Chunks.of(texts, MAX_KEYS, MAX_BYTES, String::length)
                    .forEach(chunk -> calls.add(new Call(bucket, chunk))));
    return calls;
  }

  private CompletableFuture<Long> record(Intent<K> intent, Call call) {
    return cache
        .redis()
        .runForNumber(LuaScript.RECORD_INTENTS, names(call), intent.token, intent.time.toMillis());
  }

  private CompletableFuture<Long> end(
      RedisCommands redis, Intent<K> intent, Call call, int committed) {
    return redis.runForNumber(LuaScript.END_INTENTS, names(call), intent.token, committed);
  }

  /** Waits for all, also if one of them fails. */
  private void sendAll(
      String operation, Intent<K> intent, Function<Call, CompletableFuture<Long>> command) {
    CacheException failure = null;
    Deque<CompletableFuture<Long>> inFlight = new ArrayDeque<>();
    for (Call call : calls(intent)) {
      if (inFlight.size() == MAX_CALLS_IN_FLIGHT) {
        failure = await(operation, inFlight.remove(), failure);
      }
      inFlight.add(command.apply(call));
    }
    for (CompletableFuture<Long> reply : inFlight) {
      failure = await(operation, reply, failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private @Nullable CacheException await(
      String operation, CompletableFuture<Long> reply, @Nullable CacheException before) {
    try {
      var unused = cache.awaitUninterruptibly(operation, reply);
      return before;
    } catch (CacheException e) {
      return before == null ? e : before;
    }
  }

  /** One after the other, also if one of them fails. Does not wait. */
  private CompletableFuture<Void> sendInTurn(
      Intent<K> intent, Function<Call, CompletableFuture<Long>> command) {
    CompletableFuture<Optional<Throwable>> sent =
        CompletableFuture.completedFuture(Optional.empty());
    for (Call call : calls(intent)) {
      sent =
          sent.thenCompose(
              before ->
                  command
                      .apply(call)
                      .handle((reply, failure) -> before.or(() -> Optional.ofNullable(failure))));
    }
    return sent.thenCompose(
        failure ->
            failure
                .<CompletableFuture<Void>>map(CompletableFuture::failedFuture)
                .orElseGet(() -> CompletableFuture.allOf()));
  }

  private List<String> names(Call call) {
    int bucket = call.bucket();
    List<String> names = new ArrayList<>(4 + 2 * call.texts().size());
    names.add(cache.keys().subscriptions(bucket));
    names.add(cache.keys().invalidations(bucket));
    names.add(cache.keys().expiryIndex(bucket));
    names.add(cache.keys().expiringValues(bucket));
    for (String text : call.texts()) {
      names.add(cache.keys().entry(bucket, text));
      names.add(cache.keys().writeFence(text));
    }
    return names;
  }
}
