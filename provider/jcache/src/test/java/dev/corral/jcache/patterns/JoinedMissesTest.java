package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Misses of single keys by several JVMs that are loaded together, and a budget for their loads. */
@Tag("baseline-jdk")
class JoinedMissesTest {

  private static final long LOAD_MILLIS = 20;

  @Test
  void get_coldKeysBy64ThreadsOfFourJvms_loadsTogetherAndWithinTheBudget() {
    try (Jvms jvms = new Jvms(4)) {
      joinsMisses(jvms);
      keepsTheBudget(jvms);
      survivesTheLeader(jvms);
    }
  }

  /** Again if the machine was so busy that the threads did not miss at the same time. */
  private static void joinsMisses(Jvms jvms) {
    String spec = "load=" + LOAD_MILLIS + ",window=2";
    jvms.runInAll("shuffled", "warm", spec, 64, 1_000);
    long calls = Long.MAX_VALUE;
    for (int i = 0; i < 8 && calls > 10; i++) {
      calls = Math.min(calls, join(jvms, "joined" + i, spec));
    }
    assertThat(calls).isLessThanOrEqualTo(10);
  }

  private static long join(Jvms jvms, String cache, String spec) {
    jvms.open(cache, spec);
    long start = System.nanoTime();

    List<String> results = jvms.runInAll("shuffled", cache, spec, 64, 1_000);

    long millis = Jvms.millisSince(start);
    List<Long> waited = new ArrayList<>();
    for (String result : results) {
      String[] parts = result.split(",", -1);
      assertThat(parts[0]).isEqualTo("1000");
      Arrays.stream(parts)
          .skip(1)
          .mapToLong(it -> Long.parseLong(it) - LOAD_MILLIS * 1_000)
          .filter(it -> it > 0)
          .forEach(waited::add);
    }
    waited.sort(null);
    long calls = jvms.redis().raw().number("INCRBY", "test:bulk", "0");
    System.out.printf(
        "1,000 cold keys by 64 threads in each of 4 JVMs, window 2 ms, loader %d ms: %d calls of"
            + " loadAll, %d loads, %d ms; added to the %d reads that waited: median %d µs, p99 %d"
            + " µs%n",
        LOAD_MILLIS,
        calls,
        jvms.loads(IntStream::sum),
        millis,
        waited.size(),
        waited.get(waited.size() / 2),
        waited.get(waited.size() * 99 / 100));
    assertThat(jvms.loads(counts -> counts.max().orElseThrow())).isEqualTo(1);
    assertThat(jvms.loads(IntStream::sum)).isEqualTo(1_000);
    return calls;
  }

  private static void keepsTheBudget(Jvms jvms) {
    String spec = "traced=30,budget=3";
    jvms.runInAll("clear", "budget", spec);
    List<CompletableFuture<String>> jobs =
        IntStream.range(0, 4)
            .mapToObj(jvm -> jvms.start(jvm, "cold", "budget", spec, 16, 200))
            .toList();
    await().until(() -> jvms.redis().raw().number("LLEN", "test:calls") > 60);

    jvms.kill(3);
    jvms.redis().raw().call("RPUSH", "test:calls", "x" + jvms.pid(3));

    for (CompletableFuture<String> job : jobs.subList(0, 3)) {
      assertThat(job.join()).isEqualTo("200");
    }
    List<?> calls = (List<?>) jvms.redis().raw().call("LRANGE", "test:calls", "0", "-1");
    int most = mostAtATime(calls);
    System.out.printf(
        "a budget of 3 loads at a time for 4 JVMs with 16 threads each, one killed: at most %d of"
            + " %d calls at a time%n",
        most, calls.size() / 2);
    assertThat(most).isEqualTo(3);
  }

  /** Each call is a sign with the process: + begins, - ends, and x says that it was killed. */
  private static int mostAtATime(List<?> calls) {
    Map<String, Integer> running = new HashMap<>();
    Set<String> dead = new HashSet<>();
    int most = 0;
    for (Object call : calls) {
      String sign = call.toString().substring(0, 1);
      String process = call.toString().substring(1);
      if (sign.equals("x")) {
        dead.add(process);
      } else {
        running.merge(process, sign.equals("+") ? 1 : -1, Integer::sum);
      }
      running.keySet().removeAll(dead);
      most = Math.max(most, running.values().stream().mapToInt(it -> it).sum());
    }
    return most;
  }

  private static void survivesTheLeader(Jvms jvms) {
    String slow = "load=60000,window=2";
    jvms.redis().raw().call("DEL", "test:loads");
    jvms.begin(0, "get", "led", slow, "k20", 1);
    await().until(() -> jvms.loads("k20") == 1);
    jvms.kill(0);
    long start = System.nanoTime();

    String found = jvms.run(1, "shuffled", "led", slow.replace("60000", "0"), 8, 20);

    assertThat(found).startsWith("20,");
    long millis = Jvms.millisSince(start);
    System.out.printf("20 keys after SIGKILL of the leader: %d ms%n", millis);
    assertThat(millis).isLessThan(4_000);
  }
}
