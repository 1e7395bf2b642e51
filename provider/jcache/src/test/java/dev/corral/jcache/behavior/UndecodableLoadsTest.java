package dev.corral.jcache.behavior;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RecordingWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CompletionListenerFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loads of keys whose entries this JVM cannot decode. */
class UndecodableLoadsTest {

  private static final int HEADER_LENGTH = 24;
  private static final Duration SHORT = Duration.ofMillis(100);

  private static OwnRedis redis;
  private static int number;

  private final CountingLoader loader = new CountingLoader();
  private String name = "";

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  @BeforeEach
  void choose() {
    name = "loads-" + number++;
  }

  /** Notes the keys of each call. */
  private static final class CountingLoader implements CacheLoader<String, String> {

    final List<Set<String>> calls = new CopyOnWriteArrayList<>();

    @Override
    public String load(String key) {
      calls.add(Set.of(key));
      return "loaded " + key;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new LinkedHashMap<>();
      keys.forEach(key -> loaded.put(key, "loaded " + key));
      calls.add(Set.copyOf(loaded.keySet()));
      return loaded;
    }
  }

  private CorralConfiguration.Builder<String, String> readingThrough() {
    return CorralConfiguration.builder(String.class, String.class)
        .standard(
            it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(loader)));
  }

  private Cache<String, String> cache(CorralConfiguration<String, String> configuration) {
    return redis.manager().createCache(name, configuration);
  }

  private String entry(String key) {
    return "{" + name + "}:" + key;
  }

  private byte[] bytes(String key) {
    return redis.raw().text("GET", entry(key)).getBytes(ISO_8859_1);
  }

  private byte[] damage(Cache<String, String> cache, String key) {
    cache.put(key, "a value to be damaged");
    byte[] garbage = bytes(key);
    Arrays.fill(garbage, HEADER_LENGTH, garbage.length, (byte) 0xFE);
    redis.raw().call("SET", entry(key), garbage, "KEEPTTL");
    return garbage;
  }

  @Test
  void get_undecodable_returnsTheLoadedValueAndDoesNotStoreIt() {
    Cache<String, String> cache = cache(readingThrough().build());
    byte[] damaged = damage(cache, "k");
    for (int i = 1; i <= 3; i++) {
      assertThat(cache.get("k")).isEqualTo("loaded k");
      assertThat(loader.calls).hasSize(i);
      assertThat(cache.<String>invoke("k", (entry, none) -> entry.getValue()))
          .isEqualTo("loaded k");
      loader.calls.remove(i);
    }
    assertThat(bytes("k")).isEqualTo(damaged);
  }

  @Test
  void get_keyOfAnotherTypeOrAnotherFormat_doesNotStoreTheLoadedValue() {
    Cache<String, String> cache = cache(readingThrough().build());
    redis.raw().call("RPUSH", entry("list"), "a");
    cache.put("format", "value");
    redis.raw().call("SETRANGE", entry("format"), "0", "\u0009");
    byte[] format = bytes("format");
    assertThat(cache.getAll(Set.of("list", "format"))).hasSize(2);
    assertThat(cache.get("list")).isEqualTo("loaded list");
    assertThat(redis.raw().text("TYPE", entry("list"))).isEqualTo("list");
    assertThat(bytes("format")).isEqualTo(format);
  }

  @Test
  void getAll_someUndecodable_loadsThemWithOneCallAndStoresOnlyTheAbsentOnes() {
    Cache<String, String> cache = cache(readingThrough().build());
    List<byte[]> damaged = List.of(damage(cache, "a"), damage(cache, "b"));
    cache.put("present", "value");
    assertThat(cache.getAll(Set.of("a", "b", "absent", "present")))
        .isEqualTo(
            Map.of(
                "a", "loaded a", "b", "loaded b", "absent", "loaded absent", "present", "value"));
    assertThat(loader.calls).containsExactlyInAnyOrder(Set.of("a", "b"), Set.of("absent"));
    assertThat(List.of(bytes("a"), bytes("b")))
        .usingElementComparator(Arrays::compare)
        .containsExactlyElementsOf(damaged);
    assertThat(redis.raw().number("EXISTS", entry("absent"))).isEqualTo(1);
  }

  @Test
  void loadAll_undecodable_replacesItOnlyIfAskedToReplace() throws Exception {
    Cache<String, String> cache = cache(readingThrough().build());
    byte[] damaged = damage(cache, "k");
    load(cache, /* replace= */ false);
    assertThat(loader.calls).isEmpty();
    assertThat(bytes("k")).isEqualTo(damaged);

    load(cache, /* replace= */ true);
    assertThat(loader.calls).hasSize(1);
    assertThat(cache.get("k")).isEqualTo("loaded k");
    assertThat(loader.calls).hasSize(1);
  }

  private static void load(Cache<String, String> cache, boolean replace) throws Exception {
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of("k"), replace, done);
    done.get(5, TimeUnit.SECONDS);
  }

  /** After its deadline the entry is of use to no read, so a load replaces it. */
  @Test
  void get_undecodableAndStale_loadsAndStores() throws Exception {
    Cache<String, String> cache =
        cache(
            readingThrough()
                .standard(
                    it ->
                        it.setExpiryPolicyFactory(
                            CreatedExpiryPolicy.factoryOf(
                                new javax.cache.expiry.Duration(
                                    TimeUnit.MILLISECONDS, SHORT.toMillis()))))
                .loading(LoadOptions.DEFAULTS.withStale(Duration.ZERO, Duration.ofMinutes(1)))
                .build());
    for (String key : List.of("one", "many")) {
      byte[] damaged = damage(cache, key);
      TimeUnit.MILLISECONDS.sleep(2 * SHORT.toMillis());
      assertThat(key.equals("one") ? cache.get(key) : cache.getAll(Set.of(key)).get(key))
          .isEqualTo("loaded " + key);
      assertThat(bytes(key)).isNotEqualTo(damaged);
    }
  }

  @Test
  void get_undecodableWithNearCache_isNotStoredThere() {
    Cache<String, String> cache =
        cache(readingThrough().nearCache(NearCacheOptions.ofEntries(100)).build());
    byte[] damaged = damage(cache, "k");
    assertThat(cache.get("k")).isEqualTo("loaded k");
    assertThat(cache.containsKey("k")).isFalse();
    assertThat(cache.get("k")).isEqualTo("loaded k");
    assertThat(loader.calls).hasSize(2);
    assertThat(bytes("k")).isEqualTo(damaged);
  }

  @Test
  void conditional_undecodableInAWriteThroughCache_agrees() {
    RecordingWriter writer = new RecordingWriter();
    Cache<String, String> cache =
        cache(
            CorralConfiguration.builder(String.class, String.class)
                .standard(
                    it ->
                        it.setWriteThrough(true)
                            .setCacheWriterFactory(new SingletonFactory<>(writer)))
                .build());
    byte[] damaged = damage(cache, "k");
    writer.calls.clear();
    assertThat(cache.replace("k", "new")).isFalse();
    assertThat(cache.replace("k", "old", "new")).isFalse();
    assertThat(cache.getAndReplace("k", "new")).isNull();
    assertThat(cache.remove("k", "old")).isFalse();
    assertThat(writer.calls).isEmpty();
    assertThat(bytes("k")).isEqualTo(damaged);
    assertThat(cache.putIfAbsent("k", "new")).isTrue();
    assertThat(writer.calls).containsExactly("put k=new");
    assertThat(cache.get("k")).isEqualTo("new");
  }
}
