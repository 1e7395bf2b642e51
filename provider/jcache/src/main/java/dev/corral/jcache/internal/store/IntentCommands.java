package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Chunks;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.CacheException;

/**
 * The intents of transactions to change keys in the database, in one atomic step for each bucket
 * and 500 keys. They are write fences that several transactions may share: see intents.lua. Those
 * of running transactions are renewed. Safe for many threads.
 */
public final class IntentCommands<K> {

  /** How often {@link #renew} is to be called. */
  public static final Duration RENEWAL = Duration.ofMillis(100);

  private static final int MAX_KEYS = 500;
  private static final int MAX_BYTES = 1 << 20;

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
      long now = System.nanoTime();
      return now - recordedNanos > time.toNanos() / 3 && now - begunNanos < RENEWED_FOR.toNanos();
    }
  }

  /** An intent that is not recorded yet. */
  public Intent<K> newIntent(List<K> keys, Duration time) {
    return new Intent<>(keys, keys.stream().map(codec::text).toList(), time);
  }

  /**
   * Records an intent, and renews it from now on.
   *
   * @throws RedisUnavailableException if Redis did not answer for a key; then it is withdrawn
   */
  public void record(Intent<K> intent) {
    try {
      awaitAll("record an intent", sendRecord(intent));
    } catch (CacheException e) {
      withdrawLater(intent);
      throw e;
    }
    open.add(intent);
  }

  /**
   * Removes the entries once more, and ends the intent.
   *
   * @throws RedisUnavailableException if Redis did not answer for a key
   */
  public void confirm(Intent<K> intent) {
    abandon(intent);
    awaitAll("confirm an intent", sendEnd(cache.redis(), intent, /* committed= */ true));
  }

  /** Ends the intent; later, if Redis does not answer now. */
  public void withdraw(Intent<K> intent) {
    abandon(intent);
    try {
      awaitAll("withdraw an intent", sendEnd(cache.redis(), intent, /* committed= */ false));
    } catch (CacheException e) {
      withdrawLater(intent);
    }
  }

  /** Does not renew the intent any more, so that it ends by itself. */
  public void abandon(Intent<K> intent) {
    intent.ended = true;
    open.remove(intent);
  }

  private void withdrawLater(Intent<K> intent) {
    pending.add(
        intent.time,
        redis ->
            CompletableFuture.allOf(
                sendEnd(redis, intent, /* committed= */ false).toArray(CompletableFuture[]::new)));
  }

  /** Renews intents that have lasted a third of their time. Does not wait; call it regularly. */
  public void renew() {
    for (Intent<K> intent : open) {
      if (intent.isToBeRenewed()) {
        long sent = System.nanoTime();
        long before = intent.recordedNanos;
        intent.recordedNanos = sent;
        var unused =
            CompletableFuture.allOf(sendRecord(intent).toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> renewed(intent, before, failure != null));
      }
    }
  }

  /** A renewal that was in flight when the intent ended may have recorded it again. */
  private void renewed(Intent<K> intent, long before, boolean failed) {
    if (intent.ended) {
      withdrawLater(intent);
    } else if (failed) {
      intent.recordedNanos = before;
    }
  }

  private void awaitAll(String operation, List<CompletableFuture<Long>> replies) {
    CacheException failure = null;
    for (CompletableFuture<Long> reply : replies) {
      try {
        cache.await(operation, reply);
      } catch (CacheException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private List<CompletableFuture<Long>> sendRecord(Intent<K> intent) {
    return send(cache.redis(), LuaScript.RECORD_INTENTS, intent, intent.time.toMillis());
  }

  private List<CompletableFuture<Long>> sendEnd(
      RedisCommands redis, Intent<K> intent, boolean committed) {
    return send(redis, LuaScript.END_INTENTS, intent, committed ? 1L : 0L);
  }

  private List<CompletableFuture<Long>> send(
      RedisCommands redis, LuaScript script, Intent<K> intent, long argument) {
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    cache
        .keys()
        .byBucket(intent.texts, text -> text)
        .forEach(
            (bucket, texts) ->
                Chunks.of(texts, MAX_KEYS, MAX_BYTES, String::length)
                    .forEach(
                        chunk ->
                            replies.add(
                                redis.runForNumber(
                                    script, names(bucket, chunk), intent.token, argument))));
    return replies;
  }

  private List<String> names(int bucket, List<String> texts) {
    List<String> names = new ArrayList<>(2 + 2 * texts.size());
    names.add(cache.keys().subscriptions(bucket));
    names.add(cache.keys().invalidations(bucket));
    for (String text : texts) {
      names.add(cache.keys().entry(bucket, text));
      names.add(cache.keys().writeFence(text));
    }
    return names;
  }
}
