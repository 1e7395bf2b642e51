package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.pipeline.writing.WriteQueue;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnderTest;
import dev.corral.jcache.internal.redis.codec.AllowList;
import dev.corral.jcache.internal.redis.codec.ClassCodes;
import dev.corral.jcache.internal.redis.codec.KeyCodecs;
import dev.corral.jcache.internal.redis.codec.KryoValueCodec;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A queue of one bucket, as two JVMs have it, and puts that fill it without a delay. */
public final class QueueUnderTest {

  public final RedisCommands redis =
      new RedisCommands(RedisUnderTest.client(), Duration.ofSeconds(5));
  public final KeySpace names = new KeySpace("", "queue-" + UUID.randomUUID(), 1);
  private final AllowList allowed = AllowList.of(List.of(), String.class, String.class);
  private final ClassLoader loader = getClass().getClassLoader();
  public final EntryCodec<String, String> codec =
      new EntryCodec<>(
          "queue",
          new KeyCodecs(List.of(), allowed, loader),
          new KryoValueCodec(loader, allowed, ClassCodes.NONE));
  private final EntryCalls calls =
      new EntryCalls(redis, names, "queue", "node", new EntryCalls.Terms(0, 100, 0));
  public final WriteQueue<String, String> ours = queue();
  public final WriteQueue<String, String> theirs = queue();

  private WriteQueue<String, String> queue() {
    return new RedisWriteQueue<>(redis, names, codec, "queue", "node", Duration.ZERO);
  }

  public void put(String key, String value) {
    EntryOperation<String> operation = EntryOperation.put(value);
    Expiry expiry = new Expiry(new ConstantExpiryPolicy(null, null, null));
    calls.settle(
        codec.text(key),
        EntryCommand.deciding(operation, null, codec.bytes(value), expiry.ofEntry(), true),
        expiry);
  }

  /** As if the lease had ended while its holder was paused. */
  public void endLease() {
    redis.await("queue", "test", redis.unlink(names.drainer(0)));
  }

  /** As if the time that JVMs are given for their repairs had passed. */
  public void endSettling() {
    redis.await("queue", "test", redis.unlink(names.settling(0)));
  }
}
