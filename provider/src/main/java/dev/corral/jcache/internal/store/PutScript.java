package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Expiry.Lifetimes;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.ApplyScript.Answer;
import dev.corral.jcache.internal.store.ApplyScript.Part;
import dev.corral.jcache.internal.store.EntryCommand.Shape;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Calls put.lua or put_over.lua, which do no more than plain puts, and those in a part of the time:
 * the values of all entries are one argument.
 */
final class PutScript {

  /** For so long it is not asked again after it has left the work to apply.lua. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final RedisCommands redis;
  private final KeySpace names;
  private final EntryCalls.Terms terms;
  private volatile boolean declined;
  private volatile long declinedNanos;

  PutScript(RedisCommands redis, KeySpace names, EntryCalls.Terms terms) {
    this.redis = redis;
    this.names = names;
    this.terms = terms;
  }

  /** Whether it may be asked: all are plain puts with the same times to live. */
  boolean areWithin(List<Part> parts) {
    Shape shape = parts.get(0).command().shape();
    if (terms.queues() || !shape.isPlainPut() || isPausing()) {
      return false;
    }
    for (Part part : parts) {
      if (!part.command().shape().equals(shape)) {
        return false;
      }
    }
    return true;
  }

  private boolean isPausing() {
    if (declined && System.nanoTime() - declinedNanos > PAUSE_NANOS) {
      declined = false;
    }
    return declined;
  }

  /** The answers are in their order; none if nothing was done, because apply.lua has to do it. */
  CompletableFuture<List<Answer>> call(int bucket, List<Part> parts) {
    List<String> keys = new ArrayList<>(3 + parts.size());
    keys.add(names.generation(bucket));
    keys.add(names.interests(bucket));
    keys.add(names.near(bucket));
    parts.forEach(part -> keys.add(names.entry(bucket, part.key())));
    Lifetimes lifetimes = parts.get(0).command().shape().lifetimes();
    return redis
        .runForNumber(
            isBlind(lifetimes) ? LuaScript.PUT : LuaScript.PUT_OVER,
            keys,
            terms.retentionMillis(),
            lifetimes.creationMillis(),
            lifetimes.updateMillis(),
            values(parts))
        .thenApply(done -> answers(done == 1, parts.size()));
  }

  /**
   * Whether an entry lives as long wherever it is put. In a cache whose entries never expire there
   * is no deadline to keep, unless a JVM with another expiry policy made one.
   */
  private static boolean isBlind(Lifetimes lifetimes) {
    return lifetimes.creationMillis() == lifetimes.updateMillis()
        || (lifetimes.creationMillis() == Expiry.NEVER && lifetimes.updateMillis() == Expiry.KEEP);
  }

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
    declinedNanos = System.nanoTime();
    declined = true;
    return List.of();
  }
}
