package dev.corral.jcache.internal.store.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.DeadLetter;
import dev.corral.jcache.WriteBehindStatistics;
import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.BucketClocks;
import dev.corral.jcache.internal.store.ChangeOrder;
import dev.corral.jcache.internal.store.DecodingFailures;
import dev.corral.jcache.internal.store.EntryCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue that apply.lua fills; queue.lua explains its parts. Safe for many threads. */
public final class RedisWriteQueue<K, V> implements WriteQueue<K, V> {

  /** After this time another JVM continues the writes of a JVM that died. */
  private static final Duration LEASE = Duration.ofSeconds(5);

  /** For at least this many keys Corral records when the queue last wrote them. */
  private static final int KNOWN_KEYS = 100_000;

  private static final Logger log = LoggerFactory.getLogger(RedisWriteQueue.class);

  private final CacheContext cache;
  private final EntryCodec<K, V> codec;
  private final DecodingFailures failures;
  private final BucketClocks clocks;
  private final long delayMillis;
  private final String token;
  private final AtomicLongArray leaseEndNanos;
  private final AtomicBoolean loggedMalformed = new AtomicBoolean();

  /**
   * @param clocks get a reading whenever changes are taken
   * @param jvmId identifies this JVM
   * @param delay how long a change waits to be coalesced with later changes of its key
   */
  public RedisWriteQueue(
      CacheContext cache,
      EntryCodec<K, V> codec,
      DecodingFailures failures,
      BucketClocks clocks,
      String jvmId,
      Duration delay) {
    this.cache = cache;
    this.codec = codec;
    this.failures = failures;
    this.clocks = clocks;
    this.delayMillis = delay.toMillis();
    this.token = jvmId + ":" + UUID.randomUUID();
    this.leaseEndNanos = new AtomicLongArray(cache.keys().buckets());
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      leaseEndNanos.set(bucket, System.nanoTime());
    }
  }

  @Override
  public int buckets() {
    return cache.keys().buckets();
  }

  @Override
  public String reasonOf(Throwable failure) {
    return codec.values().isEncrypted() ? failure.getClass().getName() : failure.toString();
  }

  @Override
  public Duration renewal() {
    return LEASE.dividedBy(5);
  }

  @Override
  public Taken<K, V> take(int bucket, int limit) {
    long sent = System.nanoTime();
    long sentInOrder = ChangeOrder.nanos();
    List<String> keys = keys(bucket);
    keys.add(cache.keys().settling(bucket));
    List<Object> reply =
        await(cache.redis().run(LuaScript.TAKE_WRITES, keys, token, LEASE.toMillis(), limit));
    clocks.record(bucket, sentInOrder, number(reply, 1));
    boolean leased = number(reply, 0) == 1;
    if (leased) {
      leaseEndNanos.set(bucket, sent + LEASE.toNanos());
    }
    List<PendingWrite<K, V>> writes = new ArrayList<>();
    for (int i = 2; i < reply.size(); i += 2) {
      PendingWrite<K, V> write = write(text(reply.get(i)), (byte[]) reply.get(i + 1));
      if (write != null) {
        writes.add(write);
      }
    }
    return new Taken<>(leased, number(reply, 1), writes);
  }

  /** Null if the record is malformed; then it stays in the queue. */
  private @Nullable PendingWrite<K, V> write(String text, byte[] bytes) {
    QueueRecord record = QueueRecord.of(bytes);
    if (record == null) {
      logMalformed("queued change", "queue");
      return null;
    }
    try {
      K key = codec.key(text);
      V value = record.removal() ? null : codec.value(bytes, record.valueOffset());
      return new PendingWrite<>(
          text, key, value, record.removal(), record.version(), record.attempts(), null);
    } catch (RuntimeException e) {
      return new PendingWrite<>(
          text, null, null, record.removal(), record.version(), record.attempts(), e);
    }
  }

  private void logMalformed(String what, String part) {
    if (loggedMalformed.compareAndSet(false, true)) {
      log.warn(
          "Cache '{}': a {} in its hash !{} in Redis is malformed, and is ignored; further ones are"
              + " not logged. Another program has written it: find it there, and remove it by HDEL",
          cache.name(),
          what,
          part);
    }
  }

  /**
   * The lease may have ended while the JVM was suspended, which this JVM's clock shows, or while
   * the machine was, which only Redis knows.
   */
  @Override
  public boolean stillLeased(int bucket) {
    return isLeasedByLocalClock(bucket)
        && await(renew(bucket, LEASE.toMillis())) == 1
        && isLeasedByLocalClock(bucket);
  }

  private boolean isLeasedByLocalClock(int bucket) {
    return leaseEndNanos.get(bucket) - System.nanoTime() > 0;
  }

  @Override
  public void keepLease(int bucket) {
    var unused = renew(bucket, LEASE.toMillis());
  }

  private CompletableFuture<Long> renew(int bucket, long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    return cache
        .redis()
        .runForNumber(
            LuaScript.RENEW_LEASE, List.of(cache.keys().drainerLease(bucket)), token, millis)
        .thenApply(
            renewed -> {
              if (renewed == 1) {
                leaseEndNanos.set(bucket, end);
              }
              return renewed;
            });
  }

  /** Of all buckets, since the reply that granted a lease may have been lost. */
  @Override
  public void release() {
    ofAll(bucket -> renew(bucket, 0));
  }

  @Override
  public boolean acknowledge(int bucket, long takenMillis, List<PendingWrite<K, V>> written) {
    List<String> keys = keys(bucket);
    keys.addAll(cache.keys().acknowledged(bucket));
    int known = (KNOWN_KEYS + cache.keys().buckets() - 1) / cache.keys().buckets();
    List<Object> arguments = new ArrayList<>(List.of(token, takenMillis, delayMillis, known));
    for (PendingWrite<K, V> write : written) {
      arguments.add(write.text());
      arguments.add(write.version());
    }
    return await(
            cache.redis().runForNumber(LuaScript.ACKNOWLEDGE_WRITES, keys, arguments.toArray()))
        == 1;
  }

  @Override
  public boolean giveBack(int bucket, List<Refused<K, V>> refused) {
    List<Object> arguments = new ArrayList<>(List.of(token));
    for (Refused<K, V> one : refused) {
      arguments.add(one.write().text());
      arguments.add(one.write().version());
      arguments.add(one.attempts());
      arguments.add(one.waitMillis());
      arguments.add(one.reason());
    }
    return await(runForNumber(LuaScript.RETURN_WRITES, bucket, arguments)) == 1;
  }

  @Override
  public List<Long> makeDue() {
    return ofAll(
        bucket ->
            cache
                .redis()
                .runForNumber(LuaScript.MAKE_WRITES_DUE, List.of(cache.keys().due(bucket))));
  }

  @Override
  public Status status(List<Long> millis) {
    List<List<Object>> replies =
        ofAll(
            bucket ->
                cache
                    .redis()
                    .run(
                        LuaScript.QUEUE_STATUS,
                        keys(bucket),
                        millis.isEmpty() ? 0 : millis.get(bucket)));
    long oldestMillis = replies.stream().mapToLong(it -> number(it, 1)).max().orElse(0);
    WriteBehindStatistics statistics =
        new WriteBehindStatistics(
            sum(replies, 0),
            Duration.ofMillis(Math.max(0, oldestMillis)),
            sum(replies, 2),
            new WriteBehindStatistics.Totals(
                sum(replies, 5),
                sum(replies, 6),
                sum(replies, 7),
                sum(replies, 8),
                sum(replies, 9)));
    return new Status(statistics, sum(replies, 3), sum(replies, 4));
  }

  @Override
  public List<DeadLetter<K, V>> deadLetters() {
    List<Map<byte[], byte[]>> all =
        ofAll(bucket -> cache.redis().readHash(cache.keys().dead(bucket)));
    List<DeadLetter<K, V>> letters = new ArrayList<>();
    all.forEach(
        ofBucket -> ofBucket.forEach((text, bytes) -> addIfDecodable(letters, text(text), bytes)));
    return letters;
  }

  /** Skips a dead letter whose key this JVM cannot decode, or whose record is damaged. */
  private void addIfDecodable(List<DeadLetter<K, V>> letters, String text, byte[] bytes) {
    DeadLetterRecord record = DeadLetterRecord.of(bytes);
    if (record == null) {
      logMalformed("dead letter", "dead");
      return;
    }
    try {
      letters.add(letter(text, bytes, record));
    } catch (RedisUnavailableException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      failures.key(e);
    }
  }

  private DeadLetter<K, V> letter(String text, byte[] bytes, DeadLetterRecord record) {
    return new DeadLetter<>(
        codec.key(text),
        record.removal() ? null : valueOrNull(bytes, record.valueOffset()),
        record.removal(),
        record.attempts(),
        record.changed(),
        record.parked(),
        record.reason());
  }

  private @Nullable V valueOrNull(byte[] record, int offset) {
    try {
      return codec.value(record, offset);
    } catch (UndecodableValueException e) {
      failures.value(e);
      return null;
    }
  }

  @Override
  public int removeDeadLetters(boolean queueAgain) {
    return Math.toIntExact(
        ofAll(
                bucket ->
                    cache
                        .redis()
                        .runForNumber(
                            LuaScript.REPLAY_DEAD_LETTERS, keys(bucket), queueAgain ? "1" : "0"))
            .stream()
            .mapToLong(Long::longValue)
            .sum());
  }

  private List<String> keys(int bucket) {
    List<String> keys = new ArrayList<>(List.of(cache.keys().drainerLease(bucket)));
    keys.addAll(cache.keys().queue(bucket));
    return keys;
  }

  private CompletableFuture<Long> runForNumber(
      LuaScript script, int bucket, List<Object> arguments) {
    return cache.redis().runForNumber(script, keys(bucket), arguments.toArray());
  }

  /** Sends a request to all buckets at once. */
  private <R> List<R> ofAll(IntFunction<CompletableFuture<R>> request) {
    List<CompletableFuture<R>> replies = new ArrayList<>(cache.keys().buckets());
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      replies.add(request.apply(bucket));
    }
    return replies.stream().map(this::await).toList();
  }

  private <R> R await(CompletableFuture<R> reply) {
    return cache.await("write behind", reply);
  }

  private static long sum(List<List<Object>> replies, int index) {
    return replies.stream().mapToLong(it -> number(it, index)).sum();
  }

  private static long number(List<Object> reply, int index) {
    return (Long) reply.get(index);
  }

  private static String text(Object bytes) {
    return new String((byte[]) bytes, UTF_8);
  }
}
