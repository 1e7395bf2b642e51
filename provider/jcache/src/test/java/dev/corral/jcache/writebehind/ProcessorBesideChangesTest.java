package dev.corral.jcache.writebehind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.WritingBehind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An entry processor whose key is absent, gets a value, and is absent again, all while the
 * processor runs: no result may rest on the value in between.
 */
@Timeout(60)
class ProcessorBesideChangesTest {

  private static final WriteBehindOptions LATE =
      WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(10));
  private static OwnRedis redis;

  private final WritingBehind behind = new WritingBehind();
  private final AtomicInteger runs = new AtomicInteger();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @AfterEach
  void destroy() {
    behind.database.gate.countDown();
    redis.manager().destroyCache(behind.name);
  }

  @FunctionalInterface
  private interface FirstRun {
    String read(MutableEntry<String, String> entry);
  }

  /** The value that the processor saw in its last run, in which it set another. */
  private String invoke(CorralCache<String, String> cache, FirstRun first) {
    return cache.invoke(
        "k",
        (entry, none) -> {
          String seen = runs.incrementAndGet() == 1 ? first.read(entry) : entry.getValue();
          entry.setValue("mine");
          return seen;
        });
  }

  private static void elsewhere(Runnable change) {
    CompletableFuture.runAsync(change).join();
  }

  @Test
  void invoke_valueWasPutAndRemovedMeanwhile_runsAgain() {
    var cache = behind.open(redis.manager(), LATE, 1);

    String seen =
        invoke(
            cache,
            entry -> {
              elsewhere(() -> cache.put("k", "theirs"));
              String value = entry.getValue();
              elsewhere(() -> assertThat(cache.remove("k", "theirs")).isTrue());
              return value;
            });

    assertThat(seen).isNull();
    assertThat(runs).hasValue(2);
    assertThat(cache.get("k")).isEqualTo("mine");
  }

  @Test
  void invoke_valueWasLoadedByAnotherThreadAndRemovedMeanwhile_runsAgain() {
    var cache = behind.open(redis.manager(), LATE, 1);
    behind.database.rows.put("k", "row");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    behind.afterRead =
        () -> {
          begun.countDown();
          awaitLatch(go);
        };

    String seen =
        invoke(
            cache,
            entry -> {
              Thread reader = new Thread(() -> cache.get("k"));
              reader.start();
              awaitLatch(begun);
              Thread processor = Thread.currentThread();
              Runnable release =
                  () -> {
                    await().until(() -> processor.getState() == Thread.State.WAITING);
                    go.countDown();
                  };
              new Thread(release).start();
              String value = entry.getValue();
              elsewhere(() -> assertThat(cache.remove("k")).isTrue());
              return value;
            });

    assertThat(seen).isNull();
    assertThat(runs).hasValue(2);
    assertThat(cache.get("k")).isEqualTo("mine");
  }

  @Test
  void invoke_removalWasQueuedAndAnotherValueWritten_runsAgain() {
    var cache =
        behind.open(
            redis.manager(), WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(50)), 1);
    behind.database.rows.put("k", "row");
    behind.database.gate = new CountDownLatch(1);
    cache.remove("k");

    String seen =
        invoke(
            cache,
            entry -> {
              String value = entry.getValue();
              elsewhere(() -> cache.put("k", "theirs"));
              behind.database.gate.countDown();
              await().until(() -> "theirs".equals(behind.database.rows.get("k")));
              await().until(() -> cache.writeBehindStatistics().depth() == 0);
              redis.raw().number("UNLINK", "{" + behind.name + "}:k");
              return value;
            });

    assertThat(seen).isEqualTo("theirs");
    assertThat(runs).hasValue(2);
    assertThat(cache.get("k")).isEqualTo("mine");
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
