package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queued writes in Redis, while the same keys are written around Redis during an outage. */
@Tag("baseline-jdk")
class WriteBehindOutageTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final OwnRedis redis = new OwnRedis();
  private final Database database = new Database();
  private final Cache<String, Integer> cache = redis.cache("behind", configuration());
  private final CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);

  private CorralConfiguration<String, Integer> configuration() {
    return CorralConfiguration.builder(String.class, Integer.class)
        .standard(
            it ->
                it.setReadThrough(true)
                    .setCacheLoaderFactory(new SingletonFactory<>(database))
                    .setWriteThrough(true)
                    .setCacheWriterFactory(new SingletonFactory<>(database)))
        .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(LONG))
        .build();
  }

  @BeforeEach
  void freezeWithQueuedWrites() {
    cache.putAll(Map.of("put", 1, "removed", 1, "putAll", 1, "refused", 1, "untouched", 1));
    assertThat(database.rows).isEmpty();
    redis.server().freeze();
    assertThatThrownBy(() -> cache.containsKey("any")).isInstanceOf(CacheException.class);
    await().until(() -> statistics(cache).away());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private void thawAndFlush() {
    redis.server().thaw();
    await().until(() -> !statistics(cache).away());
    assertThat(corral.flush(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void changes_olderOnesAreQueued_areTheLastInTheDatabase() {
    cache.put("put", 2);
    cache.putAll(Map.of("putAll", 2));
    cache.removeAll(Set.of("removed"));
    assertThat(database.rows).isEqualTo(Map.of("put", 2, "putAll", 2));

    thawAndFlush();

    assertThat(database.rows)
        .isEqualTo(Map.of("put", 2, "putAll", 2, "refused", 1, "untouched", 1));
    assertThat(cache.get("put")).isEqualTo(2);
    assertThat(cache.get("removed")).isNull();
  }

  @Test
  void flushAndDeadLetters_duringTheOutage_failAtOnce() {
    long start = System.nanoTime();
    assertThatThrownBy(() -> corral.flush(LONG)).isInstanceOf(CacheException.class);
    assertThatThrownBy(corral::deadLetters).isInstanceOf(CacheException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    redis.server().thaw();
  }

  @Test
  void flush_redisIsAwayMeanwhile_waitsUntilTheQueueIsWritten() {
    redis.server().thaw();
    await().until(() -> !statistics(cache).away());
    AtomicBoolean frozen = new AtomicBoolean();
    database.beforeWrite =
        () -> {
          if (frozen.compareAndSet(false, true)) {
            redis.server().freeze();
          }
        };

    CompletableFuture<Boolean> written =
        CompletableFuture.supplyAsync(() -> corral.flush(Duration.ofSeconds(30)));
    await().until(() -> frozen.get() && statistics(cache).away());
    redis.server().thaw();

    assertThat(written).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
    assertThat(database.rows).hasSize(5);
  }

  /** Redis runs the command when it continues, long after the caller has timed out. */
  @Test
  void put_commandTimedOut_doesNotReplaceALaterPut() {
    thawAndFlush();
    redis.server().freeze();
    cache.put("put", 3);
    cache.put("put", 4);
    assertThat(database.rows).containsEntry("put", 4);

    thawAndFlush();

    assertThat(database.rows).containsEntry("put", 4);
    assertThat(cache.get("put")).isEqualTo(4);
  }

  @Test
  void changes_writerRefusesThem_olderQueuedWriteIsWritten() {
    database.refused.add("refused");
    assertThatThrownBy(() -> cache.put("refused", 2)).isInstanceOf(CacheWriterException.class);
    assertThatThrownBy(() -> cache.putAll(Map.of("refused", 2)))
        .isInstanceOf(CacheWriterException.class);
    database.refused.clear();

    thawAndFlush();

    assertThat(database.rows).containsEntry("refused", 1);
    assertThat(cache.get("refused")).isEqualTo(1);
  }

  @Test
  void put_moreKeysThanTheRepairLimit_isRefused() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= 10_000; i++) {
                cache.put("k" + i, i);
              }
            })
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("put failed", "while older queued writes are in Redis");
    assertThat(database.rows).hasSize(10_000);
    redis.server().thaw();
  }
}
