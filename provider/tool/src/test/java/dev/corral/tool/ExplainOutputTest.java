package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.shop.model.Customer;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.WriteBehindOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.Factory;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code explain} prints is what docs/tool.md shows. */
class ExplainOutputTest {

  private static final Duration DELAY = Duration.ofHours(1);
  private static final long BLOCKED = 13;

  @SuppressWarnings("NullAway.Init")
  private static TestRedis redis;

  @SuppressWarnings("NullAway.Init")
  private static Cache<Long, Customer> users;

  private static final CountDownLatch loading = new CountDownLatch(1);
  private static final CountDownLatch released = new CountDownLatch(1);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private static Path folder;

  /** Has no customers, and waits for one key. */
  private static final class Users implements CacheLoader<Long, Customer> {

    @Override
    @SuppressWarnings("NullAway") // the standard allows null
    public Customer load(Long key) {
      if (key == BLOCKED) {
        loading.countDown();
        try {
          boolean unused = released.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return null;
    }

    @Override
    public Map<Long, Customer> loadAll(Iterable<? extends Long> keys) {
      return new HashMap<>();
    }
  }

  /** Is never called, because its delay is too long. */
  private static final class Table implements CacheWriter<Long, Customer> {

    @Override
    public void write(Cache.Entry<? extends Long, ? extends Customer> entry) {}

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Long, ? extends Customer>> entries) {
      entries.clear();
    }

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.clear();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    redis = TestRedis.start();
    users =
        redis
            .manager("?key-prefix=shop:")
            .createCache(
                "users",
                CorralConfiguration.builder(Long.class, Customer.class)
                    .allowedClasses("com.shop.model.**")
                    .standard(
                        it ->
                            it.setReadThrough(true)
                                .setCacheLoaderFactory(
                                    (Factory<CacheLoader<Long, Customer>>) Users::new)
                                .setExpiryPolicyFactory(
                                    CreatedExpiryPolicy.factoryOf(
                                        new javax.cache.expiry.Duration(TimeUnit.MINUTES, 10))))
                    .loading(LoadOptions.DEFAULTS.withNegativeTimeToLive(Duration.ofMinutes(1)))
                    .build());
    Files.writeString(
        folder.resolve("corral.conf"),
        "caches.users { time-to-live = 10m, expiry.update = unchanged }\n");
  }

  @AfterAll
  static void stop() {
    released.countDown();
    redis.close();
  }

  private static Run explain(String cache, long key) {
    return Run.of(
        "explain",
        "--uri",
        redis.uri(),
        "--prefix",
        "shop:",
        "--config",
        folder.resolve("corral.conf").toString(),
        cache,
        "" + key);
  }

  @Test
  void explain_hit_printsWhatThePageShows() {
    users.put(7L, new Customer("Ann", 30));

    Run run = explain("users", 7);

    Documented.assertShown("explain-hit", run);
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void explain_rememberedMiss_printsWhatThePageShows() {
    @Nullable Customer missing = users.get(8L);
    assertThat(missing).isNull();

    Run run = explain("users", 8);

    Documented.assertShown("explain-remembered-miss", run);
    assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
  }

  @Test
  void explain_keyBeingLoaded_printsWhatThePageShows() throws InterruptedException {
    Thread loader = new Thread(() -> users.get(BLOCKED));
    loader.setDaemon(true);
    loader.start();
    assertThat(loading.await(30, TimeUnit.SECONDS)).isTrue();

    Run run = explain("users", BLOCKED);

    Documented.assertShown("explain-loading", run);
    assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
  }

  @Test
  void explain_clearedEntry_printsWhatThePageShows() {
    Cache<Long, String> cities =
        redis
            .manager("?key-prefix=shop:")
            .createCache(
                "cities",
                CorralConfiguration.builder(Long.class, String.class)
                    .standard(
                        it ->
                            it.setExpiryPolicyFactory(
                                CreatedExpiryPolicy.factoryOf(
                                    javax.cache.expiry.Duration.ONE_HOUR)))
                    .build());
    cities.put(1L, "Berlin");
    cities.clear();
    String entry = "{shop:cities}:1";
    // An entry with a TTL stays until the TTL ends; the removal of the others is over.
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> Long.valueOf(0).equals(redis.call("EXISTS", "{shop:cities}!cleared")));

    Run run = explain("cities", 1);

    assertThat(run.out()).contains(entry);
    Documented.assertShown("explain-cleared", run);
    assertThat(run.exitCode()).isEqualTo(ToolException.NEGATIVE);
  }

  @Test
  void explain_queuedWrite_printsWhatThePageShows() {
    Cache<Long, Customer> accounts =
        redis
            .manager("?key-prefix=shop:&timeout=2s")
            .createCache(
                "accounts",
                CorralConfiguration.builder(Long.class, Customer.class)
                    .allowedClasses("com.shop.model.**")
                    .standard(
                        it ->
                            it.setWriteThrough(true)
                                .setCacheWriterFactory(
                                    (Factory<CacheWriter<Long, Customer>>) Table::new))
                    .writeBehind(WriteBehindOptions.DEFAULTS.withDelay(DELAY))
                    .build());
    accounts.put(7L, new Customer("Ann", 30));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> redis.call("GET", "{shop:accounts}!drainer") != null);

    Run run = explain("accounts", 7);

    Documented.assertShown("explain-queued", run);
    assertThat(run.exitCode()).isZero();
    accounts.close();
  }
}
