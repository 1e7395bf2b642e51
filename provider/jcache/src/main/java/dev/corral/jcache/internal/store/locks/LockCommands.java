package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.batch.RequestBatcher;
import dev.corral.jcache.internal.store.PendingReleases;
import dev.corral.jcache.internal.store.RawEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls lock_keys.lua, whose header explains locks, for one kind of lock. Concurrent requests to
 * one bucket are sent as one batch. Safe for many threads.
 */
final class LockCommands {

  private static final Logger log = LoggerFactory.getLogger(LockCommands.class);

  /** How long a lock outlives its JVM. */
  static final Duration LEASE = Duration.ofSeconds(10);

  /** How often held locks are renewed. */
  static final Duration RENEWAL = LEASE.dividedBy(4);

  /**
   * How long a JVM waits for a key lock before it takes precedence over the threads of the JVM with
   * the lock.
   */
  private static final Duration PRECEDENCE_AFTER = Duration.ofMillis(5);

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

  private record LockRequest(String key, Action action, long acquisition) {}

  /**
   * The reply to a request.
   *
   * @param done whether Redis did it
   * @param entry what the key held when its lock was acquired, if the request was to look
   */
  record LockReply(boolean done, RawEntry entry) {}

  private final CacheContext cache;
  private final UnaryOperator<String> nameOf;
  private final Duration precedenceAfter;
  private final PendingReleases pending;
  private final String owner = UUID.randomUUID().toString();
  private final AtomicLong acquisitions = new AtomicLong();
  private final AtomicInteger releasing = new AtomicInteger();
  private final List<RequestBatcher<LockRequest, LockReply>> batchers;

  /**
   * @param nameOf the name of the lock of a key
   * @param precedenceAfter how long a JVM waits before it takes precedence
   * @param pending repeats the releases that fail
   * @param typicalBytes the approximate size of an entry
   */
  private LockCommands(
      CacheContext cache,
      UnaryOperator<String> nameOf,
      Duration precedenceAfter,
      PendingReleases pending,
      IntSupplier typicalBytes) {
    this.cache = cache;
    this.nameOf = nameOf;
    this.precedenceAfter = precedenceAfter;
    this.pending = pending;
    this.batchers =
        RequestBatcher.perBucket(
            cache.keys().buckets(),
            (bucket, requests) -> send(cache.redis(), bucket, requests),
            request ->
                REQUEST_BYTES + (request.action() == Action.LOOK ? typicalBytes.getAsInt() : 0));
  }

  /** Commands for the key locks of a cache. */
  static LockCommands ofKeyLocks(
      CacheContext cache, PendingReleases pending, IntSupplier typicalBytes) {
    return new LockCommands(cache, cache.keys()::lock, PRECEDENCE_AFTER, pending, typicalBytes);
  }

  /** Commands for the load locks of a cache. After a load, any JVM finds the value quickly. */
  static LockCommands ofLoadLocks(CacheContext cache, PendingReleases pending) {
    return new LockCommands(cache, cache.keys()::loadLock, LEASE, pending, () -> 0);
  }

  /** A number that no other acquisition of this owner has. */
  long nextAcquisition() {
    return acquisitions.incrementAndGet();
  }

  /** The token by which a commit releases the lock. */
  String token(long acquisition) {
    return owner + ' ' + acquisition;
  }

  /** Acquires a free lock, or one whose earlier acquisition by this owner is not released yet. */
  CompletableFuture<LockReply> take(String key, long acquisition) {
    return submit(key, Action.TAKE, acquisition);
  }

  /** The same, and reads the entry in the same step. */
  CompletableFuture<LockReply> takeAndLook(String key, long acquisition) {
    return submit(key, Action.LOOK, acquisition);
  }

  /** For a thread that waits for the reply now; see {@link RequestBatcher#waitFor}. */
  void waitFor(String key, CompletableFuture<LockReply> request) {
    batchers.get(cache.keys().bucketOf(key)).waitFor(request);
  }

  /** Renews the lease, unless the lock was lost. */
  CompletableFuture<LockReply> renew(String key, long acquisition) {
    return submit(key, Action.RENEW, acquisition);
  }

  /**
   * Releases the lock, unless it was lost. If that fails, the release is repeated when Redis
   * answers.
   */
  CompletableFuture<LockReply> release(String key, long acquisition) {
    releasing.incrementAndGet();
    return submit(key, Action.RELEASE, acquisition)
        .whenComplete(
            (done, failure) -> {
              releasing.decrementAndGet();
              if (failure != null) {
                log.debug(
                    "Cache '{}': a lock was not released, and will be when Redis answers: {}",
                    cache.name(),
                    failure.getMessage());
                LockRequest again = new LockRequest(key, Action.RELEASE, acquisition);
                int bucket = cache.keys().bucketOf(key);
                pending.add(LEASE, redis -> send(redis, bucket, List.of(again)));
              }
            });
  }

  /**
   * Releases the lock as soon as the request for it is answered, also after a failure, since the
   * lock may have been acquired and the reply lost. Does not wait.
   */
  void releaseAfter(CompletableFuture<LockReply> request, String key, long acquisition) {
    var unused =
        request.whenComplete(
            (reply, failure) -> {
              if (failure != null || reply.done()) {
                var unusedReply = release(key, acquisition);
              }
            });
  }

  /** Whether releases are in flight. */
  boolean isReleasing() {
    return releasing.get() > 0;
  }

  private CompletableFuture<LockReply> submit(String key, Action action, long acquisition) {
    return batchers
        .get(cache.keys().bucketOf(key))
        .submit(new LockRequest(key, action, acquisition));
  }

  private CompletableFuture<List<LockReply>> send(
      RedisCommands redis, int bucket, List<LockRequest> requests) {
    List<String> keys = new ArrayList<>(3 + 2 * requests.size());
    List<Object> arguments = new ArrayList<>(3 + 2 * requests.size());
    arguments.add(owner);
    arguments.add(LEASE.toMillis());
    arguments.add(precedenceAfter.toMillis());
    for (LockRequest request : requests) {
      keys.add(nameOf.apply(request.key()));
      arguments.add(request.action().text);
      arguments.add(request.acquisition());
    }
    appendEntries(keys, bucket, requests);
    return redis
        .run(LuaScript.LOCK_KEYS, keys, arguments.toArray())
        .thenApply(reply -> replies(requests, reply));
  }

  /** What a look needs, and the entries that the requests look at; nothing if they look at none. */
  private void appendEntries(List<String> keys, int bucket, List<LockRequest> requests) {
    boolean first = true;
    for (LockRequest request : requests) {
      if (request.action() == Action.LOOK) {
        if (first) {
          keys.add(cache.keys().generation(bucket));
          keys.add(cache.keys().lastInvalidation(bucket));
          keys.add(cache.keys().tags(bucket));
          first = false;
        }
        keys.add(cache.keys().entry(bucket, request.key()));
      }
    }
  }

  private static List<LockReply> replies(List<LockRequest> requests, List<Object> reply) {
    byte[] digits = (byte[]) reply.get(0);
    int next = 1;
    List<LockReply> replies = new ArrayList<>(requests.size());
    for (int i = 0; i < digits.length; i++) {
      RawEntry entry = RawEntry.NONE;
      if (requests.get(i).action() == Action.LOOK) {
        entry = RawEntry.of((byte[]) reply.get(next), (byte[]) reply.get(next + 1));
        next += 2;
      }
      replies.add(new LockReply(digits[i] == '1', entry));
    }
    return replies;
  }
}
