package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.ApplyScript.Answer;
import dev.corral.jcache.internal.store.ApplyScript.Part;
import dev.corral.jcache.internal.store.EntryCommand.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Calls put_forever.lua, put.lua or put_over.lua, which do no more than plain puts, and those in a
 * part of the time.
 */
final class PutScript {

  /** From so many on an MSET is faster than a script that has one, with all that guards it. */
  private static final int MANY = 16;

  /** Generation and interests are what an MSET depends on; the numbers of changes follow. */
  private static final int LOOKED = 2;

  private static final int FIRST_ENTRY = 3;

  private static final long DECLINED = 0;
  private static final long DONE = 1;

  private final RedisCommands redis;
  private final KeySpace names;
  private final EntryCalls.Terms terms;
  private final AtomicLongArray generations;

  /** After it has left the work to apply.lua. */
  private final Pause declined = new Pause();

  /** After an MSET was refused. */
  private final Pause refused = new Pause();

  PutScript(RedisCommands redis, KeySpace names, EntryCalls.Terms terms) {
    this.redis = redis;
    this.names = names;
    this.terms = terms;
    this.generations = new AtomicLongArray(names.buckets());
  }

  /** Whether it may be asked: all are plain puts with the same times to live. */
  boolean areWithin(List<Part> parts) {
    Shape shape = parts.get(0).command().shape();
    if (terms.queues() || !shape.isPlainPut() || declined.isOn()) {
      return false;
    }
    for (Part part : parts) {
      if (!part.command().shape().equals(shape)) {
        return false;
      }
    }
    return true;
  }

  /** The answers are in their order; none if nothing was done, because apply.lua has to do it. */
  CompletableFuture<List<Answer>> call(int bucket, List<Part> parts) {
    List<String> keys = new ArrayList<>(FIRST_ENTRY + parts.size());
    keys.add(names.generation(bucket));
    keys.add(names.interests(bucket));
    keys.add(names.near(bucket));
    for (Part part : parts) {
      keys.add(names.entry(bucket, part.key()));
    }
    Lifetimes lifetimes = parts.get(0).command().shape().lifetimes();
    CompletableFuture<Boolean> done =
        isForever(lifetimes)
            ? putForever(bucket, keys, parts)
            : put(keys, lifetimes, values(parts)).thenApply(reply -> reply == DONE);
    return done.thenApply(it -> answers(it, parts.size()));
  }

  /**
   * In a cache whose entries never expire there is no deadline to keep, unless a JVM with another
   * expiry policy made one.
   */
  private static boolean isForever(Lifetimes lifetimes) {
    return lifetimes.creationMillis() == Expiry.NEVER
        && (lifetimes.updateMillis() == Expiry.NEVER || lifetimes.updateMillis() == Expiry.KEEP);
  }

  /** By an MSET if they are many; if that is refused, or not possible, by the script. */
  private CompletableFuture<Boolean> putForever(int bucket, List<String> keys, List<Part> parts) {
    long generation = generations.get(bucket);
    if (parts.size() < MANY || refused.isOn()) {
      return putByScript(bucket, keys, parts);
    }
    Object[] namesAndValues = new Object[2 * parts.size()];
    for (int i = 0; i < parts.size(); i++) {
      namesAndValues[2 * i] = keys.get(FIRST_ENTRY + i);
      namesAndValues[2 * i + 1] = Envelope.sealForever(generation, parts.get(i).command().value());
    }
    return redis
        .putIf(LuaScript.MAY_PUT, keys.subList(0, LOOKED), generation, namesAndValues)
        .map(
            done ->
                done.thenCompose(
                    isDone -> {
                      if (isDone) {
                        return CompletableFuture.completedFuture(true);
                      }
                      refused.begin();
                      return putByScript(bucket, keys, parts);
                    }))
        .orElseGet(() -> putByScript(bucket, keys, parts));
  }

  /** Once more for each time that the cache was cleared since. */
  private CompletableFuture<Boolean> putByScript(int bucket, List<String> keys, List<Part> parts) {
    long generation = generations.get(bucket);
    Object[] arguments = new Object[1 + parts.size()];
    arguments[0] = generation;
    for (int i = 0; i < parts.size(); i++) {
      arguments[1 + i] = Envelope.sealForever(generation, parts.get(i).command().value());
    }
    return redis
        .runForNumber(LuaScript.PUT_FOREVER, keys, arguments)
        .thenCompose(
            reply -> {
              if (reply == DONE || reply == DECLINED) {
                return CompletableFuture.completedFuture(reply == DONE);
              }
              generations.set(bucket, reply);
              return putByScript(bucket, keys, parts);
            });
  }

  /**
   * An entry that was there lives as long as a new one, or what stands there has to be looked at.
   */
  private CompletableFuture<Long> put(List<String> keys, Lifetimes lifetimes, byte[] values) {
    boolean blind = lifetimes.creationMillis() == lifetimes.updateMillis();
    return redis.runForNumber(
        blind ? LuaScript.PUT : LuaScript.PUT_OVER,
        keys,
        terms.retentionMillis(),
        lifetimes.creationMillis(),
        lifetimes.updateMillis(),
        values);
  }

  /** In one argument, each with its length before it. */
  private static byte[] values(List<Part> parts) {
    int bytes = 0;
    for (Part part : parts) {
      bytes += Integer.BYTES + part.command().value().length;
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    for (Part part : parts) {
      all.putInt(part.command().value().length).put(part.command().value());
    }
    return all.array();
  }

  private List<Answer> answers(boolean done, int parts) {
    if (done) {
      return Collections.nCopies(parts, Answer.PUT);
    }
    declined.begin();
    return List.of();
  }
}
