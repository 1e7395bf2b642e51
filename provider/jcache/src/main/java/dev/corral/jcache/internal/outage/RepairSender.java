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

/** Sends repair.lua, which tells what is done. */
final class RepairSender {

  private static final int MAX_KEYS = 200;
  private static final int MAX_BYTES = 1 << 20;

  /**
   * So long after a repair nothing is taken from the queues of writers, since other JVMs may need
   * as long to notice that Redis is back, and to repair what they know.
   */
  private static final Duration SETTLING = Duration.ofSeconds(2);

  private static final int UNKNOWN = 0;
  private static final int PUT = 1;
  private static final int REMOVE = 2;

  private final CacheContext direct;

  /**
   * @param direct commands that try in any case
   */
  RepairSender(CacheContext direct) {
    this.direct = direct;
  }

  /**
   * One call for each bucket at least, since a bucket may be on a server that is still away.
   *
   * @throws RedisUnavailableException if it is
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
    arguments.add(SETTLING.toMillis());
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
