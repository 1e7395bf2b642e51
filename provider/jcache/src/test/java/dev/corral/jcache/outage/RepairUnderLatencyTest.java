package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.fixtures.Relay;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Write-behind with 250 ms between the JVM and Redis: Redis is killed while it has queued changes,
 * and restarted; the JVM changes the key until the middle of its repair. The last acknowledged
 * change must be the last in the database.
 *
 * <p>{@code -Dtest.repair-rounds=100} makes more rounds than two.
 */
@Tag("baseline-jdk")
class RepairUnderLatencyTest {

  private static final Logger log = LoggerFactory.getLogger(RepairUnderLatencyTest.class);

  private static final int ROUNDS = Integer.getInteger("test.repair-rounds", 2);
  private static final Duration LATENCY = Duration.ofMillis(250);
  private static final Duration RECOVERY = Duration.ofSeconds(20);
  private static final String SETTLING = "{behind}!settling";

  private final Database database = new Database();
  private final Random random = new Random();
  private int value;

  private CorralConfiguration<String, Integer> configuration() {
    return CorralConfiguration.builder(String.class, Integer.class)
        .standard(
            it -> it.setWriteThrough(true).setCacheWriterFactory(new SingletonFactory<>(database)))
        .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(10)))
        .build();
  }

  @Test
  void put_untilTheMiddleOfTheRepair_isTheLastInTheDatabase() throws Exception {
    int lost = 0;
    try (OwnRedis redis = new OwnRedis();
        Relay relay = new Relay(redis.server().address().port(), LATENCY);
        CorralCachingProvider provider = new CorralCachingProvider()) {
      redis.raw().call("CONFIG", "SET", "appendonly", "yes");
      URI uri =
          URI.create(
              "redis://:%s@127.0.0.1:%d?timeout=2s"
                  .formatted(redis.server().credentials().password(), relay.port()));
      Cache<String, Integer> cache =
          provider.getCacheManager(uri, null).createCache("behind", configuration());
      for (int round = 0; round < ROUNDS; round++) {
        int acknowledged = changeUntilTheRepair(redis, cache);
        flush(redis, cache);
        int last = database.rows.get("k");
        if (last != acknowledged) {
          lost++;
          log.error("Round {}: acknowledged {}, in the database {}", round, acknowledged, last);
        }
      }
      log.info("{} of {} rounds lost a change; the last value was {}", lost, ROUNDS, value);
    }
    assertThat(lost).isZero();
  }

  /** Returns the last value that was put. */
  private int changeUntilTheRepair(OwnRedis redis, Cache<String, Integer> cache)
      throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      cache.put("k", ++value);
    }
    redis.server().stop();
    cache.put("k", ++value);
    await().until(() -> statistics(cache).away());
    redis.server().restartWithLog();
    int untilRepair = value + 1;
    try (RawRedis raw = RawRedis.connect(redis.server())) {
      while (raw.number("EXISTS", SETTLING) == 0) {
        putForOneMillisecond(cache);
      }
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(400));
    while (System.nanoTime() - end < 0 && statistics(cache).away()) {
      putForOneMillisecond(cache);
    }
    assertThat(value).isGreaterThan(untilRepair);
    return value;
  }

  private void putForOneMillisecond(Cache<String, Integer> cache) throws InterruptedException {
    cache.put("k", ++value);
    TimeUnit.MILLISECONDS.sleep(1);
  }

  private static void flush(OwnRedis redis, Cache<String, Integer> cache) {
    await().atMost(RECOVERY).until(() -> !statistics(cache).away());
    try (RawRedis raw = RawRedis.connect(redis.server())) {
      raw.call("DEL", SETTLING); // no other JVM repairs, so the wait would be in vain
    }
    CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
    await().atMost(RECOVERY).ignoreExceptions().until(() -> corral.flush(RECOVERY));
  }
}
