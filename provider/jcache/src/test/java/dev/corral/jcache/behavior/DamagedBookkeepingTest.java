package dev.corral.jcache.behavior;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.WritingBehind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys of Corral that another program has damaged: this concerns their cache alone, no call takes
 * long, and clear() heals.
 */
class DamagedBookkeepingTest {

  private static final Duration LONGEST_CALL = Duration.ofSeconds(1);

  private static OwnRedis redis;
  private static Cache<String, String> other;
  private static int number;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
    other = redis.cache("unaffected", String.class, String.class);
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  /** A key of the bookkeeping without the hash tag, and the command that damages it. */
  private record Damage(String key, String command, List<String> arguments) {

    /** In one step, because a drainer may create the key between two commands. */
    private static final String REPLACE =
        "redis.call('UNLINK', KEYS[1]); return redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))";

    static Damage text(String key, String text) {
      return new Damage(key, "SET", List.of(text));
    }

    static Damage list(String key) {
      return new Damage(key, "RPUSH", List.of("a"));
    }

    static Damage fields(String key, String... fieldsAndValues) {
      return new Damage(key, "HSET", List.of(fieldsAndValues));
    }

    void apply(String cache) {
      String name = "{" + cache + "}" + key;
      List<Object> all = new ArrayList<>(List.of("EVAL", REPLACE, 1, name, command));
      all.addAll(arguments);
      redis.raw().call(all.toArray());
    }
  }

  static Stream<Damage> damages() {
    return Stream.of(
        Damage.text("!generation", "nan"),
        Damage.text("!generation", "inf"),
        Damage.text("!generation", "hello"),
        Damage.text("!generation", ""),
        Damage.text("!generation", "-5"),
        Damage.text("!generation", "0"),
        Damage.text("!generation", "1e3"),
        Damage.text("!generation", "0x10"),
        Damage.text("!generation", "9223372036854775808"),
        Damage.text("!generation", "99999999999999999999999"),
        Damage.list("!generation"),
        Damage.list("!subscriptions"),
        Damage.text("!subscriptions", "x"),
        Damage.fields(
            "!subscriptions", "created", "nan", "updated", "hello", "near", "x", "expired", ""),
        Damage.list("!near"),
        Damage.text("!near", "nan"),
        Damage.text("!near", "99999999999999999999999"),
        Damage.text("!expiry-index", "x"),
        Damage.text("!expiring-values", "x"),
        Damage.text("!classes", "x"),
        Damage.list("!layout"),
        Damage.list("!cleared"),
        Damage.text("!clearer-lock", "x"),
        Damage.text("!sweeper", "x"),
        Damage.list("!sweeper"));
  }

  /** A cache that uses all keys except those of the queue. */
  private static CorralCache<String, String> full(String name) {
    Cache<String, String> cache =
        redis
            .manager()
            .createCache(
                name,
                CorralConfiguration.builder(String.class, String.class)
                    .standard(
                        it ->
                            it.setExpiryPolicyFactory(
                                CreatedExpiryPolicy.factoryOf(
                                    javax.cache.expiry.Duration.ONE_HOUR)))
                    .nearCache(NearCacheOptions.ofEntries(100))
                    .build());
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            () -> new EventLog<String, String>(event -> {}), null, false, false));
    return corral(cache);
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<String, String> corral(Cache<String, String> cache) {
    return cache.unwrap(CorralCache.class);
  }

  private static Map<String, Runnable> calls(Cache<String, String> cache) {
    Map<String, Runnable> calls = new LinkedHashMap<>();
    calls.put("get", () -> cache.get("k"));
    calls.put("put", () -> cache.put("k", "1"));
    calls.put("putAll", () -> cache.putAll(Map.of("k", "1", "l", "2")));
    calls.put("getAndPut", () -> cache.getAndPut("k", "2"));
    calls.put("containsKey", () -> cache.containsKey("k"));
    calls.put("replace", () -> cache.replace("k", "2", "3"));
    calls.put("getAll", () -> cache.getAll(Set.of("k", "l")));
    calls.put("iterator", () -> cache.forEach(entry -> {}));
    calls.put("invoke", () -> cache.invoke("k", (entry, none) -> entry.getValue()));
    calls.put("remove", () -> cache.remove("l"));
    calls.put("removeAll", cache::removeAll);
    return calls;
  }

  /** Every call succeeds, or fails with an exception that names the key and the remedy. */
  private static void callAll(Cache<String, String> cache, Damage damage) {
    calls(cache)
        .forEach(
            (name, call) -> {
              damage.apply(cache.getName());
              timed(
                  name,
                  () -> {
                    try {
                      call.run();
                    } catch (CacheException e) {
                      assertThat(e)
                          .as(name)
                          .hasMessageContainingAll(cache.getName(), damage.key(), "clear()");
                    }
                  });
              assertUnaffected();
            });
  }

  private static void timed(String name, Runnable call) {
    long start = System.nanoTime();
    call.run();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).as(name).isLessThan(LONGEST_CALL);
  }

  private static void assertUnaffected() {
    other.put("k", "v");
    assertThat(other.get("k")).isEqualTo("v");
    assertThat(corral(other).outageStatistics().openedTimes()).isZero();
  }

  private static void assertWorks(Cache<String, String> cache) {
    assertThat(cache.get("k")).isNull();
    cache.put("k", "1");
    assertThat(cache.get("k")).isEqualTo("1");
    assertThat(cache.replace("k", "2")).isTrue();
    assertThat(cache.getAndRemove("k")).isEqualTo("2");
  }

  @ParameterizedTest
  @MethodSource("damages")
  void anyCall_damagedKey_concernsItsCacheAndClearHeals(Damage damage) {
    String name = "damaged-" + number++;
    for (CorralCache<String, String> cache :
        List.of(full(name), corral(redis.cache("plain-" + name, String.class, String.class)))) {
      cache.put("k", "old");
      callAll(cache, damage);
      damage.apply(cache.getName());
      timed("clear", cache::clear);
      assertWorks(cache);
      assertUnaffected();
    }
    redis.manager().destroyCache(name);
    redis.manager().destroyCache("plain-" + name);
  }

  /** A number in a generation that no clock reached is damaged, but a lower one is only lower. */
  @Test
  void clear_damagedGeneration_oldEntriesNeverReturn() {
    Cache<String, String> cache = redis.cache("cleared", String.class, String.class);
    cache.put("k", "old");
    String generation = redis.raw().text("GET", "{cleared}!generation");
    byte[] entry = redis.raw().text("GET", "{cleared}:k").getBytes(ISO_8859_1);
    for (String damaged : List.of("nan", "5", generation + "0")) {
      redis.raw().call("SET", "{cleared}!generation", damaged);
      assertThat(cache.get("k")).isNull();
      cache.clear();
      redis.raw().call("SET", "{cleared}:k", entry);
      assertThat(cache.get("k")).isNull();
      assertThat(Long.parseLong(redis.raw().text("GET", "{cleared}!generation")))
          .isGreaterThan(Long.parseLong(generation));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!queue",
        "!due",
        "!since",
        "!totals",
        "!dead",
        "!written",
        "!written-before",
        "!drainer"
      })
  void anyCall_damagedQueue_concernsItsCacheAndClearHeals(String key) {
    WritingBehind behind = new WritingBehind();
    CorralCache<String, String> cache =
        behind.open(
            redis.manager(), WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(1)), 1);
    cache.put("before", "1");
    Damage damage = Damage.list(key);
    callAll(cache, damage);
    Map<String, Runnable> more =
        Map.of(
            "statistics", cache::writeBehindStatistics,
            "dead letters", cache::deadLetters,
            "discard", cache::discardDeadLetters);
    more.forEach(
        (name, call) -> {
          damage.apply(cache.getName());
          timed(
              name,
              () -> {
                try {
                  call.run();
                } catch (CacheException e) {
                  assertThat(e).as(name).hasMessageContaining(cache.getName());
                }
              });
        });
    damage.apply(cache.getName());
    timed("clear", cache::clear);

    cache.put("after", "2");
    await().until(() -> cache.flush(Duration.ofSeconds(5)));
    assertThat(behind.database.rows).containsEntry("after", "2");
    assertUnaffected();
    redis.manager().destroyCache(cache.getName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"!due", "!since", "!totals", "!dead", "!written", "!drainer"})
  void clear_damagedPartOfTheQueue_queuedChangesReachTheDatabase(String key) {
    WritingBehind behind = new WritingBehind();
    CorralCache<String, String> cache =
        behind.open(
            redis.manager(), WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(1)), 1);
    cache.put("k", "1");
    Damage.list(key).apply(cache.getName());
    cache.clear();
    cache.put("k", "2");
    cache.put("l", "3");
    await().until(() -> cache.flush(Duration.ofSeconds(5)));
    assertThat(behind.database.rows).containsEntry("k", "2").containsEntry("l", "3");
    redis.manager().destroyCache(cache.getName());
  }

  @Test
  void outage_damagedQueue_doesNotKeepOtherCachesFromRedis() {
    try (OwnRedis own = new OwnRedis()) {
      WritingBehind behind = new WritingBehind();
      CacheManager manager = own.manager("?timeout=200ms");
      CorralCache<String, String> cache =
          behind.open(manager, WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMinutes(1)), 1);
      Cache<String, String> healthy =
          manager.createCache(
              "healthy",
              new MutableConfiguration<String, String>().setTypes(String.class, String.class));
      own.raw().call("RPUSH", "{" + behind.name + "}!queue", "damaged");
      own.server().freeze();
      await().until(() -> isAway(healthy));
      cache.put("k", "1");
      own.server().thaw();

      await().atMost(Duration.ofSeconds(5)).until(() -> !outageOf(healthy).away());
      healthy.put("k", "v");
      assertThat(healthy.get("k")).isEqualTo("v");
      assertThat(behind.database.rows).containsEntry("k", "1");
      assertThat(own.raw().text("TYPE", "{" + behind.name + "}!queue")).isNotEqualTo("list");
    }
  }

  private static boolean isAway(Cache<String, String> cache) {
    assertThat(cache.get("k")).isNull();
    return outageOf(cache).away();
  }

  private static OutageStatistics outageOf(Cache<String, String> cache) {
    return corral(cache).outageStatistics();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "text"})
  void createCache_damagedLayout_replacesIt(String kind) {
    String name = "layout-" + kind;
    Damage damage =
        kind.equals("list") ? Damage.list("!layout") : Damage.text("!layout", "no layout");
    damage.apply(name);
    Cache<String, String> cache = redis.cache(name, String.class, String.class);
    assertThat(redis.raw().text("GET", "{" + name + "}!layout")).startsWith("format=");
    assertWorks(cache);
  }
}
