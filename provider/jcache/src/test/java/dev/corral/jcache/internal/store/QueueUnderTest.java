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
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** A write-behind queue of one bucket, as two JVMs see it, and puts that fill it. */
public final class QueueUnderTest {

  private final RedissonClient client;
  public final RedisCommands redis;
  public final KeySpace keys = new KeySpace("", "queue-" + UUID.randomUUID(), 1);
  public final CacheContext context;
  public final BucketClocks clocks;
  public final PendingReleases releases;
  public final ServerClock clock;
  private final AllowList allowed = AllowList.of(List.of(), String.class, String.class);
  private final ClassLoader loader = getClass().getClassLoader();
  public final EntryCodec<String, String> codec =
      new EntryCodec<>(
          "queue",
          new KeyCodecs(List.of(), allowed, loader),
          new KryoValueCodec(loader, allowed, ClassCodes.NONE));
  private final Expiry expiry = new Expiry(new ConstantExpiryPolicy(null, null, null));
  public final DecodingFailures failures = new DecodingFailures("queue");
  private final EntryCommands commands;
  public final WriteQueue<String, String> ours;
  public final WriteQueue<String, String> theirs;

  /** A queue in the shared server. */
  public QueueUnderTest() {
    this(RedisUnderTest.client());
  }

  public QueueUnderTest(RedissonClient client) {
    this.client = client;
    this.redis = new RedisCommands(client, Duration.ofSeconds(5));
    this.context = new CacheContext("queue", keys, redis);
    this.clocks = new BucketClocks(context);
    this.releases = new PendingReleases();
    this.clock = new ServerClock(redis, keys.layout());
    this.commands =
        new EntryCommands(context, "jvm", new StoreOptions(0, 100, 0, false), clocks, releases);
    this.ours = queue();
    this.theirs = queue();
  }

  private WriteQueue<String, String> queue() {
    return new RedisWriteQueue<>(context, codec, failures, clocks, "jvm", Duration.ZERO);
  }

  public void put(String key, String value) {
    execute(command(key, value));
  }

  /** A put that is made now, and may be sent later. */
  public Object command(String key, String value) {
    return EntryCommand.decidedByRedis(
        codec.text(key),
        EntryOperation.put(value),
        null,
        codec.bytes(value),
        expiry.lifetimesWithJitter(),
        true);
  }

  /** Sends a put for a caller that still waits for the reply. */
  public void execute(Object command) {
    commands.execute((EntryCommand) command, expiry);
  }

  /**
   * As if the put arrived late: the caller has timed out, and does not send it again. Returns the
   * status of the reply.
   */
  public String arrivesLate(Object command) {
    ApplyScript apply = new ApplyScript(context, "jvm", new StoreOptions(0, 100, 0, false), clocks);
    var sent = apply.send(0, List.of((EntryCommand) command));
    return redis.await("queue", "test", sent).get(0).status().name();
  }

  /** Ends the drainer's lease, as if it had expired while its holder was suspended. */
  public void endLease() {
    redis.await("queue", "test", redis.unlink(keys.drainerLease(0)));
  }

  /** Fills the current record of written keys, as if 100,000 other keys had been written. */
  public void fillKnown() {
    String fill =
        "for i = 1, 100000 do "
            + "redis.call('HSET', KEYS[1], 'other' .. i, string.rep('\\0', 48)) "
            + "end return 1";
    client
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
