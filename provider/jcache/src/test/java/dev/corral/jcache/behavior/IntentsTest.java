package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.ComputeIfAbsentProcessor;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.FillTicket;
import dev.corral.jcache.Lookup;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import dev.corral.jcache.internal.redis.LuaScript;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.integration.CacheLoader;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Intents of transactions, and fills by callers that read the database themselves. */
class IntentsTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final AtomicInteger names = new AtomicInteger();
  private static OwnRedis redis;

  private String name;
  private CorralCache<String, String> cache;

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void open() {
    name = "intents" + names.incrementAndGet();
    cache = open(redis.manager(), plain().build());
  }

  private static CorralConfiguration.Builder<String, String> plain() {
    return CorralConfiguration.builder(String.class, String.class);
  }

  @SuppressWarnings("unchecked")
  private CorralCache<String, String> open(
      CacheManager manager, CorralConfiguration<String, String> configuration) {
    return manager.createCache(name, configuration).unwrap(CorralCache.class);
  }

  private long fences(String key) {
    return redis.raw().number("EXISTS", "{" + name + "}!writing:" + key);
  }

  // fills

  @Test
  void fill_nothingHappenedSince_storesTheValue() {
    Lookup<String> missed = cache.lookUp("k");

    assertThat(missed.isHit()).isFalse();
    assertThat(cache.fill("k", missed.ticket(), "v")).isTrue();
    assertThat(cache.lookUp("k")).isEqualTo(new Lookup<>("v", FillTicket.NONE));
    assertThat(cache.fill("k", missed.ticket(), "again")).isFalse();
    assertThat(cache.get("k")).isEqualTo("v");
  }

  @Test
  void fill_keyWasChangedSince_storesNothing() {
    CorralCache<String, String> other = open(redis.manager("?timeout=2s"), plain().build());
    Map<String, Consumer<CorralCache<String, String>>> changes =
        Map.of(
            "removed", it -> it.remove("k"),
            "cleared", CorralCache::clear,
            "invalidated", it -> it.invalidateAll(Set.of("k")),
            "put and removed",
                it -> {
                  it.put("k", "other");
                  it.remove("k");
                },
            "committed", it -> it.recordIntent(Set.of("k"), MINUTE).confirm(),
            "rolled back", it -> it.recordIntent(Set.of("k"), MINUTE).withdraw());
    changes.forEach(
        (change, made) -> {
          FillTicket ticket = cache.lookUp("k").ticket();
          made.accept(other);

          assertThat(cache.fill("k", ticket, "from before")).as(change).isFalse();
          assertThat(cache.get("k")).as(change).isNull();
        });
  }

  @Test
  void fill_severalCallersMissed_firstOneStores() {
    FillTicket first = cache.lookUp("k").ticket();
    FillTicket second = cache.lookUp("k").ticket();

    assertThat(second).isEqualTo(first);
    assertThat(cache.fill("k", second, "second")).isTrue();
    assertThat(cache.fill("k", first, "first")).isFalse();
    assertThat(cache.get("k")).isEqualTo("second");
  }

  @Test
  void lookUp_cacheReadsThrough_callsNoLoader() {
    CountingLoader loader = new CountingLoader();
    cache = open(redis.manager("?timeout=3s"), reading(loader).build());

    assertThat(cache.lookUp("k").value()).isNull();
    assertThat(loader.calls).hasValue(0);
  }

  // intents

  @Test
  void intent_untilItIsConfirmed_removesTheEntryAndNothingIsStored() {
    CountingLoader loader = new CountingLoader();
    name += "-read";
    cache = open(redis.manager(), reading(loader).build());
    FillTicket before = cache.lookUp("k").ticket();
    cache.put("k", "old");

    ChangeIntent intent = cache.recordIntent(Set.of("k"), MINUTE);

    assertThat(cache.fill("k", before, "old")).isFalse();
    assertThat(cache.lookUp("k")).isEqualTo(new Lookup<>(null, FillTicket.NONE));
    assertThat(cache.get("k")).isEqualTo("loaded 1");
    assertThat(cache.get("k")).isEqualTo("loaded 2");
    assertThat(cache.getAll(Set.of("k"))).containsEntry("k", "loaded 3");
    assertThat(cache.invoke("k", new Computing())).isEqualTo("computed");
    assertThat(cache.containsKey("k")).isFalse();
    intent.confirm();
    assertThat(cache.get("k")).isEqualTo("loaded 4");
    assertThat(cache.get("k")).isEqualTo("loaded 4");
  }

  @Test
  void invalidateAll_cacheWritesThrough_removesEntriesWithoutTheWriter() {
    RecordingWriter writer = new RecordingWriter();
    name += "-invalidated";
    cache = open(redis.manager(), writing(writer).build());
    for (String key : List.of("k", "l", "m")) {
      cache.put(key, "v");
    }

    cache.invalidateAll(Set.of("k", "l"));

    assertThat(cache.getAll(Set.of("k", "l", "m"))).containsOnlyKeys("m");
    assertThat(writer.rows).containsOnlyKeys("k", "l", "m");
  }

  @Test
  void intent_keyIsPutMeanwhile_isRemovedByConfirmAndKeptByWithdraw() {
    ChangeIntent committed = cache.recordIntent(Set.of("k"), MINUTE);
    cache.put("k", "meanwhile");
    committed.confirm();
    assertThat(cache.get("k")).isNull();

    ChangeIntent rolledBack = cache.recordIntent(Set.of("k"), MINUTE);
    cache.put("k", "meanwhile");
    rolledBack.withdraw();
    rolledBack.confirm();
    assertThat(cache.get("k")).isEqualTo("meanwhile");
  }

  @Test
  void intents_ofTwoTransactions_lastUntilBothHaveEnded() {
    ChangeIntent first = cache.recordIntent(Set.of("k", "l"), MINUTE);
    ChangeIntent second = cache.recordIntent(Set.of("k"), MINUTE);

    first.confirm();

    assertThat(cache.lookUp("k").ticket()).isEqualTo(FillTicket.NONE);
    assertThat(cache.lookUp("l").ticket()).isNotEqualTo(FillTicket.NONE);
    second.withdraw();
    assertThat(cache.lookUp("k").ticket()).isNotEqualTo(FillTicket.NONE);
    assertThat(fences("k")).isZero();
  }

  @Test
  void intent_endIsUnknown_endsByItselfAndAnotherOneDoesNotProlongIt() throws Exception {
    cache.recordIntent(Set.of("k"), Duration.ofSeconds(1)).close();
    cache.recordIntent(Set.of("k"), MINUTE).confirm();
    assertThat(cache.lookUp("k").ticket()).isEqualTo(FillTicket.NONE);
    assertThat(redis.raw().number("PTTL", "{" + name + "}!writing:k")).isBetween(1L, 1_000L);

    TimeUnit.MILLISECONDS.sleep(1_050);

    assertThat(cache.lookUp("k").ticket()).isNotEqualTo(FillTicket.NONE);
  }

  @Test
  void intent_transactionTakesLonger_isRenewed() throws Exception {
    ChangeIntent intent = cache.recordIntent(Set.of("k"), Duration.ofSeconds(1));
    TimeUnit.MILLISECONDS.sleep(1_700);

    assertThat(cache.lookUp("k").ticket()).isEqualTo(FillTicket.NONE);
    intent.confirm();
    assertThat(fences("k")).isZero();
  }

  @Test
  void intent_writeThroughWritesMeanwhile_staysAndItsEntryIsRemoved() {
    RecordingWriter writer = new RecordingWriter();
    name += "-written";
    cache = open(redis.manager(), writing(writer).build());
    ChangeIntent intent = cache.recordIntent(Set.of("k"), MINUTE);

    cache.put("k", "written");

    assertThat(writer.rows).containsEntry("k", "written");
    assertThat(cache.get("k")).isNull();
    assertThat(cache.lookUp("k").ticket()).isEqualTo(FillTicket.NONE);
    intent.confirm();
    cache.put("k", "later");
    assertThat(cache.get("k")).isEqualTo("later");
  }

  @Test
  void intent_nearCacheOfAnotherJvm_forgetsTheEntry() {
    CorralConfiguration<String, String> near =
        plain()
            .standard(it -> it.setStatisticsEnabled(true))
            .nearCache(NearCacheOptions.ofEntries(100).withMaxStaleness(Duration.ofSeconds(1)))
            .build();
    name += "-near";
    cache = open(redis.manager(), near);
    CorralCache<String, String> other = open(redis.manager("?timeout=2s"), near);
    cache.put("k", "old");
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              other.get("k");
              return other.nearCacheStatistics().hits() > 0;
            });

    ChangeIntent intent = cache.recordIntent(Set.of("k"), MINUTE);

    assertThat(cache.get("k")).isNull();
    await().atMost(Duration.ofSeconds(2)).until(() -> other.get("k") == null);
    intent.confirm();
  }

  @Test
  void intent_manyKeys_isOneCommandForEachHundreds() {
    Set<String> keys = Set.of("a", "b", "c");
    cache.recordIntent(keys, MINUTE).confirm();
    List<String> sent =
        RawRedis.commandsDuring(redis.server(), () -> cache.recordIntent(keys, MINUTE).confirm())
            .stream()
            .filter(it -> !it.contains(" lua]"))
            .filter(it -> it.contains("EVALSHA") && it.contains("{" + name + "}"))
            .toList();

    assertThat(sent).hasSize(2);
    assertThat(sent.get(0)).contains(LuaScript.RECORD_INTENTS.sha1());
    assertThat(sent.get(1)).contains(LuaScript.END_INTENTS.sha1());
  }

  @Test
  void intent_keysInSeveralBuckets_concernsAllOfThem() {
    name += "-buckets";
    cache = open(redis.manager(), plain().buckets(4).build());
    Set<String> keys = IntStream.range(0, 40).mapToObj(it -> "k" + it).collect(Collectors.toSet());
    keys.forEach(key -> cache.put(key, "old"));

    ChangeIntent intent = cache.recordIntent(keys, MINUTE);

    assertThat(keys)
        .allSatisfy(
            key -> assertThat(cache.lookUp(key)).isEqualTo(new Lookup<>(null, FillTicket.NONE)));
    intent.confirm();
    assertThat(keys)
        .allSatisfy(key -> assertThat(cache.fill(key, cache.lookUp(key).ticket(), "new")).isTrue());
  }

  @Test
  void intent_argumentsAreWrong_fails() {
    assertThatThrownBy(() -> cache.recordIntent(Set.of("k"), Duration.ofMillis(999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
    name += "-behind";
    CorralCache<String, String> behind =
        open(
            redis.manager(),
            writing(new RecordingWriter()).writeBehind(WriteBehindOptions.DEFAULTS).build());
    assertThatThrownBy(() -> behind.recordIntent(Set.of("k"), MINUTE))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("writes behind");
  }

  @Test
  void intent_redisIsUnavailable_failsAndConfirmIsRepairedLater() {
    try (OwnRedis mortal = new OwnRedis()) {
      CorralCache<String, String> own =
          open(mortal.manager("?timeout=1s&connect-timeout=1s"), plain().build());
      ChangeIntent intent = own.recordIntent(Set.of("k"), MINUTE);
      own.put("k", "from before the commit");
      mortal.server().stop();

      assertThatThrownBy(() -> own.recordIntent(Set.of("l"), MINUTE))
          .isInstanceOf(CacheException.class);
      assertThat(own.lookUp("k")).isEqualTo(new Lookup<>(null, FillTicket.NONE));
      assertThat(own.fill("k", new FillTicket("any"), "v")).isFalse();
      intent.confirm();
      own.invalidateAll(Set.of("l"));
      own.recordIntent(Set.of(), MINUTE).withdraw();

      mortal.server().restart();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> own.fill("k", own.lookUp("k").ticket(), "after"));
      assertThat(own.get("k")).isEqualTo("after");
    }
  }

  private static CorralConfiguration.Builder<String, String> reading(CountingLoader loader) {
    return plain()
        .standard(
            it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(loader)));
  }

  private static CorralConfiguration.Builder<String, String> writing(RecordingWriter writer) {
    return plain()
        .standard(
            it -> it.setWriteThrough(true).setCacheWriterFactory(new SingletonFactory<>(writer)));
  }

  private static final class CountingLoader implements CacheLoader<String, String> {

    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public String load(String key) {
      return "loaded " + calls.incrementAndGet();
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }

  private record Computing() implements ComputeIfAbsentProcessor<String, String, String> {

    @Override
    public String process(MutableEntry<String, String> entry, Object... arguments) {
      entry.setValue("computed");
      return "computed";
    }
  }
}
