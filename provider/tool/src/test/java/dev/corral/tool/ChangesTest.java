package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.shop.model.Customer;
import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.WriteBehindOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that change something, seen by an application. */
class ChangesTest {

  private static final AtomicBoolean refuses = new AtomicBoolean(true);
  private static final AtomicInteger written = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private static TestRedis redis;

  @BeforeAll
  static void start() {
    redis = TestRedis.start();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  /** The loader that the configuration file names. */
  public static final class Loader implements CacheLoader<Long, String> {

    @Override
    @SuppressWarnings("NullAway") // the standard allows null
    public String load(Long key) {
      return key == 404 ? null : "loaded " + key;
    }

    @Override
    public Map<Long, String> loadAll(Iterable<? extends Long> keys) {
      Map<Long, String> all = new HashMap<>();
      keys.forEach(
          key -> {
            if (key != 404) {
              all.put(key, "loaded " + key);
            }
          });
      return all;
    }
  }

  /** Refuses all changes at first. */
  private static final class Writer implements CacheWriter<Long, Customer> {

    @Override
    public void write(Cache.Entry<? extends Long, ? extends Customer> entry) {
      check();
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Long, ? extends Customer>> entries) {
      check();
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      check();
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      check();
      keys.clear();
    }

    private static void check() {
      if (refuses.get()) {
        throw new CacheWriterException("the row is locked");
      }
      written.incrementAndGet();
    }
  }

  private static Run run(String command, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = command;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--uri";
    all[all.length - 1] = redis.uri();
    return Run.of(all);
  }

  @Test
  void invalidate_keys_areGoneForAllJvmsAndNearCaches() {
    Cache<Long, String> cache =
        redis
            .manager("")
            .createCache(
                "near",
                CorralConfiguration.builder(Long.class, String.class)
                    .nearCache(NearCacheOptions.ofEntries(100))
                    .build());
    cache.put(1L, "one");
    cache.put(2L, "two");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              String unused = cache.get(1L);
              return cache.unwrap(CorralCache.class).nearCacheStatistics().entries() > 0;
            });

    Run run = run("invalidate", "near", "1", "9");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).containsPattern("1 +value").containsPattern("9 +nothing");
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !cache.containsKey(1L) && cache.get(1L) == null);
    assertThat(cache.get(2L)).isEqualTo("two");
  }

  @Test
  void clear_needsConfirmation_andLeavesOtherCaches() {
    Cache<Long, String> cleared =
        redis.manager("").createCache("cleared", new MutableConfiguration<Long, String>());
    Cache<Long, String> other =
        redis.manager("").createCache("other", new MutableConfiguration<Long, String>());
    for (long key = 0; key < 500; key++) {
      cleared.put(key, "value");
    }
    other.put(1L, "value");

    Run unconfirmed = run("clear", "cleared");
    assertThat(unconfirmed.exitCode()).isEqualTo(ToolException.USAGE);
    assertThat(cleared.get(1L)).isEqualTo("value");
    Run run = run("clear", "cleared", "--yes");

    assertThat(run.out()).contains("cache 'cleared' is cleared").contains("are removed");
    assertThat(run.exitCode()).isZero();
    assertThat(cleared.iterator().hasNext()).isFalse();
    assertThat(other.get(1L)).isEqualTo("value");
    assertThat(run("keys", "cleared", "--all").out()).isEqualTo("no keys\n");
  }

  @Test
  void deadLetters_areListedReplayedAndDiscarded() {
    Cache<Long, Customer> cache =
        redis
            .manager("")
            .createCache(
                "letters",
                CorralConfiguration.builder(Long.class, Customer.class)
                    .allowedClasses("com.shop.model.**")
                    .standard(
                        it ->
                            it.setWriteThrough(true)
                                .setCacheWriterFactory(
                                    (Factory<CacheWriter<Long, Customer>>) Writer::new))
                    .writeBehind(
                        new WriteBehindOptions(
                            Duration.ofMillis(1),
                            100,
                            1_000,
                            /* maxAttempts= */ 1,
                            Duration.ofMillis(10),
                            Duration.ofMillis(10)))
                    .build());
    cache.put(1L, new Customer("Ann", 30));
    await().atMost(Duration.ofSeconds(20)).until(() -> letters() == 1);

    Run list = run("dead-letters", "list", "letters", "--values");
    assertThat(list.out()).contains("the row is locked").contains("\"name\":\"Ann\"");
    assertThat(run("explain", "letters", "1").out()).contains("dead letter");
    assertThat(run("doctor").out()).contains("1 dead letters");

    refuses.set(false);
    Run replay = run("dead-letters", "replay", "letters");
    assertThat(replay.out()).isEqualTo("1 dead letters replayed\n");
    await().atMost(Duration.ofSeconds(20)).until(() -> written.get() == 1);
    assertThat(letters()).isZero();

    refuses.set(true);
    cache.put(2L, new Customer("Bob", 40));
    await().atMost(Duration.ofSeconds(20)).until(() -> letters() == 1);
    assertThat(run("dead-letters", "discard", "letters").exitCode()).isEqualTo(ToolException.USAGE);
    assertThat(run("dead-letters", "discard", "letters", "--yes").out())
        .isEqualTo("1 dead letters discarded\n");
    assertThat(letters()).isZero();
    cache.close();
  }

  private static long letters() {
    try {
      return redis.call("HLEN", "{letters}!dead") instanceof Long count ? count : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void pending_queuedWrites_areListedWithValues() {
    Cache<Long, Customer> cache =
        redis
            .manager("")
            .createCache(
                "queued",
                CorralConfiguration.builder(Long.class, Customer.class)
                    .allowedClasses("com.shop.model.**")
                    .standard(
                        it ->
                            it.setWriteThrough(true)
                                .setCacheWriterFactory(
                                    (Factory<CacheWriter<Long, Customer>>) Writer::new))
                    .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(Duration.ofHours(1)))
                    .build());
    cache.put(1L, new Customer("Ann", 30));
    boolean unused = cache.remove(2L);

    Run run = run("pending", "queued", "--values");

    assertThat(run.out()).contains("2 queued").contains("\"name\":\"Ann\"").contains("remove");
    assertThat(run("get", "queued", "1").out()).contains("Ann");
    refuses.set(false);
    cache.close();
    refuses.set(true);
  }

  @Test
  void warm_keysOfAFile_areLoadedByTheLoaderOfTheFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("corral.conf");
    Files.writeString(
        file,
        "redis.uri = \"%s\"\ncaches.warmed { loader = \"%s\", read-through = true }\n"
            .formatted(redis.uri(), Loader.class.getName()));
    Path keys = folder.resolve("keys");
    Files.writeString(keys, "1\n2\n404\n");

    Run run =
        Run.of(
            "warm",
            "--config",
            file.toString(),
            "--class-path",
            System.getProperty("java.class.path").split(File.pathSeparator, -1)[0],
            "--keys",
            keys.toString(),
            "warmed",
            "3");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo("4 keys given: 3 loaded, 0 in the cache before, 1 without a value\n");
    assertThat(run("get", "warmed", "3").out()).isEqualTo("\"loaded 3\"\n");
  }

  @Test
  void warm_withoutLoader_saysWhatIsMissing(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("corral.conf");
    Files.writeString(file, "caches.warmed { loader = com.shop.Missing, read-through = true }\n");

    Run unknown = Run.of("warm", "--config", file.toString(), "warmed", "1");
    Run none = Run.of("warm", "warmed", "1");

    assertThat(unknown.exitCode()).isEqualTo(ToolException.USAGE);
    assertThat(unknown.err()).contains("com.shop.Missing").contains("--class-path");
    assertThat(none.exitCode()).isEqualTo(ToolException.USAGE);
    assertThat(none.err()).contains("no loader");
  }
}
