package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Chunks;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.batch.RequestBatcher;
import dev.corral.jcache.internal.store.CommandResult.Status;
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
 * Sends entry commands to Redis: one of them together with concurrent ones on its bucket, or many
 * in as few calls as buckets and bounds allow. If a command needs an answer of the expiry policy,
 * it is sent again with the answer; if a later change has overtaken it, it is sent again with a new
 * number. Safe for many threads.
 */
public final class EntryCommands {

  private static final int MAX_COMMANDS = 100;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_CALLS_IN_FLIGHT = 8;

  /** The time to live of a fenced entry, should the JVM die between its writer and the cache. */
  private static final Duration FENCED_ENTRY_TIME = Duration.ofSeconds(10);

  /** The time to live of a write fence, should the writer's JVM die. */
  private static final Duration FENCE_TIME = Duration.ofMinutes(1);

  private final CacheContext cache;
  private final StoreOptions options;
  private final PendingReleases pending;
  private final ApplyScript apply;
  private final PutScript put;
  private final List<RequestBatcher<EntryCommand, CommandResult>> batchers;

  /**
   * Commands of one cache.
   *
   * @param jvmId this JVM's name on the change feed
   * @param clocks by which queued changes are ordered with those of other JVMs
   * @param pending removes write fences that could not be removed
   */
  public EntryCommands(
      CacheContext cache,
      String jvmId,
      StoreOptions options,
      BucketClocks clocks,
      PendingReleases pending) {
    this.cache = cache;
    this.options = options;
    this.pending = pending;
    this.apply = new ApplyScript(cache, jvmId, options, clocks);
    this.put = new PutScript(cache, options);
    this.batchers =
        RequestBatcher.perBucket(cache.keys().buckets(), this::send, EntryCommand::size);
  }

  StoreOptions options() {
    return options;
  }

  /** Decides and commits one entry. */
  CommandResult execute(EntryCommand command, Expiry expiry) {
    EntryCommand current = command;
    while (true) {
      CommandResult result = executeOnce(current);
      if (!isToBeSentAgain(result)) {
        return result;
      }
      current = sentAgain(current, result, expiry);
    }
  }

  /** In a batch with concurrent commands; alone if Redis failed in that batch. */
  private CommandResult executeOnce(EntryCommand command) {
    int bucket = cache.keys().bucketOf(command.key());
    CommandResult result = await(command, batchers.get(bucket).submitAndWait(command));
    return result.status() == Status.FAILED ? executeAlone(bucket, command) : result;
  }

  private CommandResult executeAlone(int bucket, EntryCommand command) {
    return await(command, send(bucket, List.of(command))).get(0);
  }

  private <R> R await(EntryCommand command, CompletableFuture<R> reply) {
    return cache.await(command.template().purpose(), reply);
  }

  /** By put.lua if all are plain puts, else by apply.lua. */
  private CompletableFuture<List<CommandResult>> send(int bucket, List<EntryCommand> commands) {
    if (!put.accepts(commands)) {
      return apply.send(bucket, commands);
    }
    return put.send(bucket, commands)
        .thenCompose(
            done ->
                done.isEmpty()
                    ? apply.send(bucket, commands)
                    : CompletableFuture.completedFuture(done));
  }

  /** Decides and commits many entries, each for itself; the results are in their order. */
  List<CommandResult> executeAll(List<EntryCommand> commands, Expiry expiry) {
    EntryCommand[] current = commands.toArray(EntryCommand[]::new);
    CommandResult[] results = new CommandResult[current.length];
    List<Integer> open = IntStream.range(0, current.length).boxed().toList();
    while (!open.isEmpty()) {
      sendAll(calls(open, current), results);
      List<Integer> again = new ArrayList<>();
      for (int position : open) {
        CommandResult result = results[position];
        if (isToBeSentAgain(result)) {
          current[position] = sentAgain(current[position], result, expiry);
          again.add(position);
        }
      }
      open = again;
    }
    return Arrays.asList(results);
  }

  /** Whether nothing was done, and the command is to be sent again. */
  private static boolean isToBeSentAgain(CommandResult result) {
    return result.status() == Status.ASKS || result.status() == Status.OVERTAKEN;
  }

  private static EntryCommand sentAgain(EntryCommand command, CommandResult result, Expiry expiry) {
    if (result.status() == Status.OVERTAKEN) {
      return command.renumbered();
    }
    var occasion = result.occasion();
    return command.with(
        command.template().lifetimes().with(occasion, expiry.callPolicyWithJitter(occasion)));
  }

  /** One call of a script. */
  private record Call(int bucket, List<Integer> positions, List<EntryCommand> commands) {}

  private List<Call> calls(List<Integer> open, EntryCommand[] commands) {
    List<Call> calls = new ArrayList<>();
    cache
        .keys()
        .byBucket(open, position -> commands[position].key())
        .forEach(
            (bucket, positions) ->
                Chunks.of(positions, MAX_COMMANDS, MAX_BYTES, it -> commands[it].size())
                    .forEach(
                        chunk ->
                            calls.add(
                                new Call(
                                    bucket,
                                    chunk,
                                    chunk.stream().map(it -> commands[it]).toList()))));
    return calls;
  }

  private record InFlight(Call call, CompletableFuture<List<CommandResult>> reply) {}

  private void sendAll(List<Call> calls, CommandResult[] results) {
    Deque<InFlight> inFlight = new ArrayDeque<>();
    for (Call call : calls) {
      if (inFlight.size() == MAX_CALLS_IN_FLIGHT) {
        collect(inFlight.remove(), results);
      }
      inFlight.add(new InFlight(call, send(call.bucket(), call.commands())));
    }
    inFlight.forEach(it -> collect(it, results));
  }

  private void collect(InFlight inFlight, CommandResult[] results) {
    Call call = inFlight.call();
    List<CommandResult> replies = await(call.commands().get(0), inFlight.reply());
    for (int i = 0; i < replies.size(); i++) {
      CommandResult result = replies.get(i);
      results[call.positions().get(i)] =
          result.status() == Status.FAILED
              ? executeAlone(call.bucket(), call.commands().get(i))
              : result;
    }
  }

  /**
   * Removes what is stored for a key, whatever it is, as {@code remove} does it; without the
   * writer.
   *
   * @param key the text of the key
   * @return whether there was an entry
   */
  public boolean remove(String key) {
    EntryCommand command =
        EntryCommand.decidedByRedis(
            key,
            EntryOperation.remove(),
            null,
            null,
            new Lifetimes(Expiry.NEVER, Expiry.NEVER, Expiry.NEVER),
            /* queued= */ false);
    return executeAlone(cache.keys().bucketOf(key), command).effect() == Effect.REMOVED;
  }

  /** The keys that have a change in the write-behind queue, by HSCAN; a key may occur twice. */
  Stream<String> queuedKeys() {
    return IntStream.range(0, cache.keys().buckets())
        .mapToObj(bucket -> cache.scanFields("iterate", cache.keys().queue(bucket).get(0)))
        .flatMap(
            keys ->
                StreamSupport.stream(
                    Spliterators.spliteratorUnknownSize(keys, Spliterator.ORDERED), false));
  }

  /** Fences keys before a write; see prepare_write.lua. */
  void prepareWrite(List<String> keys, String writeFence) {
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    cache
        .keys()
        .byBucket(keys, key -> key)
        .forEach((bucket, ofBucket) -> replies.add(prepare(bucket, ofBucket, writeFence)));
    replies.forEach(reply -> cache.await("prepare a write", reply));
  }

  private CompletableFuture<Long> prepare(int bucket, List<String> keys, String writeFence) {
    List<String> redisKeys = new ArrayList<>(3 + 2 * keys.size());
    redisKeys.add(cache.keys().generation(bucket));
    redisKeys.add(cache.keys().subscriptions(bucket));
    redisKeys.add(cache.keys().invalidations(bucket));
    for (String key : keys) {
      redisKeys.add(cache.keys().entry(bucket, key));
      redisKeys.add(cache.keys().writeFence(key));
    }
    return cache
        .redis()
        .runForNumber(
            LuaScript.PREPARE_WRITE,
            redisKeys,
            writeFence,
            FENCE_TIME.toMillis(),
            FENCED_ENTRY_TIME.toMillis());
  }

  /** Removes write fences as soon as Redis answers. Does not wait. */
  void removeFencesLater(List<String> keys, String writeFence) {
    keys.forEach(key -> pending.addFence(FENCE_TIME, cache.keys().writeFence(key), writeFence));
  }
}
