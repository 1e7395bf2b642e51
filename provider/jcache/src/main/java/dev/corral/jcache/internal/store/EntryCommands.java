package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Chunks;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.redis.batch.RequestBatcher;
import dev.corral.jcache.internal.store.ApplyScript.Answer;
import dev.corral.jcache.internal.store.ApplyScript.Part;
import dev.corral.jcache.internal.store.EntryReply.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Calls of apply.lua: for one entry, or for many in as few calls as buckets and bounds allow. What
 * the script asks of the expiry policy is answered here.
 */
public final class EntryCommands {

  private static final int MAX_ENTRIES = 100;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_IN_FLIGHT = 8;
  private static final int LANE_IN_FLIGHT = 2;

  /** How long a stale entry can outlive a JVM that died between its writer and the cache. */
  private static final Duration ENTRY_STANDS = Duration.ofSeconds(10);

  /** How long no load is stored for a key whose writer's JVM died. */
  private static final Duration MARK_STANDS = Duration.ofMinutes(1);

  private final CacheContext cache;
  private final Terms terms;
  private final ApplyScript script;
  private final List<RequestBatcher<Part, Answer>> lanes;

  /**
   * What holds for every entry of the cache.
   *
   * @param retentionMillis how long an entry is kept beyond its deadline
   * @param queueLimit how many keys may wait for the writer in one bucket; 0 if there is no queue
   * @param queueDelayMillis how long a change waits for further changes of its key
   */
  public record Terms(long retentionMillis, int queueLimit, long queueDelayMillis) {

    /** Nothing is kept or queued. */
    public static final Terms PLAIN = new Terms(0, 0, 0);

    boolean queues() {
      return queueLimit > 0;
    }
  }

  /**
   * Calls for one cache.
   *
   * @param jvmId this JVM's name on the feed
   */
  public EntryCommands(CacheContext cache, String jvmId, Terms terms, ServerClock clock) {
    this.cache = cache;
    this.terms = terms;
    this.script = new ApplyScript(cache, jvmId, terms, clock);
    this.lanes =
        IntStream.range(0, cache.keys().buckets())
            .mapToObj(
                bucket ->
                    new RequestBatcher<Part, Answer>(
                        LANE_IN_FLIGHT,
                        parts -> script.call(bucket, parts),
                        part -> part.command().size()))
            .toList();
  }

  Terms terms() {
    return terms;
  }

  /** Decides and commits one entry. */
  public Settled settle(String key, EntryCommand command, Expiry expiry) {
    EntryCommand current = command;
    while (true) {
      Settled settled = settled(Part.alone(key, current));
      if (settled.reply().status() != Status.ASK) {
        return settled;
      }
      current = answered(current, settled.reply(), expiry);
    }
  }

  /** With what others want of the same bucket; alone if Redis could not do it in their company. */
  private Settled settled(Part part) {
    int bucket = cache.keys().bucketOf(part.key());
    Settled settled = await(part, lanes.get(bucket).submitAndWait(part)).settled();
    if (settled.reply().status() != Status.FAILED) {
      return settled;
    }
    return await(part, script.call(bucket, List.of(part))).get(0).settled();
  }

  private <R> R await(Part part, CompletableFuture<R> reply) {
    return cache.await(part.command().shape().then(), reply);
  }

  /** Decides and commits many entries, each for itself; the answers are in their positions. */
  List<Settled> settleAll(List<Part> parts, Expiry expiry) {
    Settled[] results = new Settled[parts.size()];
    List<Part> open = parts;
    while (!open.isEmpty()) {
      callAll(chunks(open), results);
      List<Part> asked = new ArrayList<>();
      for (Part part : open) {
        EntryReply reply = results[part.position()].reply();
        if (reply.status() == Status.ASK) {
          asked.add(part.with(answered(part.command(), reply, expiry)));
        }
      }
      open = asked;
    }
    return Arrays.asList(results);
  }

  /** The keys that have a write in the queue, by HSCAN; a key may occur twice. */
  Stream<String> queued() {
    return IntStream.range(0, cache.keys().buckets())
        .mapToObj(bucket -> cache.scanFields("iterate", cache.keys().queue(bucket).get(0)))
        .flatMap(
            fields ->
                StreamSupport.stream(
                    Spliterators.spliteratorUnknownSize(fields, Spliterator.ORDERED), false));
  }

  /** Marks the keys of a write; see prepare_write.lua. */
  void prepareWrite(List<String> keys, String mark) {
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    cache
        .keys()
        .byBucket(keys, key -> key)
        .forEach(
            (bucket, ofBucket) -> {
              List<String> redisKeys =
                  new ArrayList<>(
                      List.of(
                          cache.keys().generation(bucket),
                          cache.keys().subscriptions(bucket),
                          cache.keys().invalidations(bucket)));
              for (String key : ofBucket) {
                redisKeys.add(cache.keys().entry(bucket, key));
                redisKeys.add(cache.keys().writeFence(key));
              }
              replies.add(
                  cache
                      .redis()
                      .runForNumber(
                          LuaScript.PREPARE_WRITE,
                          redisKeys,
                          mark,
                          MARK_STANDS.toMillis(),
                          ENTRY_STANDS.toMillis()));
            });
    replies.forEach(reply -> cache.await("prepare a write", reply));
  }

  /** Removes an entry, untold, if it still holds these bytes; nobody waits for it. */
  void discard(String key, byte[] bytes) {
    var unused =
        lanes.get(cache.keys().bucketOf(key)).submit(Part.alone(key, EntryCommand.discard(bytes)));
  }

  private static EntryCommand answered(EntryCommand command, EntryReply reply, Expiry expiry) {
    var occasion = reply.occasion();
    return command.with(command.shape().lifetimes().with(occasion, expiry.askOfEntry(occasion)));
  }

  /** What goes into one call of a bucket. */
  private record Chunk(int bucket, List<Part> parts) {}

  private List<Chunk> chunks(List<Part> open) {
    List<Chunk> chunks = new ArrayList<>();
    cache
        .keys()
        .byBucket(open, Part::key)
        .forEach(
            (bucket, parts) ->
                Chunks.of(parts, MAX_ENTRIES, MAX_BYTES, part -> part.command().size())
                    .forEach(chunk -> chunks.add(new Chunk(bucket, chunk))));
    return chunks;
  }

  private record Call(List<Part> parts, CompletableFuture<List<Answer>> answers) {}

  private void callAll(List<Chunk> chunks, Settled[] results) {
    Deque<Call> inFlight = new ArrayDeque<>();
    for (Chunk chunk : chunks) {
      if (inFlight.size() == MAX_IN_FLIGHT) {
        collect(inFlight.remove(), results);
      }
      inFlight.add(new Call(chunk.parts(), script.call(chunk.bucket(), chunk.parts())));
    }
    inFlight.forEach(call -> collect(call, results));
  }

  private void collect(Call call, Settled[] results) {
    List<Part> parts = call.parts();
    List<Answer> answers = await(parts.get(0), call.answers());
    for (int i = 0; i < answers.size(); i++) {
      Settled settled = answers.get(i).settled();
      results[parts.get(i).position()] =
          settled.reply().status() == Status.FAILED ? settled(parts.get(i)) : settled;
    }
  }
}
