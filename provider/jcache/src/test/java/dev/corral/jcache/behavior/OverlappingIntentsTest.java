package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.ComputeIfAbsentProcessor;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.FillTicket;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import dev.corral.jcache.fixtures.Relay;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.processor.MutableEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Intents of transactions, and what other callers do at the same time. */
class OverlappingIntentsTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final AtomicInteger names = new AtomicInteger();
  private static OwnRedis redis;

  private final String name = "overlapping" + names.incrementAndGet();

  @BeforeAll
  static void start() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private static CorralConfiguration.Builder<String, String> plain() {
    return CorralConfiguration.builder(String.class, String.class);
  }

  private static CorralConfiguration.Builder<String, String> reading(
      Function<String, String> loader) {
    return plain()
        .standard(
            it ->
                it.setReadThrough(true)
                    .setCacheLoaderFactory(new SingletonFactory<>(new Loader(loader))));
  }

  @SuppressWarnings("unchecked")
  private CorralCache<String, String> open(CorralConfiguration<String, String> configuration) {
    return redis.cache(name, configuration).unwrap(CorralCache.class);
  }

  private boolean isFenced(String key) {
    return redis.raw().number("EXISTS", "{" + name + "}!writing:" + key) == 1;
  }

  private static boolean mayFill(CorralCache<String, String> cache, String key) {
    return !cache.lookUp(key).ticket().equals(FillTicket.NONE);
  }

  // renewals

  @Test
  void close_renewalIsInFlight_intentLastsUntilItEndsByItself() throws Exception {
    String password = redis.server().credentials().password();
    try (Relay relay = new Relay(redis.server().address().port(), Duration.ZERO);
        CorralCachingProvider provider = new CorralCachingProvider()) {
      URI uri = URI.create("redis://:%s@127.0.0.1:%d?timeout=5s".formatted(password, relay.port()));
      @SuppressWarnings("unchecked")
      CorralCache<String, String> cache =
          provider
              .getCacheManager(uri, null)
              .createCache(name, plain().build())
              .unwrap(CorralCache.class);
      ChangeIntent intent = cache.recordIntent(Set.of("k"), Duration.ofSeconds(1));
      relay.silence();
      TimeUnit.MILLISECONDS.sleep(600); // the renewal is sent after a third of the time

      intent.close();
      relay.restore();

      TimeUnit.MILLISECONDS.sleep(450);
      assertThat(isFenced("k")).isTrue();
      await().atMost(Duration.ofSeconds(2)).until(() -> !isFenced("k"));
    }
  }

  // interrupts and refusals

  @Test
  void recordIntent_threadIsInterrupted_isRecordedAndConfirmed() {
    CorralCache<String, String> cache = open(plain().build());
    cache.put("k", "old");

    Thread.currentThread().interrupt();
    ChangeIntent intent = cache.recordIntent(Set.of("k"), MINUTE);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(isFenced("k")).isTrue();
    cache.put("k", "meanwhile");
    Thread.currentThread().interrupt();
    intent.confirm();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(isFenced("k")).isFalse();
    assertThat(cache.get("k")).isNull();
  }

  @Test
  void confirm_redisRefusesIt_entriesAreRepaired() {
    CorralCache<String, String> cache = open(plain().build());
    Map<String, String> meanwhile = Map.of("k", "meanwhile", "l", "meanwhile");
    ChangeIntent intent = cache.recordIntent(meanwhile.keySet(), MINUTE);
    cache.putAll(meanwhile);
    redis.raw().call("ACL", "SETUSER", "default", "-zrem");
    try {
      assertThatThrownBy(intent::confirm).isInstanceOf(CacheException.class);
    } finally {
      redis.raw().call("ACL", "SETUSER", "default", "+zrem");
    }
    assertThat(cache.getAll(meanwhile.keySet())).isEmpty();
  }

  // writers

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writer_transactionEndsMeanwhile_keyStaysFencedUntilItHasCommitted(boolean writesFirst) {
    RecordingWriter writer = new RecordingWriter();
    writer.gate = new CountDownLatch(1);
    CorralCache<String, String> cache = openWriting(writer);

    CompletableFuture<Void> writing;
    ChangeIntent intent;
    if (writesFirst) {
      writing = beginPut(cache, writer);
      intent = cache.recordIntent(Set.of("k"), MINUTE);
    } else {
      intent = cache.recordIntent(Set.of("k"), MINUTE);
      writing = beginPut(cache, writer);
    }
    intent.confirm();

    assertThat(isFenced("k")).isTrue();
    assertThat(redis.raw().number("PTTL", "{" + name + "}!writing:k")).isBetween(50_000L, 60_000L);
    assertThat(mayFill(cache, "k")).isFalse();
    writer.gate.countDown();
    writing.join();
    assertThat(writer.rows).containsEntry("k", "written");
    assertThat(isFenced("k")).isFalse();
    assertThat(cache.get("k")).isNull();
    assertThat(mayFill(cache, "k")).isTrue();
    cache.put("k", "later");
    assertThat(cache.get("k")).isEqualTo("later");
  }

  @Test
  void writer_failsWhileAnIntentIsOpen_intentRemainsAlone() {
    RecordingWriter writer = new RecordingWriter();
    writer.gate = new CountDownLatch(1);
    CorralCache<String, String> cache = openWriting(writer);
    CompletableFuture<Void> writing = beginPut(cache, writer);
    ChangeIntent intent = cache.recordIntent(Set.of("k"), MINUTE);
    writer.unavailable = true;
    writer.gate.countDown();

    assertThatThrownBy(writing::join).isInstanceOf(CompletionException.class);

    assertThat(redis.raw().number("ZCARD", "{" + name + "}!writing:k")).isEqualTo(1);
    intent.withdraw();
    assertThat(isFenced("k")).isFalse();
  }

  private CorralCache<String, String> openWriting(RecordingWriter writer) {
    return open(
        plain()
            .standard(
                it ->
                    it.setWriteThrough(true).setCacheWriterFactory(new SingletonFactory<>(writer)))
            .build());
  }

  /** A put whose writer has been called, and waits. */
  private static CompletableFuture<Void> beginPut(
      CorralCache<String, String> cache, RecordingWriter writer) {
    CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> cache.put("k", "written"));
    await().until(() -> !writer.calls.isEmpty());
    return writing;
  }

  // entry processors

  @Test
  void invoke_readsThroughWhileAnIntentIsOpen_returnsItsResultAndStoresNothing() {
    AtomicInteger loads = new AtomicInteger();
    CorralCache<String, String> cache =
        open(reading(key -> "loaded " + loads.incrementAndGet()).build());
    ChangeIntent intent = cache.recordIntent(Set.of("k"), MINUTE);

    assertThat(
            cache.<String>invoke(
                "k",
                (entry, arguments) -> {
                  String value = entry.getValue();
                  entry.setValue(value + " and changed");
                  return value;
                }))
        .isEqualTo("loaded 1");
    assertThat(
            cache.<String>invoke(
                "k",
                (entry, arguments) -> {
                  String value = entry.getValue();
                  entry.remove();
                  return value;
                }))
        .isEqualTo("loaded 2");
    assertThat(cache.containsKey("k")).isFalse();

    intent.confirm();
    cache.invoke("k", (entry, arguments) -> change(entry));
    assertThat(cache.get("k")).isEqualTo("loaded 3 and changed");
    assertThat(loads).hasValue(3);
  }

  private static boolean change(MutableEntry<String, String> entry) {
    entry.setValue(entry.getValue() + " and changed");
    return true;
  }

  @Test
  void get_intentIsOpen_loadsWithoutTheLoadLock() {
    AtomicInteger loads = new AtomicInteger();
    CorralCache<String, String> cache =
        open(
            reading(
                    key -> {
                      if (loads.incrementAndGet() == 1) {
                        await().atMost(Duration.ofSeconds(3)).until(() -> !isLoadLocked(key));
                        return "without the lock";
                      }
                      return isLoadLocked(key) ? "with the lock" : "unlocked";
                    })
                .build());
    ChangeIntent intent = cache.recordIntent(Set.of("k"), MINUTE);

    assertThat(cache.get("k")).isEqualTo("without the lock");
    intent.confirm();
    assertThat(cache.get("k")).isEqualTo("with the lock");
  }

  private boolean isLoadLocked(String key) {
    return redis.raw().number("EXISTS", "{" + name + "}!load:" + key) == 1;
  }

  @Test
  void computed_entryWasStaleAndAnIntentIsRecordedMeanwhile_isNotStored() throws Exception {
    CorralCache<String, String> cache =
        open(
            reading(key -> "loaded")
                .loading(LoadOptions.DEFAULTS.withStale(Duration.ZERO, MINUTE))
                .build());
    cache.put("k", "stale", EntryOptions.DEFAULTS.withTimeToLive(Duration.ofMillis(50)));
    cache.put("l", "stale", EntryOptions.DEFAULTS.withTimeToLive(Duration.ofMillis(50)));
    TimeUnit.MILLISECONDS.sleep(100);

    cache.invoke(
        "k",
        new Computing(
            () -> {
              CompletableFuture.runAsync(() -> cache.recordIntent(Set.of("k"), MINUTE)).join();
              return "from before the commit";
            }));
    cache.invoke("l", new Computing(() -> "computed"));

    assertThat(cache.containsKey("k")).isFalse();
    assertThat(cache.getIfPresent("l")).isEqualTo("computed");
  }

  // lookups

  @Test
  void lookUp_readsByScripts_sharesTheTicketOfAnother() {
    Map<String, CorralConfiguration.Builder<String, String>> caches =
        Map.of(
            "touched",
            plain()
                .standard(
                    it ->
                        it.setExpiryPolicyFactory(
                            TouchedExpiryPolicy.factoryOf(javax.cache.expiry.Duration.ONE_HOUR))),
            "expired events",
            plain().standard(OverlappingIntentsTest::listen));
    caches.forEach(
        (what, configuration) -> {
          @SuppressWarnings("unchecked")
          CorralCache<String, String> cache =
              redis
                  .cache(name + what.substring(0, 2), configuration.build())
                  .unwrap(CorralCache.class);
          FillTicket first = cache.lookUp("k").ticket();
          FillTicket second = cache.lookUp("k").ticket();

          assertThat(second).as(what).isEqualTo(first);
          assertThat(cache.fill("k", first, "filled")).as(what).isTrue();
          assertThat(cache.lookUp("k").value()).as(what).isEqualTo("filled");
        });
  }

  private static void listen(
      javax.cache.configuration.MutableConfiguration<String, String> configuration) {
    configuration.addCacheEntryListenerConfiguration(
        new MutableCacheEntryListenerConfiguration<>(
            new SingletonFactory<>(new EventLog<>(event -> {})), null, false, false));
  }

  @Test
  void getIfPresent_cacheReadsThrough_callsNoLoaderAndLeavesNoTicket() {
    CorralCache<String, String> cache = open(reading(key -> "loaded").build());

    assertThat(cache.getIfPresent("k")).isNull();

    assertThat(redis.raw().number("EXISTS", "{" + name + "}:k")).isZero();
    cache.put("k", "v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void intent_entryWouldExpire_hasNoEventAnyMore() {
    CorralCache<String, String> cache =
        open(plain().standard(OverlappingIntentsTest::listen).build());
    EntryOptions hour = EntryOptions.DEFAULTS.withTimeToLive(Duration.ofHours(1));
    cache.putAll(Map.of("k", "v", "l", "v"), hour);

    ChangeIntent intent = cache.recordIntent(Set.of("k"), MINUTE);

    assertThat(expiring()).isEqualTo(List.of(1L, 1L));
    cache.put("k", "meanwhile", hour);
    assertThat(expiring()).isEqualTo(List.of(2L, 2L));
    intent.confirm();
    assertThat(expiring()).isEqualTo(List.of(1L, 1L));
  }

  private List<Long> expiring() {
    return List.of(
        redis.raw().number("ZCARD", "{" + name + "}!expiry-index"),
        redis.raw().number("HLEN", "{" + name + "}!expiring-values"));
  }

  private record Loader(Function<String, String> load) implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      return load.apply(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      throw new UnsupportedOperationException();
    }
  }

  private record Computing(Supplier<String> computation)
      implements ComputeIfAbsentProcessor<String, String, String> {

    @Override
    public String process(MutableEntry<String, String> entry, Object... arguments) {
      String value = computation.get();
      entry.setValue(value);
      return value;
    }
  }
}
