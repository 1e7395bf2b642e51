package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.ApplyScript.Answer;
import dev.corral.jcache.internal.store.ApplyScript.Part;
import dev.corral.jcache.internal.store.EntryCommand.Shape;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Calls put.lua, which does no more than plain puts, and those in half the time: the values of all
 * entries are one argument.
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
    int bytes = 0;
    for (Part part : parts) {
      keys.add(names.entry(bucket, part.key()));
      bytes += Integer.BYTES + part.command().value().length;
    }
    ByteBuffer values = ByteBuffer.allocate(bytes);
    for (Part part : parts) {
      values.putInt(part.command().value().length).put(part.command().value());
    }
    Shape shape = parts.get(0).command().shape();
    return redis
        .runForBytes(
            LuaScript.PUT,
            keys,
            terms.retentionMillis(),
            shape.lifetimes().creationMillis(),
            shape.lifetimes().updateMillis(),
            values.array())
        .thenApply(this::answers);
  }

  private List<Answer> answers(byte[] priors) {
    if (priors.length == 0) {
      declinedNanos = System.nanoTime();
      declined = true;
    }
    List<Answer> answers = new ArrayList<>(priors.length);
    for (byte digit : priors) {
      answers.add(new Answer(EntryReply.numberOfPut(digit - '0'), 0));
    }
    return answers;
  }
}
