package dev.corral.jcache.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryUpdatedListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A loader that confirms a value which the cache still has. */
class NotModifiedTest {

  private static final int KEYS = Integer.getInteger("test.renewals", 1_000);
  private static OwnRedis redis;

  private final ContextualRows rows = new ContextualRows();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private long millisToLive(String key) {
    return redis.raw().number("PTTL", rows.entry(key));
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

  /** Entries for a moment, which are kept for a minute if the loader fails or confirms them. */
  private CorralCache<String, String> keeping() {
    return brief(LoadOptions.DEFAULTS.withStale(Duration.ZERO, Duration.ofMinutes(1)));
  }

  private CorralCache<String, String> brief(LoadOptions options) {
    return rows.open(redis, options, new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 200));
  }

  /** The key k has an expired entry, which its loader would confirm. */
  private void storeStale(CorralCache<String, String> cache) {
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    await().until(() -> cache.metadata("k").isEmpty());
  }

  @Test
  void reload_notModified_renewsTheLifeWithoutTheValue() throws Exception {
    CorralCache<String, String> cache = rows.open(redis);
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

    ContextualRows.reload(cache, keys);

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
  void get_staleEntry_loaderConfirmsIt() {
    CorralCache<String, String> cache = keeping();
    storeStale(cache);
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
        brief(LoadOptions.DEFAULTS.withStale(Duration.ofMinutes(1), Duration.ZERO));
    storeStale(cache);
    rows.results.put("k", LoadResult.of("v").withVersion("1").withTimeToLive(Duration.ofHours(1)));

    assertThat(cache.get("k")).isEqualTo("v");

    await().until(() -> cache.metadata("k").isPresent());
    assertThat(rows.seen).containsExactly("k false null unread", "k true 1 unread");
    assertThat(cache.get("k")).isEqualTo("v");
  }

  @Test
  void notModified_keyIsChangedMeanwhile_theChangeRemains() throws Exception {
    CorralCache<String, String> cache = rows.open(redis);
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    EntryOptions minute = EntryOptions.DEFAULTS.withTimeToLive(Duration.ofMinutes(1));

    rows.meanwhile.set(() -> cache.put("k", "w", minute));
    ContextualRows.reload(cache, Set.of("k"));
    assertThat(cache.get("k")).isEqualTo("w");
    assertThat(millisToLive("k")).isLessThan(60_001);

    rows.results.put("l", LoadResult.of("v").withVersion("1").withTags("red"));
    for (Runnable change :
        List.<Runnable>of(
            () -> cache.remove("l"), cache::clear, () -> cache.invalidateTags("red"))) {
      assertThat(cache.get("l")).isEqualTo("v");
      rows.meanwhile.set(change);
      ContextualRows.reload(cache, Set.of("l"));
      assertThat(cache.metadata("l")).isEmpty();
    }
  }

  @Test
  void notModified_staleEntryIsRemovedMeanwhile_loadsTheValue() {
    CorralCache<String, String> cache = keeping();
    storeStale(cache);
    rows.meanwhile.set(() -> cache.remove("k"));

    assertThat(cache.get("k")).isEqualTo("v");

    assertThat(rows.seen)
        .containsExactly("k false null unread", "k true 1 unread", "k false null unread");
    assertThat(cache.metadata("k")).isEmpty();
  }

  @Test
  void get_staleEntryThatThisJvmCannotDecode_isReplaced() {
    CorralCache<String, String> cache = keeping();
    rows.results.put("k", LoadResult.of("a longer value").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("a longer value");
    String entry = rows.entry("k");
    long length = redis.raw().number("STRLEN", entry);
    redis.raw().call("SETRANGE", entry, length - 15, "???????????????");
    await().until(() -> redis.raw().number("PTTL", entry) < 60_000);
    rows.results.put(
        "k", LoadResult.of("a longer value").withVersion("1").withTimeToLive(Duration.ofHours(1)));

    assertThat(cache.get("k")).isEqualTo("a longer value");
    rows.seen.clear();
    assertThat(cache.get("k")).isEqualTo("a longer value");
    assertThat(rows.seen).isEmpty();
  }

  @Test
  @SuppressWarnings("unchecked")
  void notModified_shorterLife_reachesNearCaches() throws Exception {
    CorralCache<String, String> cache =
        redis
            .cache(
                rows.name,
                CorralConfiguration.builder(String.class, String.class)
                    .standard(
                        it ->
                            it.setReadThrough(true)
                                .setCacheLoaderFactory(new SingletonFactory<>(rows)))
                    .nearCache(NearCacheOptions.ofEntries(100))
                    .build())
            .unwrap(CorralCache.class);
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    assertThat(cache.get("k")).isEqualTo("v");
    rows.results.put(
        "k", LoadResult.of("v").withVersion("1").withTimeToLive(Duration.ofMillis(200)));
    ContextualRows.reload(cache, Set.of("k"));
    rows.results.put("k", LoadResult.of("w").withVersion("2"));

    await().atMost(Duration.ofSeconds(2)).until(() -> "w".equals(cache.get("k")));
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
    CorralCache<String, String> cache = rows.open(redis);
    Events.all.clear();
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            Events::new, null, /* isOldValueRequired= */ false, /* isSynchronous= */ true));
    rows.results.put("k", LoadResult.of("v").withVersion("1"));
    assertThat(cache.get("k")).isEqualTo("v");
    ContextualRows.reload(cache, Set.of("k"));
    rows.results.put("k", LoadResult.of("w").withVersion("2"));
    ContextualRows.reload(cache, Set.of("k"));

    await().untilAsserted(() -> assertThat(Events.all).containsExactly("created v", "updated w"));
  }

  @Test
  void get_staleEntryIsConfirmed_synchronousListenersGetItsCreation() {
    CorralCache<String, String> cache = keeping();
    Events.all.clear();
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            Events::new, null, /* isOldValueRequired= */ false, /* isSynchronous= */ true));
    storeStale(cache);
    rows.results.put("k", LoadResult.of("v").withVersion("1").withTimeToLive(Duration.ofHours(1)));

    assertThat(cache.get("k")).isEqualTo("v");

    await().untilAsserted(() -> assertThat(Events.all).containsExactly("created v", "created v"));
    assertThat(cache.metadata("k")).isPresent();
  }
}
