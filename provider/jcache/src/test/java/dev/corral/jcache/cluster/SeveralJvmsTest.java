package dev.corral.jcache.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.CacheWorker;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import java.util.List;
import java.util.stream.Stream;
import javax.cache.Cache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Four JVMs change the same entries at the same time. */
@Tag("baseline-jdk")
class SeveralJvmsTest {

  @Test
  void invoke_fourJvmsIncrementOneKey_noIncrementIsLost() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, Integer> cache = redis.cache("counter", String.class, Integer.class);

      List<String> millis = inFourJvms(redis, "increment", "counter", "1000");

      assertThat(cache.get("n")).isEqualTo(4_000);
      System.out.println("4 JVMs × 1,000 increments of one key, ms each: " + millis);
    }
  }

  @Test
  void putIfAbsent_fourJvmsOnTheSameKeys_eachIsCreatedOnce() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<Integer, String> cache = redis.cache("keys", Integer.class, String.class);

      List<String> created = inFourJvms(redis, "putIfAbsent", "keys", "1000");

      assertThat(created.stream().mapToInt(Integer::parseInt).sum()).isEqualTo(1_000);
      assertThat(cache).hasSize(1_000);
    }
  }

  /** Runs a job in four JVMs that start at the same time; returns the result of each. */
  private static List<String> inFourJvms(OwnRedis redis, String job, String cache, String number) {
    List<ChildJvm> workers =
        Stream.generate(() -> redis.worker(job, cache, number)).limit(4).toList();
    workers.forEach(worker -> worker.await("ready"));
    redis.cache(CacheWorker.SIGNALS, String.class, String.class).put("go", "now");
    return workers.stream().map(worker -> worker.await("done")).toList();
  }
}
