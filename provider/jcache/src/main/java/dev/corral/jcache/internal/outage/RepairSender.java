package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Chunks;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The sender of repairs to Redis: one call of repair.lua for each page of keys. */
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

  /**
   * @param direct commands that go to Redis even while the breaker is open
   */
  RepairSender(CacheContext direct) {
    this.direct = direct;
  }

  /**
   * Makes repairs. It sends at least one call to each bucket, even without a repair there, because
   * the server of a bucket may still be unavailable.
   *
   * @throws RedisUnavailableException if a server is unavailable
   */
  void send(Collection<Repair> repairs) {
    Map<Integer, List<Repair>> byBucket = direct.keys().byBucket(List.copyOf(repairs), Repair::key);
    List<CompletableFuture<Long>> replies = new ArrayList<>();
    for (int bucket = 0; bucket < direct.keys().buckets(); bucket++) {
      List<Repair> ofBucket = byBucket.getOrDefault(bucket, List.of());
      if (ofBucket.isEmpty()) {
        replies.add(send(bucket, ofBucket));
      }
      for (List<Repair> page : Chunks.of(ofBucket, MAX_KEYS, MAX_BYTES, Repair::bytes)) {
        replies.add(send(bucket, page));
      }
    }
    replies.forEach(reply -> direct.await("repair", reply));
  }

  private CompletableFuture<Long> send(int bucket, List<Repair> page) {
    List<String> redisKeys = new ArrayList<>(11 + 2 * page.size());
    redisKeys.add(direct.keys().generation(bucket));
    redisKeys.add(direct.keys().settling(bucket));
    redisKeys.addAll(direct.keys().queue(bucket));
    redisKeys.addAll(direct.keys().acknowledged(bucket));
    redisKeys.add(direct.keys().subscriptions(bucket));
    redisKeys.add(direct.keys().invalidations(bucket));
    List<Object> arguments = new ArrayList<>(1 + 4 * page.size());
    arguments.add(SETTLING_TIME.toMillis());
    for (Repair repair : page) {
      redisKeys.add(direct.keys().entry(bucket, repair.key()));
      redisKeys.add(direct.keys().writeFence(repair.key()));
      arguments.add(repair.key());
      Repair.Written written = repair.written();
      if (written == null) {
        arguments.addAll(List.of(UNKNOWN, 0, ""));
      } else {
        long ageNanos = System.nanoTime() - written.nanos();
        arguments.add(written.removal() ? REMOVE : PUT);
        arguments.add(TimeUnit.NANOSECONDS.toMillis(ageNanos));
        arguments.add(written.value());
      }
    }
    return direct.redis().runForNumber(LuaScript.REPAIR, redisKeys, arguments.toArray());
  }
}
