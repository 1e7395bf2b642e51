package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Calls apply.lua, which decides and commits commands; its header explains keys and arguments. */
final class ApplyScript {

  private final CacheContext cache;
  private final String jvmId;
  private final StoreOptions options;
  private final BucketClocks clocks;
  private final AtomicLong nextSequence = new AtomicLong(1);
  private final List<List<String>> keysOfBucket;

  /**
   * @param jvmId this JVM's name on the change feed
   */
  ApplyScript(CacheContext cache, String jvmId, StoreOptions options, BucketClocks clocks) {
    this.cache = cache;
    this.jvmId = jvmId;
    this.options = options;
    this.clocks = clocks;
    this.keysOfBucket = new ArrayList<>(cache.keys().buckets());
    for (int bucket = 0; bucket < cache.keys().buckets(); bucket++) {
      keysOfBucket.add(keysOf(bucket, cache.keys()));
    }
  }

  private static List<String> keysOf(int bucket, KeySpace keys) {
    List<String> ofBucket = new ArrayList<>();
    ofBucket.add(keys.generation(bucket));
    ofBucket.add(keys.subscriptions(bucket));
    ofBucket.add(keys.expiryIndex(bucket));
    ofBucket.add(keys.expiringValues(bucket));
    ofBucket.addAll(keys.queue(bucket));
    ofBucket.add(keys.invalidations(bucket));
    ofBucket.addAll(keys.acknowledged(bucket));
    ofBucket.add(keys.lastInvalidation(bucket));
    ofBucket.add(keys.tags(bucket));
    return List.copyOf(ofBucket);
  }

  /** Sends commands on entries of one bucket in one call; the results are in their order. */
  CompletableFuture<List<CommandResult>> send(int bucket, List<EntryCommand> commands) {
    long firstSequence = nextSequence.getAndAdd(commands.size());
    List<String> keys = new ArrayList<>(keysOfBucket.get(bucket).size() + commands.size());
    keys.addAll(keysOfBucket.get(bucket));
    Map<CommandTemplate, Integer> templates = new LinkedHashMap<>();
    List<Object> ofEntries = new ArrayList<>(EntryCommand.FIELDS * commands.size());
    for (EntryCommand command : commands) {
      keys.add(cache.keys().entry(bucket, command.key()));
      int number = templates.computeIfAbsent(command.template(), it -> templates.size() + 1);
      command.appendTo(ofEntries, number);
    }
    commands.forEach(command -> command.appendKeysBesideEntry(keys, cache.keys()));
    List<Object> arguments =
        new ArrayList<>(11 + CommandTemplate.FIELDS * templates.size() + ofEntries.size());
    arguments.add(cache.keys().channel());
    arguments.add(jvmId);
    arguments.add(firstSequence);
    arguments.add(options.retentionMillis());
    arguments.add(options.queueLimit());
    arguments.add(options.queueDelayMillis());
    addOrder(arguments, bucket);
    arguments.add(haveStamps(commands) ? 1 : 0);
    arguments.add(templates.size());
    templates.keySet().forEach(template -> template.appendTo(arguments));
    arguments.addAll(ofEntries);
    return cache
        .redis()
        .run(LuaScript.APPLY, keys, arguments.toArray())
        .thenApply(reply -> results(reply, firstSequence));
  }

  private boolean haveStamps(List<EntryCommand> commands) {
    return options.hasTags() || commands.stream().anyMatch(EntryCommand::hasLabels);
  }

  /** What change_order.lua needs to order queued changes. */
  private void addOrder(List<Object> arguments, int bucket) {
    BucketClocks.@Nullable Distance distance =
        options.writesBehind() ? clocks.distanceNow(bucket) : null;
    arguments.add(options.writesBehind() ? ChangeOrder.writer() : "");
    arguments.add(distance == null ? "" : distance.lowest());
    arguments.add(distance == null ? "" : distance.highest());
  }

  /** Each result is a number and a value. */
  private static List<CommandResult> results(List<Object> reply, long firstSequence) {
    List<CommandResult> results = new ArrayList<>(reply.size() / 2);
    for (int i = 0; i < reply.size(); i += 2) {
      long sequence = firstSequence + results.size();
      results.add(CommandResult.of((Long) reply.get(i), (byte[]) reply.get(i + 1), sequence));
    }
    return results;
  }
}
