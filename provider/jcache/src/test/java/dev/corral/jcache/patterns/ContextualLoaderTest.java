package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralCacheLoader;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryMetadata;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.LoadContext;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A loader that gets what the cache still has, and says more than a value. */
class ContextualLoaderTest {

  private static final int KEYS = Integer.getInteger("test.renewals", 1_000);
  private static final AtomicInteger names = new AtomicInteger();
  private static OwnRedis redis;

  private final Rows rows = new Rows();
  private String name;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void newName() {
    name = "contextual" + names.incrementAndGet();
  }

  /** Rows, each with a result; it notes what it gets of each key. */
  private static final class Rows implements CorralCacheLoader<String, String> {

    final Map<String, LoadResult<String>> results = new ConcurrentHashMap<>();
    final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    volatile boolean readsValues;

    /** What happens once while the loader runs. */
    final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    @Override
    public LoadResult<String> load(String key, LoadContext<String> context) {
      String value = readsValues ? String.valueOf(context.value()) : "unread";
      CompletableFuture.runAsync(meanwhile.getAndSet(() -> {})).join();
      seen.add(key + " " + context.hasValue() + " " + context.version() + " " + value);
      LoadResult<String> result = results.getOrDefault(key, LoadResult.absent());
      boolean isCurrent =
          context.version() != null && context.version().equals(result.options().version());
      return isCurrent
          ? LoadResult.<String>notModified().withTimeToLive(result.options().timeToLive())
          : result;
    }
  }

  private CorralCache<String, String> cache() {
    return cache(LoadOptions.DEFAULTS, javax.cache.expiry.Duration.ONE_HOUR);
  }

  @SuppressWarnings("unchecked")
  private CorralCache<String, String> cache(
      LoadOptions options, javax.cache.expiry.Duration timeToLive) {
    return redis
        .cache(
            name,
            CorralConfiguration.builder(String.class, String.class)
                .standard(
                    it ->
                        it.setReadThrough(true)
                            .setStatisticsEnabled(true)
                            .setCacheLoaderFactory(new SingletonFactory<>(rows))
                            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(timeToLive)))
                .loading(options)
                .build())
        .unwrap(CorralCache.class);
  }

  private long millisToLive(String key) {
    return redis.raw().number("PTTL", "{" + name + "}:" + key);
  }

  /** What Redis has sent to all clients. */
  private static long bytesSent() {
    return redis
        .raw()
        .text("INFO", "stats")
        .lines()
        .filter(it -> it.startsWith("total_net_output_bytes:"))
        .mapToLong(it -> Long.parseLong(it.substring(it.indexOf(':') + 1).strip()))
        .sum();
  }

  private static void reload(CorralCache<String, String> cache, Set<String> keys) throws Exception {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(keys, true, done);
    done.get();
  }

  @Test
  void get_valueWithOptions_storesThem() {
    CorralCache<String, String> cache = cache();
    rows.results.put(
        "k",
        LoadResult.of("v")
            .withTimeToLive(Duration.ofMinutes(1))
            .withTags("red", "blue")
            .withVersion("1"));

    assertThat(cache.get("k")).isEqualTo("v");

    assertThat(rows.seen).containsExactly("k false null unread");
    assertThat(millisToLive("k")).isBetween(50_000L, 60_000L);
    EntryMetadata metadata = cache.metadata("k").orElseThrow();
    assertThat(metadata.version()).isEqualTo("1");
    assertThat(metadata.tags()).containsExactlyInAnyOrder("red", "blue");
    assertThat(metadata.timeLeft()).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
    assertThat(metadata.age()).isBetween(Duration.ofMillis(-50), Duration.ofSeconds(10));
    assertThat(cache.metadata("none")).isEmpty();

    cache.invalidateTags("blue");
    assertThat(cache.metadata("k")).isEmpty();
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.statistics().getCacheMisses()).isEqualTo(2);
    assertThat(cache.statistics().getCachePuts()).isZero();
  }

  @Test
  void get_resultIsNotToBeStored_answersOnly() {
    CorralCache<String, String> cache = cache();
    rows.results.put("k", LoadResult.of("v").doNotStore());

    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.getAll(Set.of("k", "l"))).containsExactly(Map.entry("k", "v"));

    assertThat(rows.seen).hasSize(4);
    assertThat(cache.containsKey("k")).isFalse();
    assertThat(redis.raw().number("EXISTS", "{" + name + "}:k")).isZero();
  }

  @Test
  void get_absentForATime_isRememberedSoLong() {
    CorralCache<String, String> cache = cache();
    rows.results.put("brief", LoadResult.absentFor(Duration.ofMillis(300)));

    for (int i = 0; i < 5; i++) {
      assertThat(cache.get("brief")).isNull();
      assertThat(cache.get("not-remembered")).isNull();
    }

    assertThat(rows.seen).filteredOn(it -> it.startsWith("brief")).hasSize(1);
    assertThat(rows.seen).filteredOn(it -> it.startsWith("not-remembered")).hasSize(5);
    await().until(() -> cache.get("brief") == null && rows.seen.size() > 6);
  }

  @Test
  void reload_notModified_renewsTheLifeWithoutTheValue() throws Exception {
    CorralCache<String, String> cache = cache();
    Set<String> keys = IntStream.range(0, KEYS).mapToObj(i -> "k" + i).collect(Collectors.toSet());
    keys.forEach(
        key ->
            rows.results.put(
                key,
                LoadResult.of("v".repeat(2_000))
                    .withVersion("1")
                    .withTimeToLive(Duration.ofMinutes(10))));
    assertThat(cache.getAll(keys)).hasSize(KEYS);
    keys.forEach(
        key ->
            rows.results.compute(
                key, (same, result) -> result.withTimeToLive(Duration.ofHours(1))));
    rows.seen.clear();
    long before = bytesSent();

    reload(cache, keys);

    assertThat(bytesSent() - before).isLessThan(KEYS * 200L);
    assertThat(rows.seen).hasSize(KEYS).allSatisfy(it -> assertThat(it).endsWith(" true 1 unread"));
    for (int i = 0; i < KEYS; i += 100) {
      assertThat(millisToLive("k" + i)).isGreaterThan(3_500_000);
    }
    rows.seen.clear();
    assertThat(cache.getAll(keys)).hasSize(KEYS).containsEntry("k7", "v".repeat(2_000));
    assertThat(rows.seen).isEmpty();
    assertThat(cache.metadata("k7").orElseThrow().version()).isEqualTo("1");
  }

  @Test
  void reload_modified_replacesValueAndOptions() throws Exception {
    CorralCache<String, String> cache = cache();
    rows.results.put("k", LoadResult.of("v").withVersion("1").withTags("red"));
    assertThat(cache.get("k")).isEqualTo("v");
    rows.results.put("k", LoadResult.of("w").withVersion("2").withTags("blue"));
    rows.readsValues = true;

    reload(cache, Set.of("k"));

    assertThat(rows.seen).containsExactly("k false null unread", "k true 1 v");
    assertThat(cache.get("k")).isEqualTo("w");
    assertThat(cache.metadata("k").orElseThrow().version()).isEqualTo("2");
    cache.invalidateTags("red");
    assertThat(cache.metadata("k")).isPresent();
    cache.invalidateTags("blue");
    assertThat(cache.metadata("k")).isEmpty();
  }

  @Test
  void get_staleEntry_loaderConfirmsIt() {
    CorralCache<String, String> cache =
        cache(
            LoadOptions.DEFAULTS.withStale(Duration.ZERO, Duration.ofMinutes(1)),
            new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 200));
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    await().until(() -> cache.metadata("k").isEmpty());
    rows.results.put("k", LoadResult.of("v").withVersion("1").withTimeToLive(Duration.ofHours(1)));

    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.get("k")).isEqualTo("v");

    assertThat(rows.seen).containsExactly("k false null unread", "k true 1 unread");
    assertThat(cache.metadata("k").orElseThrow().timeLeft()).isGreaterThan(Duration.ofMinutes(59));
    assertThat(cache.getAll(Set.of("k"))).containsEntry("k", "v");
  }

  @Test
  void get_staleEntryInGrace_isConfirmedInTheBackground() {
    CorralCache<String, String> cache =
        cache(
            LoadOptions.DEFAULTS.withStale(Duration.ofMinutes(1), Duration.ZERO),
            new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 200));
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    await().until(() -> cache.metadata("k").isEmpty());
    rows.results.put("k", LoadResult.of("v").withVersion("1").withTimeToLive(Duration.ofHours(1)));

    assertThat(cache.get("k")).isEqualTo("v");

    await().until(() -> cache.metadata("k").isPresent());
    assertThat(rows.seen).containsExactly("k false null unread", "k true 1 unread");
    assertThat(cache.get("k")).isEqualTo("v");
  }

  @Test
  void reload_entryHasAVersionOfItsPut_loaderGetsIt() throws Exception {
    CorralCache<String, String> cache = cache();
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    cache.put("k", "w", EntryOptions.DEFAULTS.withVersion("2"));
    rows.results.put("k", LoadResult.of("x").withVersion("2"));

    reload(cache, Set.of("k"));

    assertThat(rows.seen).last().isEqualTo("k true 2 unread");
    assertThat(cache.get("k")).isEqualTo("w");
  }

  @Test
  void notModified_keyIsChangedMeanwhile_theChangeRemains() throws Exception {
    CorralCache<String, String> cache = cache();
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    EntryOptions minute = EntryOptions.DEFAULTS.withTimeToLive(Duration.ofMinutes(1));

    rows.meanwhile.set(() -> cache.put("k", "w", minute));
    reload(cache, Set.of("k"));
    assertThat(cache.get("k")).isEqualTo("w");
    assertThat(millisToLive("k")).isLessThan(60_001);

    rows.results.put("l", LoadResult.of("v").withVersion("1").withTags("red"));
    for (Runnable change :
        List.<Runnable>of(
            () -> cache.remove("l"), cache::clear, () -> cache.invalidateTags("red"))) {
      assertThat(cache.get("l")).isEqualTo("v");
      rows.meanwhile.set(change);
      reload(cache, Set.of("l"));
      assertThat(cache.metadata("l")).isEmpty();
    }
  }

  @Test
  void notModified_staleEntryIsRemovedMeanwhile_loadsTheValue() {
    CorralCache<String, String> cache =
        cache(
            LoadOptions.DEFAULTS.withStale(Duration.ZERO, Duration.ofMinutes(1)),
            new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 200));
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    await().until(() -> cache.metadata("k").isEmpty());
    rows.meanwhile.set(() -> cache.remove("k"));

    assertThat(cache.get("k")).isEqualTo("v");

    assertThat(rows.seen)
        .containsExactly("k false null unread", "k true 1 unread", "k false null unread");
    assertThat(cache.metadata("k")).isEmpty();
  }

  @Test
  void load_notModifiedWithoutAnEntry_fails() {
    CorralCache<String, String> cache = cache();
    rows.results.put("k", LoadResult.notModified());

    assertThatThrownBy(() -> cache.get("k"))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessage(
            "cache '%s': the loader %s returned 'not modified' for a key of which the cache has no"
                + " value; return a value unless LoadContext.hasValue()",
            name, Rows.class.getName());
    assertThatThrownBy(() -> cache.getAll(Set.of("k"))).isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void invoke_loadedValue_isStoredWithItsOptions() {
    CorralCache<String, String> cache = cache();
    rows.results.put("k", LoadResult.of("v").withVersion("1").withTags("red"));
    rows.results.put("not-stored", LoadResult.of("v").doNotStore());

    for (String key : List.of("k", "not-stored")) {
      String value =
          cache.invoke(
              key, (MutableEntry<String, String> entry, Object... none) -> entry.getValue());
      assertThat(value).isEqualTo("v");
    }

    assertThat(cache.metadata("k").orElseThrow().version()).isEqualTo("1");
    assertThat(cache.metadata("k").orElseThrow().tags()).containsExactly("red");
    assertThat(cache.metadata("not-stored")).isEmpty();
  }

  /** Notes the kinds of events. */
  private static final class Events
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String> {

    private static final List<String> all = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(it -> all.add("created " + it.getValue()));
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(it -> all.add("updated " + it.getValue()));
    }
  }

  @Test
  void reload_listener_getsNoEventForALiveEntryThatIsNotModified() throws Exception {
    CorralCache<String, String> cache = cache();
    Events.all.clear();
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            Events::new, null, /* isOldValueRequired= */ false, /* isSynchronous= */ true));
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    reload(cache, Set.of("k"));
    rows.results.put("k", LoadResult.of("w").withVersion("2"));
    reload(cache, Set.of("k"));

    await().untilAsserted(() -> assertThat(Events.all).containsExactly("created v", "updated w"));
  }
}
