package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Operations of many threads, which Corral sends as batches. */
@Tag("baseline-jdk")
class BatchedOperationsTest {

  private static final int THREADS = 64;
  private static final int TIMES = 200;

  /** A command times out after 1 s; no caller may wait for a second timeout. */
  private static final Duration BOUND = Duration.ofMillis(1_800);

  private final OwnRedis redis = new OwnRedis();
  private final Cache<String, Integer> cache = redis.cache("batched", String.class, Integer.class);

  @AfterEach
  void close() {
    redis.close();
  }

  /** Runs the work in all threads; returns what they threw. */
  private static Queue<Throwable> inThreads(IntConsumer work) {
    Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  work.accept(number);
                } catch (RuntimeException | AssertionError e) {
                  thrown.add(e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    threads.forEach(BatchedOperationsTest::join);
    return thrown;
  }

  private static long executions(RawRedis raw, String command) {
    Matcher count =
        Pattern.compile("cmdstat_" + command + ":calls=(\\d+)")
            .matcher(raw.text("INFO", "commandstats"));
    return count.find() ? Long.parseLong(count.group(1)) : 0;
  }

  @Test
  void getAndPut_manyThreads_returnsOwnValuesWithFewCommands() {
    cache.put("warm", 1);
    long readsBefore = executions(redis.raw(), "mget");
    long writesBefore = executions(redis.raw(), "evalsha");
    Queue<Throwable> thrown =
        inThreads(
            number -> {
              String key = "k" + number;
              for (int i = 0; i < TIMES; i++) {
                cache.put(key, i);
                assertThat(cache.get(key)).isEqualTo(i);
                assertThat(cache.getAndPut(key, -i)).isEqualTo(i);
              }
            });
    assertThat(thrown).isEmpty();
    assertThat(executions(redis.raw(), "mget") - readsBefore).isLessThan(THREADS * TIMES / 2);
    assertThat(executions(redis.raw(), "evalsha") - writesBefore).isLessThan(THREADS * TIMES);
  }

  @Test
  void get_sameKeysByManyThreads_readsEachKeyOncePerCommand() {
    cache.put("hot", 1);
    cache.put("warm", 2);
    Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    List<String> commands =
        RawRedis.commandsDuring(
            redis.server(),
            () ->
                thrown.addAll(
                    inThreads(
                        number -> {
                          for (int i = 0; i < 20; i++) {
                            boolean hot = (number + i) % 3 > 0;
                            assertThat(cache.get(hot ? "hot" : "warm")).isEqualTo(hot ? 1 : 2);
                          }
                        })));
    assertThat(thrown).isEmpty();
    List<String> reads = commands.stream().filter(it -> it.contains("\"MGET\"")).toList();
    assertThat(reads.size()).isBetween(1, THREADS * 20 / 2);
    assertThat(reads).allSatisfy(it -> assertThat(it.split("}:hot", -1)).hasSizeLessThan(3));
  }

  @Test
  void putIfAbsent_sameKeysInTheSameBatch_succeedsExactlyOnce() {
    Queue<Integer> winners = new ConcurrentLinkedQueue<>();
    Queue<Throwable> thrown =
        inThreads(
            number -> {
              for (int i = 0; i < TIMES; i++) {
                if (cache.putIfAbsent("k" + i, number)) {
                  winners.add(i);
                }
              }
            });
    assertThat(thrown).isEmpty();
    assertThat(winners).hasSize(TIMES).doesNotHaveDuplicates();
  }

  /**
   * A command whose reply was lost may have been executed. Corral does not send it again, because a
   * second execution would return the value of the first.
   */
  @Test
  void getAndPut_connectionsAreKilledRepeatedly_executesNoCommandTwice() {
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger succeeded = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    Thread killer =
        new Thread(
            () -> {
              while (!done.get()) {
                redis.raw().call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                sleep(50);
              }
            });
    killer.start();
    Queue<Throwable> thrown =
        inThreads(
            number -> {
              String key = "k" + number;
              int known = -1;
              int rounds = TIMES;
              for (int i = 0; i < rounds; i++) {
                boolean sawBoth = succeeded.get() > 0 && failed.get() > 0;
                rounds = sawBoth ? rounds : Math.min(i + TIMES, 20 * TIMES);
                try {
                  Integer previous = cache.getAndPut(key, i);
                  assertThat(previous == null || (previous >= known && previous < i)).isTrue();
                  known = i;
                  succeeded.incrementAndGet();
                } catch (CacheException e) {
                  failed.incrementAndGet();
                }
                sleep(5);
              }
            });
    done.set(true);
    join(killer);
    assertThat(thrown).isEmpty();
    assertThat(succeeded).hasPositiveValue();
    assertThat(failed).hasPositiveValue();
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void getAndPut_redisHangs_failsEveryCallerAfterOneTimeout() {
    cache.put("k", 1);
    redis.server().freeze();
    Queue<Duration> waits = new ConcurrentLinkedQueue<>();
    Queue<Throwable> thrown =
        inThreads(
            number -> {
              long start = System.nanoTime();
              try {
                cache.getAndPut("k", number);
              } finally {
                waits.add(Duration.ofNanos(System.nanoTime() - start));
              }
            });
    redis.server().thaw();
    assertThat(thrown).hasSize(THREADS).allMatch(CacheException.class::isInstance);
    assertThat(waits).hasSize(THREADS).allMatch(it -> it.compareTo(BOUND) < 0);
  }
}
