package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.redisson.api.RBucket;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners of entries that expired while nobody looked. One JVM does it for the cluster;
 * the script takes each entry from the list, so none is told twice even if two JVMs believe they
 * are the one.
 *
 * <p>It runs on a timer, never waits, and does nothing unless a listener in this JVM wants to hear
 * of expired entries.
 */
public final class ExpirySweeper implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(ExpirySweeper.class);

  /** How often a JVM that has listeners looks. */
  public static final Duration PERIOD = Duration.ofMillis(250);

  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final int PAGE = 100;

  private final RedisCommands redis;
  private final KeySpace names;
  private final String cacheName;
  private final String node;
  private final BooleanSupplier heard;
  private final RBucket<String> lease;
  private volatile long leaseEndNanos = System.nanoTime();
  private volatile boolean running;

  public ExpirySweeper(
      RedisCommands redis, KeySpace names, String cacheName, String node, BooleanSupplier heard) {
    this.redis = redis;
    this.names = names;
    this.cacheName = cacheName;
    this.node = node;
    this.heard = heard;
    this.lease = redis.client().getBucket(names.sweeper(), StringCodec.INSTANCE);
  }

  @Override
  public void run() {
    if (running || !heard.getAsBoolean()) {
      return;
    }
    running = true;
    var unused =
        leads()
            .thenCompose(leads -> leads ? sweepAll() : CompletableFuture.completedFuture(null))
            .whenComplete(
                (done, failure) -> {
                  running = false;
                  if (failure != null) {
                    log.debug("Cache '{}': sweep failed: {}", cacheName, failure.getMessage());
                  }
                });
  }

  /** A lease that was won is held, by renewal, as long as this JVM lives and listens. */
  private CompletableFuture<Boolean> leads() {
    long now = System.nanoTime();
    boolean mine = leaseEndNanos - now > 0;
    CompletableFuture<Boolean> won =
        mine
            ? lease.setAsync(node, LEASE).thenApply(done -> true).toCompletableFuture()
            : lease.setIfAbsentAsync(node, LEASE).toCompletableFuture();
    return won.thenApply(
        leads -> {
          if (leads) {
            leaseEndNanos = now + LEASE.toNanos();
          }
          return leads;
        });
  }

  private CompletableFuture<Void> sweepAll() {
    CompletableFuture<?>[] sweeps = new CompletableFuture<?>[names.buckets()];
    for (int bucket = 0; bucket < sweeps.length; bucket++) {
      sweeps[bucket] = sweep(bucket);
    }
    return CompletableFuture.allOf(sweeps);
  }

  private CompletableFuture<Void> sweep(int bucket) {
    return redis
        .runForNumber(
            LuaScript.SWEEP_EXPIRED,
            List.of(
                names.generation(bucket),
                names.interests(bucket),
                names.deadlines(bucket),
                names.shadows(bucket)),
            names.channel(),
            node,
            names.entryPrefix(bucket),
            PAGE)
        .thenCompose(
            swept -> swept == PAGE ? sweep(bucket) : CompletableFuture.completedFuture(null));
  }
}
