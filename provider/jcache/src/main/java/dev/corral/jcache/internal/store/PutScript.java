package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.LuaScript;
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
 * part of the time; or may_put.lua, which lets an MSET pass.
 */
final class PutScript {

  /** From so many on an MSET spares Redis a fifth or more, which is worth five commands. */
  private static final int MANY = 16;

  private static final long DECLINED = 0;
  private static final long DONE = 1;

  private final CacheContext cache;
  private final EntryCommands.Terms terms;
  private final AtomicLongArray generations;

  /** After it has left the work to apply.lua. */
  private final Cooldown declined = new Cooldown();

  /** After an MSET was refused. */
  private final Cooldown refused = new Cooldown();

  PutScript(CacheContext cache, EntryCommands.Terms terms) {
    this.cache = cache;
    this.terms = terms;
    this.generations = new AtomicLongArray(cache.keys().buckets());
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
    Lifetimes lifetimes = parts.get(0).command().shape().lifetimes();
    CompletableFuture<Boolean> done =
        isForever(lifetimes)
            ? putForever(bucket, parts)
            : put(keys(bucket, parts), lifetimes, values(parts)).thenApply(reply -> reply == DONE);
    return done.thenApply(it -> answers(it, parts.size()));
  }

  private List<String> keys(int bucket, List<Part> parts) {
    List<String> keys = new ArrayList<>(3 + parts.size());
    keys.add(cache.keys().generation(bucket));
    keys.add(cache.keys().subscriptions(bucket));
    keys.add(cache.keys().invalidations(bucket));
    for (Part part : parts) {
      keys.add(cache.keys().entry(bucket, part.key()));
    }
    return keys;
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
  private CompletableFuture<Boolean> putForever(int bucket, List<Part> parts) {
    long generation = generations.get(bucket);
    List<byte[]> entries = sealed(generation, parts);
    if (parts.size() < MANY || refused.isOn()) {
      return putByScript(bucket, parts, generation, entries);
    }
    List<byte[]> namesOfEntries = new ArrayList<>(parts.size());
    for (Part part : parts) {
      namesOfEntries.add(cache.keys().entryBytes(bucket, part.key()));
    }
    return cache
        .redis()
        .msetIf(
            LuaScript.MAY_PUT,
            List.of(cache.keys().generation(bucket), cache.keys().subscriptions(bucket)),
            generation,
            namesOfEntries,
            entries)
        .map(
            mset ->
                mset.thenCompose(
                    done -> {
                      if (done) {
                        return mset;
                      }
                      refused.begin();
                      return putByScript(bucket, parts, generation, entries);
                    }))
        .orElseGet(() -> putByScript(bucket, parts, generation, entries));
  }

  private CompletableFuture<Boolean> putByScript(
      int bucket, List<Part> parts, long generation, List<byte[]> entries) {
    return putByScript(bucket, keys(bucket, parts), parts, generation, entries);
  }

  /** Once more for each time that the cache was cleared since. */
  private CompletableFuture<Boolean> putByScript(
      int bucket, List<String> keys, List<Part> parts, long generation, List<byte[]> entries) {
    List<Object> arguments = new ArrayList<>(1 + entries.size());
    arguments.add(generation);
    arguments.addAll(entries);
    return cache
        .redis()
        .runForNumber(LuaScript.PUT_FOREVER, keys, arguments.toArray())
        .thenCompose(
            reply -> {
              if (reply == DONE || reply == DECLINED) {
                return CompletableFuture.completedFuture(reply == DONE);
              }
              generations.set(bucket, reply);
              return putByScript(bucket, keys, parts, reply, sealed(reply, parts));
            });
  }

  private static List<byte[]> sealed(long generation, List<Part> parts) {
    List<byte[]> entries = new ArrayList<>(parts.size());
    for (Part part : parts) {
      entries.add(Envelope.sealForever(generation, part.command().value()));
    }
    return entries;
  }

  /**
   * An entry that was there lives as long as a new one, or what stands there has to be looked at.
   */
  private CompletableFuture<Long> put(List<String> keys, Lifetimes lifetimes, byte[] values) {
    boolean blind = lifetimes.creationMillis() == lifetimes.updateMillis();
    return cache
        .redis()
        .runForNumber(
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
