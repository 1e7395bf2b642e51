package dev.corral.jcache.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.contentOf;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis user with exactly the rights in docs/security.md can do everything, and no other key. */
class MinimalRightsTest {

  /** The commands in the page, as {@code +get} or {@code +cluster|nodes}. */
  private static final List<String> RIGHTS =
      Pattern.compile("(?<=\\s)\\+[a-z|]+")
          .matcher(section("## Rights in Redis"))
          .results()
          .map(MatchResult::group)
          .distinct()
          .toList();

  private static final Set<String> SINCE_7 = Set.of("+spublish", "+ssubscribe", "+sunsubscribe");

  private final OwnRedis redis = OwnRedis.installed();
  private final CorralCachingProvider provider = new CorralCachingProvider();

  private static String section(String heading) {
    String page = contentOf(new File("../../docs/security.md"), UTF_8);
    String from = page.substring(page.indexOf(heading) + heading.length());
    int end = from.indexOf("\n## ");
    return end < 0 ? from : from.substring(0, end);
  }

  @BeforeEach
  void createUser() {
    List<Object> command = new ArrayList<>(List.of("ACL", "SETUSER", "shop", "reset", "on"));
    command.addAll(List.of(">s3cret", "~{shop:*", "resetchannels", "&{shop:*"));
    RIGHTS.stream().filter(it -> isVersion7() || !SINCE_7.contains(it)).forEach(command::add);
    assertThat(redis.raw().call(command.toArray())).isEqualTo("OK");
  }

  @AfterEach
  void close() {
    provider.close();
    redis.close();
  }

  private boolean isVersion7() {
    String version =
        redis.raw().text("INFO", "server").replaceAll("(?s).*redis_version:(\\d+).*", "$1");
    return Integer.parseInt(version) >= 7;
  }

  private CacheManager manager(String options) {
    String uri = "redis://shop:s3cret@%s?key-prefix=shop:%s";
    return provider.getCacheManager(
        URI.create(uri.formatted(redis.server().address(), options)), null);
  }

  @Test
  void page_listsTheCommandsOfAllScriptsAndOfTheCheck() {
    Set<String> used = new TreeSet<>();
    for (LuaScript script : LuaScript.values()) {
      Pattern.compile("redis\\.p?call\\('([A-Za-z]+)'")
          .matcher(script.text())
          .results()
          .forEach(it -> used.add("+" + it.group(1).toLowerCase(Locale.ROOT)));
    }
    Pattern.compile("\\{'([a-z]+)'")
        .matcher(LuaScript.MISSING_RIGHTS.text())
        .results()
        .forEach(it -> used.add("+" + it.group(1)));
    assertThat(RIGHTS).containsAll(used);
    assertThat(used).containsAll(RIGHTS.stream().filter(it -> isChecked(it)).toList());
  }

  /** The check of the rights does not need what only some connections send. */
  private static boolean isChecked(String right) {
    return !right.contains("|") && !Set.of("+auth", "+hello", "+select").contains(right);
  }

  @Test
  void everyFeature_worksWithTheRightsOfThePage_andStaysUnderThePrefix() throws Exception {
    redis.raw().call("ACL", "LOG", "RESET");
    CacheManager manager = manager("");
    CacheManager other = manager("&client-name=other");
    exerciseEvents(manager, other);
    exerciseLoads(manager, other);
    exerciseWriteBehind(manager);
    exerciseClearAndIteration(manager);
    exerciseOutage(manager);

    assertThat((List<?>) redis.raw().call("PUBSUB", "CHANNELS", "*"))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it).asString().startsWith("{shop:"));
    assertThat((List<?>) redis.raw().call("KEYS", "*"))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it).asString().startsWith("{shop:"));
    assertThat(denied()).isEmpty();
  }

  /** What Redis refused, except for the probe by which Redisson recognizes a proxied cluster. */
  private List<String> denied() {
    List<String> denied = new ArrayList<>();
    for (Object each : (List<?>) redis.raw().call("ACL", "LOG")) {
      String entry = String.valueOf(each);
      if (!entry.contains("test1")) {
        denied.add(entry);
      }
    }
    return denied;
  }

  private void exerciseEvents(CacheManager manager, CacheManager other) {
    List<String> events = new CopyOnWriteArrayList<>();
    CorralConfiguration<String, Item> configuration =
        CorralConfiguration.builder(String.class, Item.class)
            .standard(
                it ->
                    it.setExpiryPolicyFactory(
                        CreatedExpiryPolicy.factoryOf(
                            new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 700))))
            .nearCache(NearCacheOptions.ofEntries(100))
            .build();
    Cache<String, Item> cache = manager.createCache("events", configuration);
    Cache<String, Item> reader = other.createCache("events", configuration);
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            () -> new EventLog<String, Item>(events::add), null, true, true));
    cache.put("a", new Item("a", 1));
    cache.put("a", new Item("a", 2));
    assertThat(reader.get("a")).isEqualTo(new Item("a", 2));
    assertThat(reader.get("a")).isEqualTo(new Item("a", 2));
    cache.remove("a");
    cache.put("b", new Item("b", 1));
    await().until(() -> events.stream().anyMatch(it -> it.contains("EXPIRED")));
    await().until(() -> reader.get("a") == null);
    assertThat(events)
        .anyMatch(it -> it.contains("UPDATED"))
        .anyMatch(it -> it.contains("REMOVED"));
  }

  private static void exerciseLoads(CacheManager manager, CacheManager other) throws Exception {
    RecordingWriter database = new RecordingWriter();
    database.oneByOne = true;
    database.rows.put("k", "v");
    CorralConfiguration<String, String> configuration =
        CorralConfiguration.builder(String.class, String.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(() -> new Loader(database))
                        .setWriteThrough(true)
                        .setCacheWriterFactory(() -> database)
                        .setStatisticsEnabled(true)
                        .setManagementEnabled(true))
            .loading(
                LoadOptions.DEFAULTS
                    .withNegativeTimeToLive(Duration.ofSeconds(5))
                    .withStale(Duration.ofSeconds(1), Duration.ZERO))
            .build();
    Cache<String, String> cache = manager.createCache("loads", configuration);
    Cache<String, String> second = other.createCache("loads", configuration);
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(second.get("k")).isEqualTo("v");
    assertThat(cache.get("missing")).isNull();
    assertThat(cache.getAll(Set.of("k", "missing", "more"))).containsOnlyKeys("k");
    CompletionListenerFuture loaded = new CompletionListenerFuture();
    cache.loadAll(Set.of("k", "missing"), /* replaceExistingValues= */ true, loaded);
    loaded.get(10, TimeUnit.SECONDS);
    cache.putAll(Map.of("x", "1", "y", "2"));
    assertThat(cache.get("x")).isEqualTo("1");
    assertThat(cache.replace("x", "1", "3")).isTrue();
    assertThat(cache.putIfAbsent("x", "4")).isFalse();
    assertThat(cache.getAndReplace("x", "5")).isEqualTo("3");
    assertThat(cache.remove("x", "5")).isTrue();
    String before =
        cache.invoke(
            "y",
            (entry, arguments) -> {
              String value = entry.getValue();
              entry.setValue(value + "!");
              return value;
            });
    assertThat(before).isEqualTo("2");
    assertThat(second.get("y")).isEqualTo("2!");
    cache.removeAll(Set.of("y"));
    assertThat(database.rows).doesNotContainKey("y");
  }

  private static void exerciseWriteBehind(CacheManager manager) {
    RecordingWriter database = new RecordingWriter();
    Cache<String, String> cache =
        manager.createCache(
            "behind",
            CorralConfiguration.builder(String.class, String.class)
                .standard(it -> it.setWriteThrough(true).setCacheWriterFactory(() -> database))
                .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofMillis(50)))
                .build());
    cache.put("k", "1");
    cache.put("k", "2");
    cache.remove("gone");
    CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
    assertThat(corral.flush(Duration.ofSeconds(10))).isTrue();
    assertThat(database.rows).containsEntry("k", "2");
    assertThat(corral.deadLetters()).isEmpty();
    assertThat(corral.replayDeadLetters()).isZero();
    assertThat(corral.writeBehindStatistics().written()).isPositive();
  }

  private void exerciseClearAndIteration(CacheManager manager) {
    Cache<Integer, String> cache =
        manager.createCache(
            "plain",
            new MutableConfiguration<Integer, String>().setTypes(Integer.class, String.class));
    Map<Integer, String> many = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      many.put(i, "value " + i);
    }
    cache.putAll(many);
    assertThat(cache).hasSize(100);
    cache.clear();
    assertThat(cache).isEmpty();
    await().until(() -> redis.raw().number("EXISTS", "{shop:plain}!cleared") == 0);
    cache.putAll(many);
    cache.removeAll();
    assertThat(cache).isEmpty();
    manager.createCache("destroyed", new MutableConfiguration<>()).put("k", "v");
    manager.destroyCache("destroyed");
    await().until(() -> redis.raw().number("EXISTS", "{shop:destroyed}:k") == 0);
  }

  private void exerciseOutage(CacheManager manager) {
    Cache<Integer, String> cache = manager.getCache("plain", Integer.class, String.class);
    cache.put(1, "before");
    redis.server().freeze();
    try {
      await()
          .until(
              () ->
                  cache.unwrap(CorralCache.class).outageStatistics().away()
                      || cache.get(1) == null);
      cache.put(1, "during");
    } finally {
      redis.server().thaw();
    }
    await().until(() -> !cache.unwrap(CorralCache.class).outageStatistics().away());
    assertThat(cache.get(1)).isNull();
    cache.put(1, "after");
    assertThat(cache.get(1)).isEqualTo("after");
  }

  @Test
  void start_rightsMissing_failsAndNamesThem() {
    redis.raw().call("ACL", "SETUSER", "shop", "-evalsha");
    assertThatThrownBy(() -> create("a"))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("evalsha", "NOPERM", "security.md");
    assumeTrue(
        isVersion7(),
        "Before Redis 7.0, a user cannot ask for its rights; set CORRAL_TEST_REDIS_SERVER");
    redis.raw().call("ACL", "SETUSER", "shop", "+evalsha", "-zadd", "-hset");
    assertThatThrownBy(() -> create("b"))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("may not run hset, zadd", "{shop:", "security.md");
    redis.raw().call("ACL", "SETUSER", "shop", "+zadd", "+hset", "resetchannels", "&{other:*");
    assertThatThrownBy(() -> create("c"))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("publish", "subscribe", "{shop:");
    redis.raw().call("ACL", "SETUSER", "shop", "&{shop:*", "resetkeys", "~{other:*");
    assertThatThrownBy(() -> create("d"))
        .isInstanceOf(CacheException.class)
        .hasMessageContainingAll("NOPERM", "{shop:d}");
    redis.raw().call("ACL", "SETUSER", "shop", "~{shop:*");
    create("e").put("k", "v");
  }

  private Cache<Object, Object> create(String name) {
    return manager("&client-name=" + name)
        .createCache(name, new MutableConfiguration<Object, Object>());
  }

  /** A value of an application's class, which uses the class table. */
  record Item(String name, int count) {}

  private record Loader(RecordingWriter database) implements CacheLoader<String, String> {

    @Override
    @SuppressWarnings("NullAway") // the specification allows null for a missing key
    public String load(String key) {
      return database.rows.get(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      for (String key : keys) {
        if (database.rows.containsKey(key)) {
          loaded.put(key, load(key));
        }
      }
      return loaded;
    }
  }
}
