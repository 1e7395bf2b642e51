package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.ClassCodes;
import dev.corral.jcache.internal.codec.values.KryoValueCodec;
import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.redis.embedded.RedisUnderTest;
import dev.corral.jcache.internal.store.queue.RedisWriteQueue;
import dev.corral.jcache.internal.store.queue.WriteQueue;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.redisson.api.RScript;
import org.redisson.client.codec.StringCodec;

/** A write-behind queue of one bucket, as two JVMs see it, and puts that fill it. */
public final class QueueUnderTest {

  public final RedisCommands redis =
      new RedisCommands(RedisUnderTest.client(), Duration.ofSeconds(5));
  public final KeySpace keys = new KeySpace("", "queue-" + UUID.randomUUID(), 1);
  public final CacheContext context = new CacheContext("queue", keys, redis);
  private final AllowList allowed = AllowList.of(List.of(), String.class, String.class);
  private final ClassLoader loader = getClass().getClassLoader();
  public final EntryCodec<String, String> codec =
      new EntryCodec<>(
          "queue",
          new KeyCodecs(List.of(), allowed, loader),
          new KryoValueCodec(loader, allowed, ClassCodes.NONE));
  public final DecodingFailures failures = new DecodingFailures("queue");
  public final ServerClock clock = new ServerClock(redis, keys.layout());
  private final EntryCommands commands =
      new EntryCommands(
          context, "jvm", new StoreOptions(0, 100, 0), new ServerClock(redis, keys.layout()));
  public final WriteQueue<String, String> ours = queue();
  public final WriteQueue<String, String> theirs = queue();

  private WriteQueue<String, String> queue() {
    return new RedisWriteQueue<>(context, codec, failures, "jvm", Duration.ZERO);
  }

  public void put(String key, String value) {
    EntryOperation<String> operation = EntryOperation.put(value);
    Expiry expiry = new Expiry(new ConstantExpiryPolicy(null, null, null));
    commands.execute(
        EntryCommand.decidedByRedis(
            codec.text(key),
            operation,
            null,
            codec.bytes(value),
            expiry.lifetimesWithJitter(),
            true),
        expiry);
  }

  /** Ends the drainer's lease, as if it had expired while its holder was suspended. */
  public void endLease() {
    redis.await("queue", "test", redis.unlink(keys.drainerLease(0)));
  }

  /** Fills the current record of written keys, as if 100,000 other keys had been written. */
  public void fillKnown() {
    String fill =
        "for i = 1, 100000 do "
            + "redis.call('HSET', KEYS[1], 'other' .. i, string.rep('\\0', 16)) "
            + "end return 1";
    RedisUnderTest.client()
        .getScript(StringCodec.INSTANCE)
        .eval(
            RScript.Mode.READ_WRITE,
            fill,
            RScript.ReturnType.LONG,
            List.copyOf(keys.acknowledged(0).subList(0, 1)));
  }

  /** Ends the settling time, in which JVMs send their repairs, as if it had passed. */
  public void endSettling() {
    redis.await("queue", "test", redis.unlink(keys.settling(0)));
  }
}
