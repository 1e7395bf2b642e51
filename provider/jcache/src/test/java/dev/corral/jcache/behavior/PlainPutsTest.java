package dev.corral.jcache.behavior;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.internal.redis.LuaScript;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Plain puts, which need no previous value, use a shorter script with the same effect. */
class PlainPutsTest {

  private static OwnRedis redis;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  private static Cache<String, String> cache(String name, Duration lifetime) {
    return redis.cache(
        name,
        new MutableConfiguration<String, String>()
            .setTypes(String.class, String.class)
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(lifetime)));
  }

  /** The deadline in the header of an entry. */
  private static long deadline(String entry) {
    return ByteBuffer.wrap(redis.raw().text("GET", entry).getBytes(ISO_8859_1)).getLong(12);
  }

  @Test
  void putAll_existingEntries_keepsTheirDeadlines() {
    Cache<String, String> cache = cache("kept", Duration.ONE_HOUR);
    cache.put("a", "1");
    long deadline = deadline("{kept}:a");
    cache.putAll(Map.of("a", "2", "b", "2"));
    assertThat(deadline("{kept}:a")).isEqualTo(deadline);
    assertThat(deadline("{kept}:b")).isGreaterThanOrEqualTo(deadline);
    assertThat(redis.raw().number("PTTL", "{kept}:a")).isBetween(3_590_000L, 3_600_000L);
    assertThat(redis.raw().number("PTTL", "{kept}:b")).isBetween(3_590_000L, 3_600_000L);
    assertThat(cache.get("a")).isEqualTo("2");
  }

  @Test
  void put_entryFromBeforeAClear_createsItAnew() throws InterruptedException {
    Cache<String, String> cache = cache("cleared", Duration.ONE_HOUR);
    cache.put("a", "1");
    long before = deadline("{cleared}:a");
    cache.clear();
    TimeUnit.MILLISECONDS.sleep(5);
    cache.put("a", "2");
    assertThat(deadline("{cleared}:a")).isGreaterThan(before);
  }

  @Test
  void putAll_eternalOverEternal_setsNoTtl() {
    Cache<String, String> cache = cache("eternal", Duration.ETERNAL);
    cache.putAll(Map.of("a", "1", "b", "1"));
    cache.putAll(Map.of("a", "2", "c", "2"));
    assertThat(redis.raw().number("PTTL", "{eternal}:a")).isEqualTo(-1);
    assertThat(cache.get("a") + cache.get("b") + cache.get("c")).isEqualTo("212");
  }

  @Test
  void putAll_modifiedExpiryPolicy_setsTheFullLifetimeForAll() throws InterruptedException {
    Cache<String, String> cache =
        redis.cache(
            "modified",
            new MutableConfiguration<String, String>()
                .setTypes(String.class, String.class)
                .setExpiryPolicyFactory(ModifiedExpiryPolicy.factoryOf(Duration.ONE_HOUR)));
    cache.put("a", "1");
    long deadline = deadline("{modified}:a");
    TimeUnit.MILLISECONDS.sleep(5);
    cache.putAll(Map.of("a", "2", "b", "2"));
    assertThat(deadline("{modified}:a")).isGreaterThan(deadline);
    assertThat(deadline("{modified}:b")).isEqualTo(deadline("{modified}:a"));
    assertThat(redis.raw().number("PTTL", "{modified}:a")).isBetween(3_590_000L, 3_600_000L);
    assertThat(cache.getAll(Set.of("a", "b")))
        .containsOnly(Map.entry("a", "2"), Map.entry("b", "2"));
  }

  @Test
  void putAll_largeValues_storesThemAll() {
    Cache<String, String> cache = cache("large", Duration.ONE_HOUR);
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      values.put("k" + i, String.valueOf(i).repeat(50_000));
    }
    cache.putAll(values);
    cache.putAll(values);
    assertThat(cache.getAll(values.keySet())).isEqualTo(values);
  }

  @Test
  void putAll_keyOfAnotherType_replacesIt() {
    for (String value : List.of("small", "large".repeat(10_000))) {
      Cache<String, String> cache = cache("foreign" + value.length(), Duration.ONE_HOUR);
      String foreign = "{foreign%d}:b".formatted(value.length());
      redis.raw().call("LPUSH", foreign, "not ours");
      cache.putAll(Map.of("a", value, "b", value, "c", value));
      assertThat(cache.getAll(Set.of("a", "b", "c"))).hasSize(3).containsValue(value);
      assertThat(redis.raw().text("TYPE", foreign)).isEqualTo("string");
    }
  }

  @Test
  void put_listenerIsRegistered_notifiesIt() {
    Cache<String, String> cache = cache("observed", Duration.ETERNAL);
    cache.put("a", "1");
    List<String> events = new CopyOnWriteArrayList<>();
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            () -> new EventLog<String, String>(events::add), null, true, true));
    cache.put("a", "2");
    cache.put("b", "3");
    assertThat(events).hasSize(2);
  }

  /** The client makes the envelope of a put; Redis makes that of a getAndPut. */
  @Test
  void put_eternal_storesTheSameBytesAsGetAndPut() {
    Cache<String, String> cache = cache("stored", Duration.ETERNAL);
    cache.put("a", "1");
    cache.put("a", "2");
    String stored = redis.raw().text("GET", "{stored}:a");
    cache.getAndPut("a", "2");
    assertThat(redis.raw().text("GET", "{stored}:a")).isEqualTo(stored);
  }

  @Test
  void put_clearedByAnotherJvm_retriesWithTheNewGeneration() {
    Cache<String, String> cache = cache("again", Duration.ETERNAL);
    Cache<String, String> theirs =
        redis
            .manager("?timeout=900ms")
            .createCache(
                "again",
                new MutableConfiguration<String, String>().setTypes(String.class, String.class));
    cache.putAll(Map.of("a", "1", "b", "1"));
    theirs.clear();
    assertThat(putsDuring(() -> cache.put("a", "2"))).isEqualTo(2);
    assertThat(theirs.get("a")).isEqualTo("2");
    assertThat(theirs.get("b")).isNull();
    assertThat(putsDuring(() -> cache.put("b", "2"))).isEqualTo(1);
    assertThat(theirs.get("b")).isEqualTo("2");
  }

  private static long putsDuring(Runnable action) {
    return RawRedis.commandsDuring(redis.server(), action).stream()
        .filter(it -> it.contains(LuaScript.PUT_FOREVER.sha1()))
        .count();
  }

  @Test
  void putAll_plain_runsOneShortScript() {
    Cache<String, String> cache = cache("short", Duration.ETERNAL);
    cache.put("a", "1");
    List<String> commands =
        RawRedis.commandsDuring(redis.server(), () -> cache.putAll(Map.of("a", "2", "b", "3")));
    // a background task of another test's cache may send commands, too
    assertThat(commands).filteredOn(it -> it.contains("EVALSHA") && ofShort(it)).hasSize(1);
    assertThat(commands).filteredOn(it -> it.contains("MSET") && ofShort(it)).hasSize(1);
  }

  private static boolean ofShort(String command) {
    return command.contains("{short}");
  }
}
