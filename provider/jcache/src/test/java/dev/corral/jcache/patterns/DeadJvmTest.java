package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * JVMs that are killed or paused after they called the loader or the writer, and before they
 * changed the cache. A lock outlives its JVM by at most 10 seconds, and so does an entry under a
 * write fence. A warm-up that is begun again loads the rest.
 */
@Tag("baseline-jdk")
class DeadJvmTest {

  private static final long LEASE_MILLIS = 10_000;
  private static final int WARMED = 200;

  @Test
  void killOrPause_duringLoadAndWrite_leavesNothingStale() throws Exception {
    try (Database database = new Database();
        Jvms jvms = new Jvms(5)) {
      String slow = "load=3000";
      String written = "load=0,jdbc=" + database.url();
      jvms.open("handover", slow);
      jvms.open("killed", written);
      jvms.open("paused", written);
      jvms.open("late", "load=1000");
      String warm = "load=100";
      jvms.open("warmed", warm);
      String periodic = "load=0,refresh=500";
      jvms.open("refreshed", periodic);
      database.put("k", "old");
      jvms.run(4, "get", "killed", written, "k", 1);
      jvms.run(4, "put", "killed", written, "old", "old");

      for (int reader : new int[] {0, 3}) {
        jvms.begin(reader, "read", "refreshed", periodic, 1, 60_000);
      }

      // JVM 0 and JVM 1 load and write
      jvms.begin(0, "get", "handover", slow, "k", 50);
      await().until(() -> jvms.loads("k") == 2);
      List<CompletableFuture<String>> waiting =
          IntStream.range(2, 5)
              .mapToObj(i -> jvms.start(i, "get", "handover", slow, "k", 50))
              .toList();
      jvms.begin(0, "put", "killed", written, "old", CountingLoaderWriter.HANGING);
      jvms.run(1, "put", "paused", written, "s", "older");
      jvms.begin(1, "put", "paused", written, "s", CountingLoaderWriter.HANGING);
      jvms.begin(0, "warm", "warmed", warm, WARMED, 10);
      CompletableFuture<String> late = jvms.start(1, "getMany", "late", "load=1000", 2);
      await().until(() -> "2".equals(jvms.redis().raw().text("GET", "test:written")));
      await().until(() -> jvms.loads("k0") == 1 && jvms.loads("k1") == 1);
      CountingLoaderWriter.sleep(300);
      await().until(() -> jvms.loads("w20") == 1);

      jvms.kill(0);
      jvms.pause(1);
      long dead = System.nanoTime();
      long deadMillis = System.currentTimeMillis();

      CompletableFuture<String> warmed = jvms.start(2, "warm", "warmed", warm, WARMED, 10);
      long refreshes = jvms.loads("hot");

      // another JVM takes over the load
      long longest = 0;
      for (CompletableFuture<String> ends : waiting) {
        String[] threads = ends.join().split(",", -1);
        assertThat(threads).hasSize(50).noneMatch(it -> it.startsWith("-"));
        longest =
            Math.max(
                longest,
                Arrays.stream(threads).mapToLong(Long::parseLong).max().orElseThrow() - deadMillis);
      }
      System.out.printf(
          "150 waiting threads of 3 JVMs had the value %d ms after SIGKILL of the loading JVM"
              + " (lease 10,000 ms, loader 3,000 ms); further loads: %d%n",
          longest, jvms.loads("k") - 2);
      assertThat(jvms.loads("k")).isEqualTo(3);
      assertThat(longest).isLessThan(LEASE_MILLIS + 3_000 + 1_000);

      // nothing stale is served
      CountingLoaderWriter.sleep(Math.max(0, LEASE_MILLIS + 500 - Jvms.millisSince(dead)));
      assertThat(jvms.redis().raw().number("EXISTS", "{killed}:old")).isZero();
      jvms.run(2, "get", "killed", written, "old", 1);
      assertThat(jvms.withoutLoader("killed").get("old")).isIn(null, CountingLoaderWriter.HANGING);

      // the paused JVM resumes too late, with loads and with a write
      jvms.run(2, "put", "late", "load=1000", "k0", "newer");
      jvms.run(2, "get", "late", "load=1000", "k1", 1);
      jvms.run(2, "put", "paused", written, "s", "newer");
      jvms.redis().raw().call("SET", "test:go", "1");
      assertThat(late).isNotDone();
      String loadedMeanwhile = jvms.redis().raw().text("GET", "{late}:k1");
      jvms.resume(1);
      assertThat(late).succeedsWithin(Duration.ofSeconds(10));
      CountingLoaderWriter.sleep(500);
      assertThat(jvms.withoutLoader("late").get("k0")).isEqualTo("newer");
      assertThat(jvms.redis().raw().text("GET", "{late}:k1")).isEqualTo(loadedMeanwhile);
      assertThat(jvms.withoutLoader("paused").get("s")).isIn(null, database.rows().get("s"));
      System.out.printf(
          "a JVM paused beyond its leases resumed after %d ms: its value was not stored, its write"
              + " left %s in the cache and %s in the database%n",
          Jvms.millisSince(dead), jvms.withoutLoader("paused").get("s"), database.rows().get("s"));

      // another JVM warms the rest, and goes on to refresh
      assertThat(warmed).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("COMPLETED,200,0");
      Set<String> keys =
          IntStream.range(0, WARMED).mapToObj(i -> "w" + i).collect(Collectors.toSet());
      assertThat(jvms.withoutLoader("warmed").getAll(keys)).hasSize(WARMED);
      long twice = keys.stream().filter(key -> jvms.loads(key) > 1).count();
      System.out.printf(
          "a warm-up was killed and begun again: %d of %d keys were loaded twice%n", twice, WARMED);
      assertThat(twice).isLessThanOrEqualTo(10);
      assertThat(keys).allMatch(key -> jvms.loads(key) <= 2);
      await().until(() -> jvms.loads("hot") > refreshes + 2);
    }
  }
}
