package dev.corral.jcache.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.CacheWorker;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import dev.corral.jcache.internal.redis.LuaScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The duration of {@code clear()} does not depend on the number of entries. */
@Tag("baseline-jdk")
class ClearTest {

  private static final int MANY = 1_000_000;

  private static final String FILL =
      "for i = ARGV[3], ARGV[4] do"
          + " redis.call('SET', ARGV[1] .. string.format('%.0f', i), ARGV[2]) end";

  @Test
  void clear_aMillionEntries_isOneRoundTripAndRemovesAll() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<Integer, String> cache = redis.cache("many", Integer.class, String.class);
      cache.clear(); // the first use loads the script into Redis
      await().until(() -> redis.raw().number("EXISTS", "{many}!cleared") == 0);
      fill(redis.raw(), cache);
      ChildJvm other = redis.worker("find", "many", Integer.toString(MANY));
      assertThat(other.await("before")).isEqualTo("1000");
      redis.raw().call("CONFIG", "SET", "slowlog-log-slower-than", "10000");
      redis.raw().call("SLOWLOG", "RESET");

      long start = System.nanoTime();
      List<String> commands = RawRedis.commandsDuring(redis.server(), cache::clear);
      long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);

      assertThat(commands).filteredOn(it -> it.contains(LuaScript.CLEAR.sha1())).hasSize(1);
      redis.cache(CacheWorker.SIGNALS, String.class, String.class).put("go", "now");
      assertThat(other.await("after")).isEqualTo("0");
      assertThat(cache.get(MANY / 2)).isNull();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> redis.raw().number("EXISTS", "{many}!cleared") == 0);
      long sweep = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      List<?> slow = (List<?>) redis.raw().call("SLOWLOG", "GET", "-1");
      assertThat(slow.toString()).doesNotContain(LuaScript.CLEAR.sha1());
      // a busy machine may suspend Redis during a command, which prolongs it
      assertThat(slow).as("of about 6,000 commands of the sweep").hasSizeLessThan(12);
      assertThat(redis.raw().call("KEYS", "{many}*"))
          .asInstanceOf(InstanceOfAssertFactories.LIST)
          .containsOnly("{many}!generation", "{many}!layout");
      System.out.printf(
          "clear of %,d: %,d µs; swept after %,d ms; commands above 10 ms: %d%n",
          MANY, micros, sweep, slow.size());
    }
  }

  /** Fills Redis with copies of an entry that the cache itself has written. */
  private static void fill(RawRedis redis, Cache<Integer, String> cache) {
    cache.put(MANY, "x".repeat(20));
    String entry = (String) ((List<?>) redis.call("KEYS", "{many}:*")).get(0);
    assertThat(entry).endsWith(Integer.toString(MANY));
    String prefix = entry.substring(0, entry.length() - Integer.toString(MANY).length());
    byte[] bytes = redis.text("GET", entry).getBytes(StandardCharsets.ISO_8859_1);
    int page = 10_000;
    for (int i = 0; i < MANY; i += page) {
      redis.call("EVAL", FILL, "0", prefix, bytes, i, i + page - 1);
    }
    assertThat(redis.number("DBSIZE")).isGreaterThan(MANY);
  }

  @Test
  void clear_severalBuckets_isOneCallForEach() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache =
          redis.cache(
              "spread", CorralConfiguration.builder(String.class, String.class).buckets(4).build());
      Map<String, String> entries = new HashMap<>();
      for (int i = 0; i < 1_000; i++) {
        entries.put("k" + i, "v");
      }
      cache.clear();
      cache.putAll(entries);
      assertThat(cache).hasSize(1_000);

      List<String> commands = RawRedis.commandsDuring(redis.server(), cache::clear);

      assertThat(commands).filteredOn(it -> it.contains(LuaScript.CLEAR.sha1())).hasSize(4);
      assertThat(cache).isEmpty();
      await().until(() -> redis.raw().call("KEYS", "{spread:*}:*").equals(List.of()));
    }
  }
}
