package dev.corral.jcache.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four JVMs with near caches, of which three write. No read is staler than the bound, whatever
 * happens to the connections, to Redis and to the JVMs. The fourth JVM does not write, and connects
 * to Redis through a proxy.
 */
@Tag("baseline-jdk")
class NearCoherenceTest {

  private static final int JVMS = 4;
  private static final int WRITERS = 3;
  private static final int PROXIED = 3;

  /** The writers need about two seconds for this many writes, and longer on a busy machine. */
  private static final long MIN_WRITES = 2_000;

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Pattern COUNT = Pattern.compile("(\\w+)=(\\d+)");

  @TempDir Path folder;

  private OwnRedis redis;
  private SilentProxy proxy;
  private Timeline timeline;
  private final List<ChildJvm> jvms = new ArrayList<>();

  @BeforeEach
  void start() {
    redis = new OwnRedis();
    proxy = new SilentProxy(redis.server().address().port());
    Path file = folder.resolve("timeline");
    timeline = Timeline.open(file, NearWorker.KEYS);
    for (int i = 0; i < JVMS; i++) {
      String uri = redis.uri().toString();
      jvms.add(
          redis.start(
              NearWorker.class,
              i == PROXIED
                  ? uri.replace(":" + redis.server().address().port(), ":" + proxy.port())
                  : uri,
              file.toString(),
              String.valueOf(i),
              String.valueOf(WRITERS)));
    }
    jvms.forEach(jvm -> jvm.await("ready"));
  }

  @AfterEach
  void stop() {
    jvms.forEach(ChildJvm::close);
    proxy.close();
    redis.close();
  }

  /** Stops the JVMs and returns their reports. */
  private List<String> end() {
    timeline.stop();
    List<String> reports = jvms.stream().map(jvm -> jvm.await("done")).toList();
    System.out.println(String.join("\n", reports));
    assertThat(reports)
        .allSatisfy(report -> assertThat(count("stale", report)).as(report).isZero())
        .allSatisfy(report -> assertThat(count("hits", report)).as(report).isPositive());
    return reports;
  }

  private static long count(String what, String report) {
    Matcher matcher = COUNT.matcher(report);
    while (matcher.find()) {
      if (matcher.group(1).equals(what)) {
        return Long.parseLong(matcher.group(2));
      }
    }
    throw new AssertionError(report);
  }

  private static long sum(String what, List<String> reports) {
    return reports.stream().mapToLong(report -> count(what, report)).sum();
  }

  private static void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  @Test
  void randomWrites_nothingStaleAndNoFailures() throws InterruptedException {
    pause(Duration.ofSeconds(4));
    await().atMost(TIMEOUT).until(() -> timeline.writes(NearWorker.KEYS) > MIN_WRITES);
    List<String> reports = end();
    assertThat(sum("failures", reports)).isZero();
    assertThat(sum("invalidations", reports)).isGreaterThan(100);
  }

  @Test
  void subscriptionsKilled_repeatedly_nothingStale() throws InterruptedException {
    for (int i = 0; i < 25; i++) {
      redis.raw().call("CLIENT", "KILL", "TYPE", "pubsub");
      pause(Duration.ofMillis(200));
    }
    assertThat(sum("gaps", end())).isPositive();
  }

  @Test
  void flushall_nothingStale() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      pause(Duration.ofSeconds(1));
      timeline.pause(true);
      await().until(() -> IntStream.range(0, WRITERS).allMatch(timeline::isWaiting));
      redis.raw().call("FLUSHALL");
      IntStream.range(0, NearWorker.KEYS).forEach(timeline::skip);
      timeline.pause(false);
    }
    pause(Duration.ofSeconds(1));
    end();
  }

  @Test
  void jvmPaused_resumes_nothingStale() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      jvms.get(i).stop();
      pause(Duration.ofMillis(1_500));
      jvms.get(i).resume();
      pause(Duration.ofMillis(500));
    }
    end();
  }

  @Test
  void halfOpenConnections_recover_nothingStale() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      pause(Duration.ofMillis(700));
      proxy.block();
      pause(Duration.ofMillis(2_500));
      proxy.unblock();
    }
    pause(Duration.ofSeconds(2));
    List<String> reports = end();
    assertThat(count("bypasses", reports.get(PROXIED))).isPositive();
  }
}
