package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.store.EntryCommand.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls apply.lua, whose header says what goes in and what comes out; or put.lua, if that is
 * enough.
 */
final class ApplyScript {

  private final CacheContext cache;
  private final String jvmId;
  private final EntryCommands.Terms terms;
  private final ServerClock clock;
  private final AtomicLong tickets = new AtomicLong(1);
  private final List<List<String>> shared;
  private final PutScript puts;

  /**
   * @param jvmId this JVM's name on the feed
   */
  ApplyScript(CacheContext cache, String jvmId, EntryCommands.Terms terms, ServerClock clock) {
    this.cache = cache;
    this.jvmId = jvmId;
    this.terms = terms;
    this.clock = clock;
    this.puts = new PutScript(cache, terms);
    this.shared = new ArrayList<>(cache.keys().buckets());
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      List<String> ofBucket = new ArrayList<>();
      ofBucket.add(cache.keys().generation(bucket));
      ofBucket.add(cache.keys().subscriptions(bucket));
      ofBucket.add(cache.keys().expiryIndex(bucket));
      ofBucket.add(cache.keys().expiringValues(bucket));
      ofBucket.addAll(cache.keys().queue(bucket));
      ofBucket.add(cache.keys().invalidations(bucket));
      shared.add(List.copyOf(ofBucket));
    }
  }

  /**
   * One entry's part: its key and what to do.
   *
   * @param position among all that are asked for together
   */
  record Part(int position, String key, EntryCommand command) {

    static Part alone(String key, EntryCommand command) {
      return new Part(0, key, command);
    }

    Part with(EntryCommand other) {
      return new Part(position, key, other);
    }
  }

  /** One entry's part of the reply, perhaps not read yet, and the ticket of its event. */
  record Answer(Object reply, long ticket) {

    static final Answer PUT = new Answer(Settled.PUT, 0);

    Settled settled() {
      if (reply instanceof Settled known) {
        return known;
      }
      EntryReply read = EntryReply.of(reply);
      return new Settled(read, read.published() ? ticket : 0);
    }
  }

  /** Decides and commits entries of one bucket in one call; the answers are in their order. */
  CompletableFuture<List<Answer>> call(int bucket, List<Part> parts) {
    if (!puts.areWithin(parts)) {
      return decide(bucket, parts);
    }
    return puts.call(bucket, parts)
        .thenCompose(
            answers ->
                answers.isEmpty()
                    ? decide(bucket, parts)
                    : CompletableFuture.completedFuture(answers));
  }

  private CompletableFuture<List<Answer>> decide(int bucket, List<Part> parts) {
    long firstTicket = tickets.getAndAdd(parts.size());
    List<String> keys = new ArrayList<>(shared.get(bucket).size() + parts.size());
    keys.addAll(shared.get(bucket));
    Map<Shape, Integer> shapes = new LinkedHashMap<>();
    List<Object> ofEntries = new ArrayList<>(EntryCommand.FIELDS * parts.size());
    for (Part part : parts) {
      keys.add(cache.keys().entry(bucket, part.key()));
      EntryCommand command = part.command();
      Integer shape = shapes.computeIfAbsent(command.shape(), it -> shapes.size() + 1);
      ofEntries.add(shape);
      ofEntries.add(command.expected());
      ofEntries.add(command.value());
      ofEntries.add(command.ending());
    }
    List<Object> arguments = new ArrayList<>(8 + Shape.FIELDS * shapes.size() + ofEntries.size());
    arguments.add(cache.keys().channel());
    arguments.add(jvmId);
    arguments.add(firstTicket);
    arguments.add(terms.retentionMillis());
    arguments.add(terms.queueLimit());
    arguments.add(terms.queueDelayMillis());
    arguments.add(clock.millis());
    arguments.add(shapes.size());
    shapes.keySet().forEach(shape -> shape.appendTo(arguments));
    arguments.addAll(ofEntries);
    return cache
        .redis()
        .run(LuaScript.APPLY, keys, arguments.toArray())
        .thenApply(replies -> answers(replies, firstTicket));
  }

  private static List<Answer> answers(List<Object> replies, long firstTicket) {
    List<Answer> answers = new ArrayList<>(replies.size());
    for (Object reply : replies) {
      answers.add(new Answer(reply, firstTicket + answers.size()));
    }
    return answers;
  }
}
