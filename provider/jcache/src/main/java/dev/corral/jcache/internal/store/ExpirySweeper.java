package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the EXPIRED events of entries that expired without being read. One JVM of the cluster
 * holds the lease for it. The script removes each entry from the expiry index, so an entry has one
 * event even if two JVMs sweep at the same time.
 *
 * <p>It runs on a timer, never blocks, and does nothing unless a listener in this JVM wants EXPIRED
 * events.
 */
public final class ExpirySweeper implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(ExpirySweeper.class);

  /** How often a JVM that has listeners sweeps. */
  public static final Duration PERIOD = Duration.ofMillis(250);

  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final int PAGE = 100;

  private static final CompletableFuture<Void> NOTHING_DUE =
      CompletableFuture.completedFuture(null);

  private final CacheContext cache;
  private final String jvmId;
  private final BooleanSupplier wanted;
  private volatile long leaseEndNanos = System.nanoTime();
  private volatile boolean running;

  public ExpirySweeper(CacheContext cache, String jvmId, BooleanSupplier wanted) {
    this.cache = cache;
    this.jvmId = jvmId;
    this.wanted = wanted;
  }

  @Override
  public void run() {
    if (running || !wanted.getAsBoolean()) {
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
                    log.debug("Cache '{}': sweep failed: {}", cache.name(), failure.getMessage());
                  }
                });
  }

  /** A JVM that has the lease keeps it by renewal, while it lives and has listeners. */
  private CompletableFuture<Boolean> leads() {
    String name = cache.keys().sweeperLease();
    long now = System.nanoTime();
    boolean mine = leaseEndNanos - now > 0;
    CompletableFuture<Boolean> won =
        mine
            ? cache.redis().forceLease(name, jvmId, LEASE).thenApply(done -> true)
            : cache.redis().takeLease(name, jvmId, LEASE);
    return won.thenApply(
        leads -> {
          if (leads) {
            leaseEndNanos = now + LEASE.toNanos();
          }
          return leads;
        });
  }

  private CompletableFuture<Void> sweepAll() {
    CompletableFuture<?>[] sweeps = new CompletableFuture<?>[cache.keys().buckets()];
    for (int bucket = 0; bucket < sweeps.length; bucket++) {
      sweeps[bucket] = sweep(bucket);
    }
    return CompletableFuture.allOf(sweeps);
  }

  private CompletableFuture<Void> sweep(int bucket) {
    return cache
        .redis()
        .run(LuaScript.DUE_EXPIRATIONS, List.of(cache.keys().expiryIndex(bucket)), PAGE)
        .thenCompose(due -> due.isEmpty() ? NOTHING_DUE : sweep(bucket, due));
  }

  private CompletableFuture<Void> sweep(int bucket, List<Object> due) {
    List<String> keys = new ArrayList<>(6 + due.size());
    keys.add(cache.keys().generation(bucket));
    keys.add(cache.keys().subscriptions(bucket));
    keys.add(cache.keys().expiryIndex(bucket));
    keys.add(cache.keys().expiringValues(bucket));
    keys.add(cache.keys().lastInvalidation(bucket));
    keys.add(cache.keys().tags(bucket));
    for (Object key : due) {
      keys.add(cache.keys().entry(bucket, new String((byte[]) key, UTF_8)));
    }
    return cache
        .redis()
        .runForNumber(LuaScript.SWEEP_EXPIRED, keys, cache.keys().channel(), jvmId)
        .thenCompose(taken -> taken > 0 && due.size() == PAGE ? sweep(bucket) : NOTHING_DUE);
  }
}
