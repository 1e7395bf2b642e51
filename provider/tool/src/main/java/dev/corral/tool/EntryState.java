package dev.corral.tool;

import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.client.DirectConnection.ServerError;
import dev.corral.jcache.internal.store.queue.DeadLetterRecord;
import dev.corral.jcache.internal.store.queue.QueueRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that Redis has about one key, read at one moment of one server.
 *
 * @param nowMillis the server's clock
 * @param generation the generation of the bucket; 0 if there is none
 * @param stored the bytes of the entry; null if there are none
 * @param ttlMillis as PTTL: -1 for none, -2 without an entry
 * @param tags when the tags of the entry were invalidated, read right after it
 * @param replies the replies about what is beside the entry
 */
record EntryState(
    String key,
    long nowMillis,
    long generation,
    byte @Nullable [] stored,
    long ttlMillis,
    TagNumbers tags,
    Map<String, @Nullable Object> replies) {

  static EntryState read(StoredCache cache, String key) {
    KeySpace keys = cache.keys();
    int bucket = keys.bucketOf(key);
    List<String> queue = keys.queue(bucket);
    Map<String, Object[]> commands = new LinkedHashMap<>();
    commands.put("time", new Object[] {"TIME"});
    commands.put("entry", command("MGET", keys.generation(bucket), keys.entry(bucket, key)));
    commands.put("ttl", command("PTTL", keys.entry(bucket, key)));
    commands.put("type", command("TYPE", keys.entry(bucket, key)));
    commands.put("lock", command("HGETALL", keys.lock(key)));
    commands.put("lock-ttl", command("PTTL", keys.lock(key)));
    commands.put("load", command("HGETALL", keys.loadLock(key)));
    commands.put("load-ttl", command("PTTL", keys.loadLock(key)));
    commands.put("fence", command("GET", keys.writeFence(key)));
    commands.put("fence-type", command("TYPE", keys.writeFence(key)));
    commands.put("intents", command("ZRANGE", keys.writeFence(key), 0, -1, "WITHSCORES"));
    commands.put("fence-ttl", command("PTTL", keys.writeFence(key)));
    commands.put("queued", command("HGET", queue.get(0), key));
    commands.put("due", command("ZSCORE", queue.get(1), key));
    commands.put("since", command("ZSCORE", queue.get(2), key));
    commands.put("dead", command("HGET", queue.get(4), key));
    commands.put("drainer", command("GET", keys.drainerLease(bucket)));
    commands.put("settling", command("PTTL", keys.settling(bucket)));
    commands.put("cleared", command("EXISTS", keys.clearMarker(bucket)));
    List<@Nullable Object> all = cache.callAll(bucket, List.copyOf(commands.values()));
    Map<String, @Nullable Object> replies = new LinkedHashMap<>();
    int position = 0;
    for (String name : commands.keySet()) {
      replies.put(name, all.get(position++));
    }
    Object entry = replies.get("entry");
    if (entry instanceof ServerError error) {
      throw cache.access().nodes().of(keys.generation(bucket)).refusal(error, "MGET");
    }
    List<@Nullable Object> pair = Replies.list(entry);
    byte[] stored = Replies.bytes(pair.get(1));
    return new EntryState(
        key,
        millis(replies.get("time")),
        StoredCache.generationOf(pair.get(0)),
        stored,
        Replies.number(replies.get("ttl"), -2),
        TagNumbers.read(cache, bucket, Collections.singletonList(stored)),
        replies);
  }

  private static Object[] command(Object... words) {
    return words;
  }

  /** The reply to TIME in ms; 0 if it was refused. */
  static long millis(@Nullable Object time) {
    List<@Nullable Object> parts = Replies.list(time);
    return parts.size() < 2
        ? 0
        : Replies.number(parts.get(0), 0) * 1_000 + Replies.number(parts.get(1), 0) / 1_000;
  }

  Envelope envelope() {
    return Envelope.of(stored, generation);
  }

  boolean isPast() {
    return envelope().deadlineMillis() != 0 && envelope().deadlineMillis() <= nowMillis;
  }

  /** Whether the stored bytes are of an earlier generation. */
  boolean isCleared() {
    return stored != null && envelope().kind() == Envelope.Kind.NOTHING;
  }

  /** Whether the entry has a value that is absent because a tag was invalidated. */
  boolean isInvalidated() {
    return envelope().kind() == Envelope.Kind.VALUE && tags.isInvalidated(stored);
  }

  /** The queued change of the key; null if there is none. */
  @Nullable QueueRecord queued() {
    byte[] record = queuedBytes();
    return record == null ? null : QueueRecord.of(record);
  }

  byte @Nullable [] queuedBytes() {
    return Replies.bytes(replies.get("queued"));
  }

  /** The dead letter of the key; null if there is none. */
  @Nullable DeadLetterRecord dead() {
    byte[] letter = Replies.bytes(replies.get("dead"));
    return letter == null ? null : DeadLetterRecord.of(letter);
  }

  long number(String name, long otherwise) {
    return Replies.number(replies.get(name), otherwise);
  }

  @Nullable String text(String name) {
    return Replies.textOrNull(replies.get(name));
  }

  Map<String, String> fields(String name) {
    return Replies.fields(replies.get(name));
  }

  /** Whether transactions have recorded intents for the key: they are its fence then. */
  boolean hasIntents() {
    return "zset".equals(text("fence-type"));
  }

  /** How many intents, and writers beside them, have not ended. */
  long openIntents() {
    List<@Nullable Object> tokensAndEnds = Replies.list(replies.get("intents"));
    long open = 0;
    for (int i = 1; i < tokensAndEnds.size(); i += 2) {
      String end = Replies.textOrNull(tokensAndEnds.get(i));
      if (end != null && Double.parseDouble(end) > nowMillis) {
        open++;
      }
    }
    return open;
  }

  /** The command that does not fit the fence of the key. */
  private String otherFence() {
    return hasIntents() ? "fence" : "intents";
  }

  /** What another program has damaged, as Redis says it. */
  List<String> damage() {
    List<String> found = new ArrayList<>();
    replies.forEach(
        (name, reply) -> {
          if (reply instanceof ServerError error && !name.equals(otherFence())) {
            found.add(name + ": " + error.message());
          }
        });
    String type = text("type");
    if (type != null && !type.equals("string") && !type.equals("none")) {
      found.add("entry: a " + type + ", which is no entry");
    }
    return found;
  }
}
