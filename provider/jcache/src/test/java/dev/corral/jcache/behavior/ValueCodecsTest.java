package dev.corral.jcache.behavior;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.codec.ValueCodec;
import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Caches with another codec than Kryo's, and encrypted ones: all operations, on a real Redis. */
class ValueCodecsTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final byte[] KEY = new byte[EncryptionKeys.KEY_BYTES];

  private static OwnRedis redis;

  @BeforeAll
  static void open() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void close() {
    redis.close();
  }

  record User(String name, int age) implements Serializable {}

  /** A text such as {@code Ann;42}; the number in front makes the bytes of each call different. */
  public static final class UserCodec implements ValueCodec {

    private static int calls;

    @Override
    public synchronized byte[] encode(Object value) {
      User user = (User) value;
      return (calls++ + ";" + user.name + ";" + user.age).getBytes(UTF_8);
    }

    @Override
    public Object decode(byte[] bytes) {
      String[] parts = new String(bytes, UTF_8).split(";", -1);
      return new User(parts[1], Integer.parseInt(parts[2]));
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // options are immutable
  enum Kind {
    JSON(ValueOptions.DEFAULTS.withCodec("json")),
    JAVA(ValueOptions.DEFAULTS.withCodec("java")),
    CUSTOM(ValueOptions.DEFAULTS.withCodec(UserCodec.class.getName())),
    ENCRYPTED(ValueOptions.DEFAULTS.withEncryption(ValueCodecsTest::keys)),
    ENCRYPTED_JSON(ValueOptions.DEFAULTS.withCodec("json").withEncryption(ValueCodecsTest::keys));

    private final transient ValueOptions options;

    Kind(ValueOptions options) {
      this.options = options;
    }

    boolean isEncrypted() {
      return options.encryption() != null;
    }

    String cacheName() {
      return "codec-" + name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private static EncryptionKeys keys() {
    return EncryptionKeys.of("k1", KEY);
  }

  private static CorralConfiguration.Builder<String, User> builder(ValueOptions options) {
    return CorralConfiguration.builder(String.class, User.class).values(options).compressAbove(100);
  }

  private static Cache<String, User> cache(Kind kind) {
    redis.manager().destroyCache(kind.cacheName());
    return redis.cache(kind.cacheName(), builder(kind.options).build());
  }

  @ParameterizedTest
  @EnumSource
  void operations_anyCodec_compareAndReplaceAsWithKryo(Kind kind) {
    User ann = new User("Ann", 42);
    User bob = new User("Bob", 7);
    User large = new User("x".repeat(1_000), 1);
    Cache<String, User> cache = cache(kind);

    cache.put("k", ann);
    assertThat(cache.get("k")).isEqualTo(ann);
    assertThat(cache.replace("k", bob)).isTrue();
    assertThat(cache.replace("none", bob)).isFalse();
    assertThat(cache.replace("k", ann, large)).isFalse();
    assertThat(cache.replace("k", bob, large)).isTrue();
    assertThat(cache.get("k")).isEqualTo(large);
    assertThat(cache.getAndReplace("k", ann)).isEqualTo(large);
    assertThat(cache.putIfAbsent("k", bob)).isFalse();
    assertThat(cache.putIfAbsent("new", bob)).isTrue();
    assertThat(cache.getAndPut("new", ann)).isEqualTo(bob);
    assertThat(cache.remove("k", bob)).isFalse();
    assertThat(cache.remove("k", ann)).isTrue();
    assertThat(cache.containsKey("k")).isFalse();
    assertThat(cache.getAndRemove("new")).isEqualTo(ann);
    cache.putAll(Map.of("a", ann, "b", bob));
    assertThat(cache.getAll(Set.of("a", "b"))).isEqualTo(Map.of("a", ann, "b", bob));
    cache.<Void>invoke(
        "a",
        (entry, none) -> {
          entry.setValue(new User(entry.getValue().name(), entry.getValue().age() + 1));
          return null;
        });
    assertThat(cache.get("a")).isEqualTo(new User("Ann", 43));
    List<String> keys = new ArrayList<>();
    cache.forEach(entry -> keys.add(entry.getKey() + entry.getValue().name()));
    assertThat(keys).containsExactlyInAnyOrder("aAnn", "bBob");
  }

  /** 2 x 100 increments, of which none is lost, although equal values have different bytes. */
  @ParameterizedTest
  @EnumSource
  void invokeAndReplace_concurrently_loseNoChange(Kind kind) throws Exception {
    Cache<String, User> cache = cache(kind);
    cache.put("k", new User("Ann", 0));
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      boolean replaces = t == 0;
      threads.add(new Thread(() -> increment(cache, replaces)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(cache.get("k")).isEqualTo(new User("Ann", 200));
  }

  private static void increment(Cache<String, User> cache, boolean replaces) {
    for (int i = 0; i < 100; i++) {
      if (replaces) {
        User seen;
        do {
          seen = cache.get("k");
        } while (!cache.replace("k", seen, new User(seen.name(), seen.age() + 1)));
      } else {
        cache.<Void>invoke(
            "k",
            (entry, none) -> {
              entry.setValue(new User("Ann", entry.getValue().age() + 1));
              return null;
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nearCache_anyCodec_hasTheValueOfEachPut(Kind kind) {
    redis.manager().destroyCache(kind.cacheName());
    Cache<String, User> cache =
        redis.cache(
            kind.cacheName(),
            builder(kind.options).nearCache(NearCacheOptions.ofEntries(10)).build());
    for (int age = 0; age < 3; age++) {
      User user = new User("Ann", age);
      cache.put("k", user);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                assertThat(cache.get("k")).isEqualTo(user);
                assertThat(cache.unwrap(CorralCache.class).nearCacheStatistics().entries())
                    .isEqualTo(1);
              });
      assertThat(cache.get("k")).isEqualTo(user);
    }
  }

  /** The change of a codec while a cache is in use: both releases keep what they can read. */
  @ParameterizedTest
  @EnumSource
  void codecChanged_entriesOfTheOtherCodec_areMissesAndStay(Kind kind) {
    Cache<String, User> before = cache(kind);
    before.put("k", new User("Ann", 1));
    byte[] stored = entry(kind.cacheName());
    Cache<String, User> after =
        redis
            .manager("?timeout=1100ms")
            .createCache(kind.cacheName(), builder(ValueOptions.DEFAULTS).build());
    try {
      assertThat(after.get("k")).isNull();
      assertThat(after.containsKey("k")).isFalse();
      assertThat(after.replace("k", new User("Bob", 2))).isFalse();
      assertThat(after.replace("k", new User("Ann", 1), new User("Bob", 2))).isFalse();
      assertThat(after.remove("k", new User("Ann", 1))).isFalse();
      assertThat(entry(kind.cacheName())).isEqualTo(stored);
      assertThat(undecodable(after)).isGreaterThanOrEqualTo(3);
      assertThat(before.get("k")).isEqualTo(new User("Ann", 1));
      after.put("k", new User("Bob", 2));
      assertThat(before.get("k")).isNull();
      assertThat(before.replace("k", new User("Cid", 3))).isFalse();
      assertThat(after.get("k")).isEqualTo(new User("Bob", 2));
      assertThat(undecodable(before)).isPositive();
    } finally {
      after.close();
    }
  }

  private static long undecodable(Cache<?, ?> cache) {
    return cache.unwrap(CorralCache.class).decodingStatistics().undecodableValues();
  }

  private static byte[] entry(String cacheName) {
    return redis.raw().text("GET", "{" + cacheName + "}:k").getBytes(ISO_8859_1);
  }

  /** A database that refuses every change, with the value in its message. */
  private static final class Refusing implements CacheWriter<String, User> {
    @Override
    public void write(Cache.Entry<? extends String, ? extends User> entry) {
      throw new CacheWriterException(new IllegalStateException("no " + entry.getValue().name()));
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends User>> entries) {
      entries.forEach(this::write);
    }

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}
  }

  /** Neither the entry, nor the queue, a dead letter, an event or an expiring value is readable. */
  @ParameterizedTest
  @EnumSource
  void writeBehind_anyCodec_keepsTheValueInQueueAndDeadLettersAndNothingPlainIfEncrypted(
      Kind kind) {
    String secret = "Plaintext";
    List<String> events = new CopyOnWriteArrayList<>();
    redis.manager().destroyCache(kind.cacheName());
    List<String> commands =
        RawRedis.commandsDuring(
            redis.server(),
            () -> {
              Cache<String, User> cache = refused(kind, events);
              cache.put("k", new User(secret, 1));
              cache.put("k", new User(secret, 2));
              CorralCache<?, ?> corral = cache.unwrap(CorralCache.class);
              corral.flush(Duration.ZERO);
              await().atMost(SOON).until(() -> corral.writeBehindStatistics().deadLetters() == 1);
              assertThat(corral.deadLetters().get(0).value()).isEqualTo(new User(secret, 2));
              assertThat(corral.deadLetters().get(0).reason())
                  .contains("IllegalStateException")
                  .matches(it -> kind.isEncrypted() != it.contains(secret));
              assertThat(events).hasSize(2);
              assertThat(events.get(1)).contains("UPDATED", "age=1", "age=2");
            });
    String all = String.join("\n", commands);
    assertThat(all).contains("EVALSHA", "PUBLISH");
    if (kind.isEncrypted()) {
      assertThat(all).doesNotContain(secret);
      assertThat(dump(kind)).doesNotContain(secret);
    } else {
      assertThat(dump(kind)).contains(secret);
    }
    redis.manager().destroyCache(kind.cacheName());
  }

  private static Cache<String, User> refused(Kind kind, List<String> events) {
    Cache<String, User> cache =
        redis.cache(
            kind.cacheName(),
            builder(kind.options)
                .standard(it -> it.setWriteThrough(true).setCacheWriterFactory(Refusing::new))
                .writeBehind(
                    WriteBehindOptions.DEFAULTS.withRetries(
                        1, Duration.ofMillis(20), Duration.ofMillis(20)))
                .build());
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new EventLogFactory(events).factory(),
            null,
            /* isOldValueRequired= */ true,
            /* isSynchronous= */ true));
    return cache;
  }

  /** The content of all keys of a cache in Redis. */
  private static String dump(Kind kind) {
    StringBuilder all = new StringBuilder();
    for (Object key : (List<?>) redis.raw().call("KEYS", "{" + kind.cacheName() + "}*")) {
      String type = redis.raw().text("TYPE", key);
      all.append(key);
      switch (type) {
        case "string" -> all.append(redis.raw().call("GET", key));
        case "hash" -> all.append(redis.raw().call("HGETALL", key));
        case "zset" -> all.append(redis.raw().call("ZRANGE", key, 0, -1));
        default -> {}
      }
    }
    return all.toString();
  }

  /** Creates the listener that logs events. */
  private record EventLogFactory(List<String> events) implements Serializable {
    javax.cache.configuration.Factory<EventLog<String, User>> factory() {
      return () -> new EventLog<>(events::add);
    }
  }

  @Test
  void damagedOrForeignCiphertext_isAMissCountedAndStays() {
    Cache<String, User> cache = cache(Kind.ENCRYPTED);
    cache.put("k", new User("Ann", 1));
    byte[] stored = entry(Kind.ENCRYPTED.cacheName());
    stored[stored.length - 1] ^= 1;
    redis.raw().call("SET", "{" + Kind.ENCRYPTED.cacheName() + "}:k", stored);

    assertThat(cache.get("k")).isNull();
    assertThat(cache.replace("k", new User("Bob", 1))).isFalse();
    assertThat(entry(Kind.ENCRYPTED.cacheName())).isEqualTo(stored);
    assertThat(undecodable(cache)).isEqualTo(2);
  }

  @Test
  void put_valueThatTheCodecRefuses_storesNothingAndNamesTheCache() {
    Cache<String, Object> cache =
        redis.cache(
            "refusing",
            CorralConfiguration.builder(String.class, Object.class)
                .values(ValueOptions.DEFAULTS.withCodec("json"))
                .build());
    cache.put("k", "old");

    assertThatThrownBy(() -> cache.put("k", new User("Ann", 1)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cache 'refusing'")
        .hasMessageContaining("ValueCodecsTest$User")
        .hasMessageContaining("allowed-classes");
    assertThat(cache.get("k")).isEqualTo("old");
  }
}
