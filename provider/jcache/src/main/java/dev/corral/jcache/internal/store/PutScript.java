package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.LuaScript;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Calls put.lua or put_forever.lua, which do plain puts alone, in a fraction of apply.lua's time.
 */
final class PutScript {

  private static final long DECLINED = 0;
  private static final long DONE = 1;

  /** How often the generation may change between two calls before apply.lua has to do the work. */
  private static final int MAX_CALLS = 5;

  private final CacheContext cache;
  private final StoreOptions options;
  private final AtomicLongArray generations;

  /** After the script left the work to apply.lua. */
  private final Cooldown declined = new Cooldown();

  PutScript(CacheContext cache, StoreOptions options) {
    this.cache = cache;
    this.options = options;
    this.generations = new AtomicLongArray(cache.keys().buckets());
  }

  /** Whether it may be called: all commands are plain puts with the same times to live. */
  boolean accepts(List<EntryCommand> commands) {
    CommandTemplate template = commands.get(0).template();
    if (options.writesBehind()
        || options.hasTags()
        || !template.isPlainPut()
        || declined.isActive()) {
      return false;
    }
    for (EntryCommand command : commands) {
      if (command.hasLabels() || !command.template().equals(template)) {
        return false;
      }
    }
    return true;
  }

  /** The results, in order; empty if nothing was done, and apply.lua has to do it. */
  CompletableFuture<List<CommandResult>> send(int bucket, List<EntryCommand> commands) {
    Lifetimes lifetimes = commands.get(0).template().lifetimes();
    CompletableFuture<Boolean> done =
        isForever(lifetimes)
            ? putForever(bucket, commands)
            : put(keys(bucket, commands), lifetimes, values(commands))
                .thenApply(reply -> reply == DONE);
    return done.thenApply(it -> results(it, commands.size()));
  }

  private List<String> keys(int bucket, List<EntryCommand> commands) {
    List<String> keys = new ArrayList<>(3 + commands.size());
    keys.add(cache.keys().generation(bucket));
    keys.add(cache.keys().subscriptions(bucket));
    keys.add(cache.keys().invalidations(bucket));
    for (EntryCommand command : commands) {
      keys.add(cache.keys().entry(bucket, command.key()));
    }
    return keys;
  }

  /** Ignores a deadline that a JVM with another expiry policy may have set. */
  private static boolean isForever(Lifetimes lifetimes) {
    return lifetimes.creationMillis() == Expiry.NEVER
        && (lifetimes.updateMillis() == Expiry.NEVER
            || lifetimes.updateMillis() == Expiry.UNCHANGED);
  }

  private CompletableFuture<Boolean> putForever(int bucket, List<EntryCommand> commands) {
    return putForever(bucket, keys(bucket, commands), commands, MAX_CALLS);
  }

  /** Sent again with the new generation if the cache was cleared since. */
  private CompletableFuture<Boolean> putForever(
      int bucket, List<String> keys, List<EntryCommand> commands, int callsLeft) {
    long generation = generations.get(bucket);
    List<Object> arguments = new ArrayList<>(1 + commands.size());
    arguments.add(generation);
    for (EntryCommand command : commands) {
      arguments.add(Envelope.sealForever(generation, command.value()));
    }
    return cache
        .redis()
        .runForNumber(LuaScript.PUT_FOREVER, keys, arguments.toArray())
        .thenCompose(
            reply -> {
              if (reply == DONE || reply == DECLINED || callsLeft == 1) {
                return CompletableFuture.completedFuture(reply == DONE);
              }
              generations.set(bucket, reply);
              return putForever(bucket, keys, commands, callsLeft - 1);
            });
  }

  private CompletableFuture<Long> put(List<String> keys, Lifetimes lifetimes, byte[] values) {
    return cache
        .redis()
        .runForNumber(
            LuaScript.PUT,
            keys,
            options.retentionMillis(),
            lifetimes.creationMillis(),
            lifetimes.updateMillis(),
            values);
  }

  /** The values in one argument, each with its length before it. */
  private static byte[] values(List<EntryCommand> commands) {
    int bytes = 0;
    for (EntryCommand command : commands) {
      bytes += Integer.BYTES + command.value().length;
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    for (EntryCommand command : commands) {
      all.putInt(command.value().length).put(command.value());
    }
    return all.array();
  }

  private List<CommandResult> results(boolean done, int commands) {
    if (done) {
      return Collections.nCopies(commands, CommandResult.STORED);
    }
    declined.start();
    return List.of();
  }
}
