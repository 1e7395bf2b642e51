package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Chunks;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.store.BucketClocks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The sender of repairs to Redis: one call of repair.lua for each page of keys of a bucket. What it
 * sends says nothing about when it was sent, so neither a slow network nor a second attempt changes
 * the order of the changes.
 */
final class RepairSender {

  private static final int MAX_KEYS = 200;
  private static final int MAX_BYTES = 1 << 20;

  /**
   * After a repair, the drainers take no queued writes for this time. Other JVMs may need it to
   * notice that Redis is available again, and to send their own repairs.
   */
  private static final Duration SETTLING_TIME = Duration.ofSeconds(2);

  private static final int UNKNOWN = 0;
  private static final int PUT = 1;
  private static final int REMOVE = 2;

  private final CacheContext direct;
  private final String writer;
  private final BucketClocks clocks;

  /**
   * @param direct commands that go to Redis even while the breaker is open
   * @param writer this JVM in the order of changes
   */
  RepairSender(CacheContext direct, String writer, BucketClocks clocks) {
    this.direct = direct;
    this.writer = writer;
    this.clocks = clocks;
  }

  /**
   * Sends the repairs of one bucket. If changes have to be ordered, it first reads the clock of the
   * server that has the bucket. Does not wait.
   *
   * @param repairs may be empty; then the call succeeds only if Redis accepts all changes
   */
  CompletableFuture<Void> send(int bucket, List<Repair> repairs) {
    if (repairs.isEmpty()) {
      return sendPage(bucket, repairs).thenAccept(none -> {});
    }
    boolean ordered = repairs.stream().anyMatch(repair -> repair.written() != null);
    CompletableFuture<Void> ready =
        ordered ? clocks.readAgain(bucket) : CompletableFuture.completedFuture(null);
    return CompletableFuture.allOf(
        Chunks.of(repairs, MAX_KEYS, MAX_BYTES, Repair::bytes).stream()
            .map(page -> ready.thenCompose(done -> sendPage(bucket, page)))
            .toArray(CompletableFuture<?>[]::new));
  }

  /**
   * Removes nothing but the entries, each by a command of its own, since the slot is moving, and
   * accepts no repair. Does not wait.
   */
  List<CompletableFuture<Long>> removeEntries(int bucket, List<Repair> repairs) {
    List<CompletableFuture<Long>> replies = new ArrayList<>(repairs.size());
    for (Repair repair : repairs) {
      String entry = direct.keys().entry(bucket, repair.key());
      replies.add(direct.redis().runForNumber(LuaScript.REMOVE_ENTRY, List.of(entry)));
    }
    return replies;
  }

  private CompletableFuture<Long> sendPage(int bucket, List<Repair> page) {
    List<String> redisKeys = new ArrayList<>(11 + 2 * page.size());
    redisKeys.add(direct.keys().generation(bucket));
    redisKeys.add(direct.keys().settling(bucket));
    redisKeys.addAll(direct.keys().queue(bucket));
    redisKeys.addAll(direct.keys().acknowledged(bucket));
    redisKeys.add(direct.keys().subscriptions(bucket));
    redisKeys.add(direct.keys().invalidations(bucket));
    List<Object> arguments = new ArrayList<>(2 + 7 * page.size());
    arguments.add(SETTLING_TIME.toMillis());
    arguments.add(writer);
    for (Repair repair : page) {
      redisKeys.add(direct.keys().entry(bucket, repair.key()));
      redisKeys.add(direct.keys().writeFence(repair.key()));
      arguments.add(repair.key());
      Repair.Written written = repair.written();
      if (written == null) {
        arguments.addAll(List.of(UNKNOWN, "", 0, 0, 0, 0));
      } else {
        BucketClocks.Bounds time = clocks.bounds(bucket, written.begunNanos(), written.number());
        arguments.add(written.removal() ? REMOVE : PUT);
        arguments.add(written.value());
        arguments.add(written.number());
        arguments.add(time.earliestMillis());
        arguments.add(time.latestMillis());
        arguments.add(time.estimateMicros());
      }
    }
    return direct.redis().runForNumber(LuaScript.REPAIR, redisKeys, arguments.toArray());
  }
}
