package dev.corral.jcache.writebehind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.fixtures.BehindWorker;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several JVMs with write-behind, of which one after another is killed, or Redis is restarted. */
@Tag("baseline-jdk")
class WriteBehindClusterTest {

  private static final int UPDATES = 20_000;
  private static final int KEYS = 500;
  private static final int JVMS = 3;
  private static final Duration AT_THE_END = Duration.ofSeconds(20);

  @Test
  void jvms_killedOneAfterTheOther_nothingIsLostAndNoKeyGoesBackwards()
      throws InterruptedException {
    try (OwnRedis redis = new OwnRedis();
        OwnRedis database = new OwnRedis()) {
      List<ChildJvm> workers = new ArrayList<>();
      for (int i = 0; i < JVMS; i++) {
        workers.add(worker(redis, database, i));
      }
      workers.forEach(it -> it.await("ready"));
      int kills = 0;
      while (updates(database) < UPDATES || kills < 2 * JVMS) {
        TimeUnit.MILLISECONDS.sleep(300);
        int victim = kills++ % JVMS;
        workers.get(victim).kill();
        workers.set(victim, worker(redis, database, victim));
        workers.get(victim).await("ready");
      }
      workers.forEach(ChildJvm::kill);

      assertNothingIsLost(redis, database, kills + " JVMs killed");
      assertThat(database.raw().text("GET", "backwards")).isNull();
    }
  }

  /**
   * During an outage a JVM writes to the database itself. Afterwards, the drainer of another JVM
   * may overwrite this with an older queued write for a moment, but not in the end: the repair of
   * the first JVM corrects it, if that JVM is still alive.
   */
  @Test
  void redis_restartedWithItsLog_nothingIsLost() throws InterruptedException {
    try (OwnRedis redis = new OwnRedis();
        OwnRedis database = new OwnRedis()) {
      redis.raw().call("CONFIG", "SET", "appendfsync", "always");
      redis.raw().call("CONFIG", "SET", "appendonly", "yes");
      List<ChildJvm> workers = List.of(worker(redis, database, 0), worker(redis, database, 1));
      workers.forEach(it -> it.await("ready"));
      while (updates(database) < UPDATES / 10) {
        TimeUnit.MILLISECONDS.sleep(20);
      }

      redis.server().restartWithLog();

      long before = updates(database);
      Map<String, String> updatesBefore = hash(database.raw(), "updatesOf");
      while (updates(database) < before + UPDATES / 10
          || !hash(database.raw(), "updatesOf").entrySet().stream()
              .allMatch(it -> advanced(it, updatesBefore.get(it.getKey())))) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      database.raw().call("SET", "stop", "now");
      workers.forEach(it -> it.await("stopped"));
      workers.forEach(ChildJvm::kill);

      assertNothingIsLost(redis, database, "Redis restarted");
    }
  }

  private static boolean advanced(Map.Entry<String, String> updates, String before) {
    return Long.parseLong(updates.getValue()) > Long.parseLong(before) + UPDATES / 100;
  }

  private static ChildJvm worker(OwnRedis redis, OwnRedis database, int number) {
    return redis.start(
        BehindWorker.class,
        redis.uri().toString(),
        database.uri().toString(),
        Integer.toString(KEYS),
        Integer.toString(JVMS),
        Integer.toString(number));
  }

  private static long updates(OwnRedis database) {
    String updates = database.raw().text("GET", "updates");
    return updates == null ? 0 : Long.parseLong(updates);
  }

  private static void assertNothingIsLost(OwnRedis redis, OwnRedis database, String what) {
    Cache<Integer, Long> cache =
        redis.cache(BehindWorker.CACHE, BehindWorker.configuration(database.uri()));
    assertThat(cache.unwrap(CorralCache.class).flush(AT_THE_END)).isTrue();
    RawRedis raw = database.raw();
    Map<String, String> rows = hash(raw, "rows");
    Map<String, String> lost = new HashMap<>();
    hash(raw, "acknowledged")
        .forEach(
            (key, count) -> {
              String row = rows.getOrDefault(key, "0");
              if (Long.parseLong(row) < Long.parseLong(count)) {
                lost.put(key, row + " < " + count);
              }
            });
    System.out.printf(
        "write-behind, %s: %,d acknowledged updates, %s rows written in %s writer calls; %s%n",
        what,
        updates(database),
        raw.text("GET", "written"),
        raw.text("GET", "calls"),
        cache.unwrap(CorralCache.class).writeBehindStatistics());
    assertThat(lost).isEmpty();
    assertThat(Long.parseLong(raw.text("GET", "calls"))).isLessThan(updates(database) / 20);
    assertThat(Long.parseLong(raw.text("GET", "written"))).isLessThan(updates(database));
  }

  private static Map<String, String> hash(RawRedis raw, String name) {
    List<?> reply = (List<?>) raw.call("HGETALL", name);
    Map<String, String> hash = new HashMap<>();
    for (int i = 0; i < reply.size(); i += 2) {
      hash.put((String) reply.get(i), (String) reply.get(i + 1));
    }
    return hash;
  }
}
