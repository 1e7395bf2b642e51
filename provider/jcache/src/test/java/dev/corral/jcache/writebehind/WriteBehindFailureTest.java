package dev.corral.jcache.writebehind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import dev.corral.jcache.fixtures.WritingBehind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Changes that the writer refuses, or that are not written before the cache is closed. */
class WriteBehindFailureTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final WriteBehindOptions LATE =
      WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(10));
  private static OwnRedis redis;

  private final WritingBehind behind = new WritingBehind();
  private final RecordingWriter database = behind.database;

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
    database.gate.countDown();
    redis.manager().destroyCache(behind.name);
  }

  private CorralCache<String, String> cache(WriteBehindOptions options) {
    return behind.open(redis.manager(), options, 1);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  @Test
  void writer_refusesOneKey_otherKeysAreWrittenAndItCanBeReplayed() throws Exception {
    var cache = cache(LATE.withRetries(3, Duration.ofMillis(20), Duration.ofMillis(50)));
    database.poison.add("k42");
    IntStream.range(0, 100).forEach(i -> cache.put("k" + i, "v"));

    cache.flush(Duration.ZERO);

    await().atMost(SOON).until(() -> cache.writeBehindStatistics().deadLetters() == 1);
    assertThat(database.rows).hasSize(99).doesNotContainKey("k42");
    assertThat(database.calls.stream().filter("put k42=v"::equals)).hasSize(3);
    assertThat(cache.flush(SOON)).isTrue();
    var letter = cache.deadLetters().get(0);
    assertThat(letter.key()).isEqualTo("k42");
    assertThat(letter.value()).isEqualTo("v");
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.reason()).contains("refused: k42");
    assertThat(letter.parked()).isAfterOrEqualTo(letter.changed());
    var bean = new ObjectName("dev.corral:type=CorralCache,Cache=" + behind.name + ",*");
    var server = ManagementFactory.getPlatformMBeanServer();
    var found = server.queryNames(bean, null).iterator().next();
    assertThat(server.getAttribute(found, "DeadLetters")).isEqualTo(1L);
    assertThat(server.invoke(found, "deadLetterKeys", null, null)).isEqualTo(new String[] {"k42"});

    database.poison.clear();
    assertThat(cache.replayDeadLetters()).isEqualTo(1);

    assertThat(cache.flush(SOON)).isTrue();
    assertThat(database.rows).hasSize(100);
    assertThat(cache.deadLetters()).isEmpty();
  }

  @Test
  void deadLetter_discardedOrSuperseded_isRemoved() {
    var cache = cache(LATE.withRetries(1, Duration.ofMillis(20), Duration.ofMillis(50)));
    database.poison.add("k");
    cache.remove("k");
    assertThat(cache.flush(SOON)).isTrue();
    assertThat(cache.deadLetters()).singleElement().matches(it -> it.removal());

    database.poison.clear();
    cache.put("k", "newer");

    assertThat(cache.deadLetters()).isEmpty();
    assertThat(cache.flush(SOON)).isTrue();
    assertThat(database.rows).containsEntry("k", "newer");
    database.poison.add("k");
    cache.put("k", "never");
    assertThat(cache.flush(SOON)).isTrue();
    assertThat(cache.discardDeadLetters()).isEqualTo(1);
    assertThat(cache.deadLetters()).isEmpty();
    assertThat(cache.replayDeadLetters()).isZero();
  }

  @Test
  void writer_removesWrittenEntriesFromTheCollection_onlyTheOtherEntriesAreRetried() {
    var cache = cache(LATE.withRetries(1, Duration.ofMillis(20), Duration.ofMillis(50)));
    database.oneByOne = true;
    database.poison.add("k2");
    IntStream.range(0, 5).forEach(i -> cache.put("k" + i, "v"));

    assertThat(cache.flush(SOON)).isTrue();

    assertThat(database.rows).hasSize(4);
    assertThat(cache.deadLetters()).singleElement().matches(it -> it.key().equals("k2"));
    assertThat(database.calls.stream().filter(it -> it.contains("k0=v"))).hasSize(1);
  }

  @Test
  void database_unavailable_noDeadLettersAndAllIsWrittenAfterwards() {
    var cache =
        cache(
            WriteBehindOptions.DEFAULTS
                .withDelay(Duration.ZERO)
                .withRetries(5, Duration.ofMillis(20), Duration.ofMillis(100)));
    database.unavailable = true;
    IntStream.range(0, 100).forEach(i -> cache.put("k" + i, "v"));
    await().atMost(SOON).until(() -> database.calls.size() > 30);

    assertThat(cache.writeBehindStatistics().depth()).isEqualTo(100);
    database.unavailable = false;

    assertThat(cache.flush(SOON)).isTrue();
    assertThat(database.rows).hasSize(100);
    assertThat(cache.deadLetters()).isEmpty();
  }

  @Test
  void close_flushes_andUnwrittenChangesRemainForTheNextOpen() {
    var cache = cache(LATE.withBatchSize(7));
    IntStream.range(0, 50).forEach(i -> cache.put("k" + i, "v"));
    cache.close();
    assertThat(database.rows).hasSize(50);

    database.unavailable = true;
    var again = cache(LATE.withRetries(20, Duration.ofSeconds(1), Duration.ofSeconds(2)));
    again.put("k0", "later");
    long start = System.nanoTime();
    again.close();
    assertThat(millisSince(start)).isLessThan(2_000);
    assertThat(database.rows).containsEntry("k0", "v");

    database.unavailable = false;
    var third = cache(LATE);
    assertThat(third.get("k0")).isEqualTo("later");
    assertThat(third.flush(SOON)).isTrue();
    assertThat(database.rows).containsEntry("k0", "later");
  }
}
