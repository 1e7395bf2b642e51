package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Four JVMs that miss the same keys at the same time. */
@Tag("baseline-jdk")
class StampedeTest {

  private static Jvms jvms;

  @BeforeAll
  static void start() {
    jvms = new Jvms(4);
  }

  @AfterAll
  static void stop() {
    jvms.close();
  }

  @Test
  void get_coldKeyBy200ThreadsOfFourJvms_loadsOnce() {
    jvms.open("cold", "load=300");

    List<String> ends = jvms.runInAll("get", "cold", "load=300", "k", 50);

    assertThat(jvms.loads("k")).isEqualTo(1);
    long[] waited = sinceLoaded(String.join(",", ends), "k");
    assertThat(waited).hasSize(200);
    System.out.printf(
        "4 JVMs × 50 threads on one cold key: 1 load; after the loader returned, median %d ms, p99"
            + " %d ms, max %d ms%n",
        waited[100], waited[198], waited[199]);
  }

  /**
   * The sorted times in ms from the end of the load until the threads had the value. Fails if a
   * thread had none.
   */
  static long[] sinceLoaded(String ends, String key) {
    assertThat(ends).doesNotContain("-").doesNotContain("failed");
    long loaded = Long.parseLong(jvms.redis().raw().text("HGET", "test:loaded", key));
    return Arrays.stream(ends.split(",", -1))
        .mapToLong(it -> Long.parseLong(it) - loaded)
        .sorted()
        .toArray();
  }

  @Test
  void getAll_sameKeysByEightThreadsOfTwoJvms_loadsEachOnceWithFewCalls() {
    jvms.open("bulk", "load=100");
    long start = System.nanoTime();

    List<CompletableFuture<String>> all =
        IntStream.range(0, 2)
            .mapToObj(i -> jvms.start(i, "getAll", "bulk", "load=100", 4, 1_000))
            .toList();

    all.forEach(it -> assertThat(it.join()).isEqualTo("[1000, 1000, 1000, 1000]"));
    long calls = jvms.redis().raw().number("INCRBY", "test:bulk", "0");
    System.out.printf(
        "getAll of 1,000 keys by 8 threads of 2 JVMs: %d loads, %d calls of loadAll, %d ms%n",
        jvms.loads(IntStream::sum), calls, Jvms.millisSince(start));
    assertThat(jvms.loads(IntStream::sum)).isEqualTo(1_000);
    assertThat(jvms.loads(counts -> counts.max().orElseThrow())).isEqualTo(1);
    assertThat(calls).isLessThanOrEqualTo(8);
  }

  @Test
  void get_thousandsOfColdKeysBy256Threads_loadsAll() {
    int keys = Integer.getInteger("test.cold-keys", 2_500);
    jvms.open("many", "load=1");
    long start = System.nanoTime();

    List<String> found = jvms.runInAll("cold", "many", "load=1", 64, keys);

    assertThat(found).containsOnly(String.valueOf(keys));
    System.out.printf(
        "%d cold keys by 64 threads in each of 4 JVMs: %d loads, %d ms%n",
        keys, jvms.loads(IntStream::sum), Jvms.millisSince(start));
    assertThat(jvms.loads(IntStream::sum)).isBetween((long) keys, keys + keys / 100L);
  }

  @Test
  void get_crossingLoadsInTwoJvms_endsWithinTheLockWait() {
    String spec = "load=0,cross=1,wait=1000";
    jvms.open("crossing", spec);
    long start = System.nanoTime();

    CompletableFuture<String> first = jvms.start(0, "get", "crossing", spec, "a", 1);
    CompletableFuture<String> second = jvms.start(1, "get", "crossing", spec, "b", 1);

    assertThat(first.join() + second.join()).contains("circular load");
    assertThat(Jvms.millisSince(start)).isLessThan(4_000);
    System.out.printf(
        "loads that cross in two JVMs ended after %d ms with a lock wait of 1,000 ms: %s, %s%n",
        Jvms.millisSince(start), first.join(), second.join());
  }

  @Test
  void earlyRefresh_fourJvmsReadSteadily_refreshesOncePerExpiryWithoutAMiss() {
    String spec = "load=100,ttl=2000,beta=1";
    jvms.open("early", spec);
    jvms.run(0, "get", "early", spec, "hot", 1);

    List<String> reads = jvms.runInAll("read", "early", spec, 2, 9_000);

    long loads = jvms.loads("hot");
    System.out.printf(
        "9 s of reads by 4 JVMs over a TTL of 2 s and a loader of 100 ms: %d loads; reads, misses,"
            + " p99 and longest read in µs: %s%n",
        loads, reads);
    assertThat(reads).allMatch(it -> it.split(",", -1)[1].equals("0"));
    assertThat(loads).isBetween(4L, 12L);
  }

  @Test
  void get_changedByAnotherJvmDuringTheLoad_doesNotStore() {
    for (String change : List.of("putMany", "removeMany", "clear")) {
      String cache = "changed-" + change;
      jvms.open(cache, "load=400");
      CompletableFuture<String> loads = jvms.start(0, "getMany", cache, "load=400", 100);
      await().until(() -> jvms.loads(IntStream::sum) == 100);
      jvms.run(1, change, cache, "load=400", 100, "newer");
      assertThat(loads.join()).endsWith("100");

      var entries = jvms.withoutLoader(cache);
      assertThat(jvms.loads(IntStream::sum)).isEqualTo(100);
      if (change.equals("putMany")) {
        assertThat(entries).hasSize(100).allMatch(entry -> entry.getValue().equals("newer"));
      } else {
        assertThat(entries).isEmpty();
      }
    }
  }
}
