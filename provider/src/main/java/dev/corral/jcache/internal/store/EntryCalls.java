package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.EntryReply.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Calls of apply.lua: for one entry, or for many in as few calls as buckets and bounds allow. What
 * the script asks of the expiry policy is answered here.
 */
public final class EntryCalls {

  private static final int MAX_ENTRIES = 100;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_IN_FLIGHT = 8;

  /** How long a stale entry can outlive a JVM that died between its writer and the cache. */
  private static final Duration ENTRY_STANDS = Duration.ofSeconds(10);

  /** How long no load is stored for a key whose writer's JVM died. */
  private static final Duration MARK_STANDS = Duration.ofMinutes(1);

  private final RedisCommands redis;
  private final KeySpace names;
  private final String cacheName;
  private final String node;
  private final Terms terms;
  private final AtomicLong tickets = new AtomicLong(1);

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
   * @param node this JVM's name on the feed
   */
  public EntryCalls(
      RedisCommands redis, KeySpace names, String cacheName, String node, Terms terms) {
    this.redis = redis;
    this.names = names;
    this.cacheName = cacheName;
    this.node = node;
    this.terms = terms;
  }

  Terms terms() {
    return terms;
  }

  /** Decides and commits one entry. */
  Settled settle(String key, EntryCommand command, Expiry expiry) {
    EntryCommand current = command;
    while (true) {
      Call call = new Call(names.bucketOf(key), List.of(0));
      call.send(List.of(key), List.of(current));
      Settled settled = call.settled(0);
      if (settled.reply().status() != Status.ASK) {
        return settled;
      }
      current = answered(current, settled.reply(), expiry);
    }
  }

  /** Decides and commits many entries, each for itself; the answers are in their order. */
  List<Settled> settleAll(List<String> keys, List<EntryCommand> commands, Expiry expiry) {
    Settled[] results = new Settled[keys.size()];
    List<EntryCommand> current = new ArrayList<>(commands);
    List<Integer> open = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      open.add(i);
    }
    while (!open.isEmpty()) {
      callAll(chunks(keys, current, open), keys, current, results);
      List<Integer> asked = new ArrayList<>();
      for (int i : open) {
        EntryReply reply = results[i].reply();
        if (reply.status() == Status.ASK) {
          current.set(i, answered(current.get(i), reply, expiry));
          asked.add(i);
        }
      }
      open = asked;
    }
    return Arrays.asList(results);
  }

  /** The keys that have a write in the queue, by HSCAN; a key may occur twice. */
  Stream<String> queued() {
    return IntStream.range(0, names.buckets())
        .mapToObj(bucket -> redis.fields(cacheName, "iterate", names.queue(bucket).get(0)))
        .flatMap(
            fields ->
                StreamSupport.stream(
                    Spliterators.spliteratorUnknownSize(fields, Spliterator.ORDERED), false));
  }

  /** Marks the keys of a write; see prepare_write.lua. */
  void prepareWrite(List<String> keys, String mark) {
    Map<Integer, List<String>> redisKeys = new HashMap<>();
    for (String key : keys) {
      int bucket = names.bucketOf(key);
      List<String> ofBucket =
          redisKeys.computeIfAbsent(
              bucket, it -> new ArrayList<>(List.of(names.generation(bucket))));
      ofBucket.add(names.entry(bucket, key));
      ofBucket.add(names.writing(key));
    }
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    redisKeys
        .values()
        .forEach(
            ofBucket ->
                replies.add(
                    redis.runForNumber(
                        LuaScript.PREPARE_WRITE,
                        ofBucket,
                        mark,
                        MARK_STANDS.toMillis(),
                        ENTRY_STANDS.toMillis())));
    replies.forEach(reply -> redis.await(cacheName, "prepare a write", reply));
  }

  /** Removes an entry, untold, if it still holds these bytes; nobody waits for it. */
  void discard(String key, byte[] bytes) {
    new Call(names.bucketOf(key), List.of(0))
        .send(List.of(key), List.of(EntryCommand.discard(bytes)));
  }

  private static EntryCommand answered(EntryCommand command, EntryReply reply, Expiry expiry) {
    var occasion = reply.occasion();
    return command.with(command.lifetimes().with(occasion, expiry.askOfEntry(occasion)));
  }

  private List<Call> chunks(List<String> keys, List<EntryCommand> commands, List<Integer> open) {
    List<List<Integer>> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < names.buckets(); bucket++) {
      buckets.add(new ArrayList<>());
    }
    for (int i : open) {
      buckets.get(names.bucketOf(keys.get(i))).add(i);
    }
    List<Call> calls = new ArrayList<>();
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      List<Integer> chunk = new ArrayList<>();
      int bytes = 0;
      for (int i : buckets.get(bucket)) {
        int size = commands.get(i).size();
        if (!chunk.isEmpty() && (chunk.size() == MAX_ENTRIES || bytes + size > MAX_BYTES)) {
          calls.add(new Call(bucket, chunk));
          chunk = new ArrayList<>();
          bytes = 0;
        }
        chunk.add(i);
        bytes += size;
      }
      if (!chunk.isEmpty()) {
        calls.add(new Call(bucket, chunk));
      }
    }
    return calls;
  }

  private void callAll(
      List<Call> calls, List<String> keys, List<EntryCommand> commands, Settled[] results) {
    Deque<Call> inFlight = new ArrayDeque<>();
    for (Call call : calls) {
      if (inFlight.size() == MAX_IN_FLIGHT) {
        inFlight.remove().collect(results);
      }
      call.send(keys, commands);
      inFlight.add(call);
    }
    inFlight.forEach(call -> call.collect(results));
  }

  /** One call of the script, for the entries of one bucket at these positions. */
  private final class Call {

    private final int bucket;
    private final List<Integer> positions;
    private final long firstTicket;
    private CompletableFuture<List<Object>> replies = new CompletableFuture<>();
    private String operation = "";

    Call(int bucket, List<Integer> positions) {
      this.bucket = bucket;
      this.positions = positions;
      this.firstTicket = tickets.getAndAdd(positions.size());
    }

    void send(List<String> keys, List<EntryCommand> commands) {
      List<String> redisKeys = new ArrayList<>(9 + positions.size());
      redisKeys.add(names.generation(bucket));
      redisKeys.add(names.interests(bucket));
      redisKeys.add(names.deadlines(bucket));
      redisKeys.add(names.shadows(bucket));
      redisKeys.addAll(names.queue(bucket));
      List<Object> arguments = new ArrayList<>(6 + EntryCommand.FIELDS * positions.size());
      arguments.add(names.channel());
      arguments.add(node);
      arguments.add(firstTicket);
      arguments.add(terms.retentionMillis());
      arguments.add(terms.queueLimit());
      arguments.add(terms.queueDelayMillis());
      for (int i : positions) {
        redisKeys.add(names.entry(bucket, keys.get(i)));
        commands.get(i).appendTo(arguments);
      }
      operation = commands.get(positions.get(0)).then();
      replies = redis.run(LuaScript.APPLY, redisKeys, arguments.toArray());
    }

    void collect(Settled[] results) {
      for (int i = 0; i < positions.size(); i++) {
        results[positions.get(i)] = settled(i);
      }
    }

    Settled settled(int index) {
      List<Object> all = redis.await(cacheName, operation, replies);
      EntryReply reply = EntryReply.of(all.get(index));
      return new Settled(reply, reply.published() ? firstTicket + index : 0);
    }
  }
}
