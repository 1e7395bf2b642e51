package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WriteBehindOptions;
import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of single caches: files, properties, variables, parameters of the URI, and code. */
final class CacheSettingsTest {

  @TempDir private Path directory;

  private final Properties properties = new Properties();
  private final Properties systemProperties = new Properties();
  private final Map<String, String> environment = new HashMap<>();
  private String parameters = "";

  private void file(String text) throws IOException {
    Files.writeString(directory.resolve("corral.conf"), text);
  }

  private Settings settings() {
    var loader =
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          public java.net.URL getResource(String name) {
            try {
              Path path = directory.resolve(name);
              return Files.exists(path) ? path.toUri().toURL() : super.getResource(name);
            } catch (java.net.MalformedURLException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    return new SettingsResolver(systemProperties, environment)
        .resolve(URI.create("redis://host" + parameters), false, loader, properties);
  }

  private <K, V> CacheSettings<K, V> cache(String name, Configuration<K, V> code) {
    return settings()
        .caches()
        .resolve(name, CorralConfiguration.copyOf(code), getClass().getClassLoader());
  }

  private CorralConfiguration<Object, Object> cache(String name) {
    return cache(name, new MutableConfiguration<>()).configuration();
  }

  private static ExpiryPolicy expiry(CorralConfiguration<?, ?> configuration) {
    return configuration.getExpiryPolicyFactory().create();
  }

  private static long creationSeconds(CorralConfiguration<?, ?> configuration) {
    var time = expiry(configuration).getExpiryForCreation();
    return time.isEternal() ? -1 : time.getAdjustedTime(0) / 1_000;
  }

  private static javax.cache.expiry.Duration seconds(long seconds) {
    return new javax.cache.expiry.Duration(TimeUnit.SECONDS, seconds);
  }

  private <K, V> EffectiveSetting effective(String cache, String name, Configuration<K, V> code) {
    CacheSettings<K, V> settings = cache(cache, code);
    return settings.effective().apply(settings.configuration()).stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void cache_itsBlock_winsOverPatternsTemplatesAndDefaults() throws IOException {
    file(
        """
        defaults { time-to-live = 1s, statistics = true, jitter = 1%, buckets = 2 }
        templates {
          hot { time-to-live = 3s, jitter = 3%, compress-above = 3 KiB, template = base }
          base { loading.grace = 4s, buckets = 4 }
        }
        caches {
          "com.*" { time-to-live = 2s, jitter = 2% }
          "com.shop.*" { template = hot, jitter = 5% }
          com.shop.users { time-to-live = 6s }
        }
        """);
    var users = cache("com.shop.users");
    assertThat(creationSeconds(users)).isEqualTo(6);
    assertThat(users.jitter()).isEqualTo(0.05);
    assertThat(users.compressAbove()).hasValue(3 << 10);
    assertThat(users.loading().grace()).isEqualTo(Duration.ofSeconds(4));
    assertThat(users.buckets()).hasValue(4);
    assertThat(users.isStatisticsEnabled()).isTrue();
    assertThat(creationSeconds(cache("com.shop.x"))).isEqualTo(3);
    assertThat(creationSeconds(cache("com.x"))).isEqualTo(2);
    assertThat(cache("com.x").jitter()).isEqualTo(0.02);
    assertThat(creationSeconds(cache("org"))).isEqualTo(1);
    assertThat(settings().caches().declaredCaches()).containsExactly("com.shop.users");
  }

  @Test
  void patterns_severalMatch_mostCharactersWin() throws IOException {
    file(
        """
        caches {
          "*" { time-to-live = 1s }, "*.Order.lines" { time-to-live = 2s }
          "com.*" { time-to-live = 3s }, "com.*.Order" { time-to-live = 4s }
        }
        """);
    assertThat(creationSeconds(cache("x"))).isEqualTo(1);
    assertThat(creationSeconds(cache("com.shop.Order.lines"))).isEqualTo(2);
    assertThat(creationSeconds(cache("com.shop"))).isEqualTo(3);
    assertThat(creationSeconds(cache("com.a.b.Order"))).isEqualTo(4);
  }

  @Test
  void setting_severalPlaces_followTheDocumentedOrder() throws IOException {
    assertThat(creationSeconds(cache("users"))).isEqualTo(-1);
    file("caches.users.time-to-live = 1s");
    assertThat(creationSeconds(cache("users"))).isEqualTo(1);
    environment.put("CORRAL_CACHES_USERS_TIME_TO_LIVE", "2s");
    assertThat(creationSeconds(cache("users"))).isEqualTo(2);
    systemProperties.setProperty("corral.caches.users.time-to-live", "3s");
    assertThat(creationSeconds(cache("users"))).isEqualTo(3);
    properties.setProperty("corral.caches.users.time-to-live", "4s");
    assertThat(creationSeconds(cache("users"))).isEqualTo(4);
    parameters = "?caches.users.time-to-live=5s";
    assertThat(creationSeconds(cache("users"))).isEqualTo(5);
    var code =
        new MutableConfiguration<>()
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(seconds(6)));
    assertThat(creationSeconds(cache("users", code).configuration())).isEqualTo(6);
    assertThat(effective("users", "time-to-live", code).source()).isEqualTo("code");
  }

  @Test
  void setting_specificInTheFile_winsOverDefaultsInAProperty() throws IOException {
    file("caches.users.time-to-live = 1s");
    properties.setProperty("corral.defaults.time-to-live", "9s");
    assertThat(creationSeconds(cache("users"))).isEqualTo(1);
    assertThat(creationSeconds(cache("others"))).isEqualTo(9);
  }

  @Test
  void variable_nameOfACache_matchesInAnySpelling() {
    environment.put("CORRAL_CACHES_COM_SHOP_USERS_NEAR_CACHE_TIME_TO_LIVE", "7s");
    environment.put("CORRAL_CACHES_COM_SHOP_USERS_NEAR_CACHE_MAX_ENTRIES", "5");
    assertThat(cache("com.shop-Users").nearCache())
        .hasValue(NearCacheOptions.ofEntries(5).withTimeToLive(Duration.ofSeconds(7)));
    assertThat(settings().caches().declaredCaches()).isEmpty();
  }

  @Test
  void properties_namesWithDots_endBeforeTheSetting() {
    properties.setProperty("corral.caches.com.shop.Order.time-to-live", "3s");
    properties.setProperty("corral.caches.com.shop.*.jitter", "10%");
    assertThat(creationSeconds(cache("com.shop.Order"))).isEqualTo(3);
    assertThat(cache("com.shop.Order").jitter()).isEqualTo(0.1);
    assertThat(settings().caches().declaredCaches()).containsExactly("com.shop.Order");
  }

  @Test
  void emptyBlock_nameOfACache_declaresIt() throws IOException {
    file("caches { users {}, \"a.b\" {}, \"x*\" {} }, templates { hot {} }");
    assertThat(settings().caches().declaredCaches()).containsExactly("a.b", "users");
  }

  @Test
  void expiry_timeToLiveOfAnInnerBlock_replacesTheTimesOfOuterBlocks() throws IOException {
    file(
        """
        defaults.expiry { creation = 1s, update = 2s, access = 3s }
        caches { a.time-to-live = 9s, b { time-to-live = 9s, expiry.update = 8s }
          c.time-to-live = eternal, d.expiry { access = unchanged } }
        """);
    assertThat(expiry(cache("a")))
        .isEqualTo(new ConstantExpiryPolicy(seconds(9), seconds(9), seconds(3)));
    assertThat(expiry(cache("b")).getExpiryForUpdate().getAdjustedTime(0)).isEqualTo(8_000);
    assertThat(expiry(cache("c")).getExpiryForUpdate()).isNull();
    assertThat(expiry(cache("d")).getExpiryForAccess()).isNull();
    assertThat(creationSeconds(cache("d"))).isEqualTo(1);
  }

  @Test
  void expiry_timesAndPolicy_theInnerBlockWins() throws IOException {
    String policy = EternalExpiryPolicy.class.getName();
    file("defaults.expiry.policy = %s, caches { a.time-to-live = 9s, b {} }".formatted(policy));
    assertThat(creationSeconds(cache("a"))).isEqualTo(9);
    assertThat(expiry(cache("b"))).isInstanceOf(EternalExpiryPolicy.class);
    file("caches.a { time-to-live = 9s, expiry.policy = %s }".formatted(policy));
    assertThatThrownBy(() -> cache("a"))
        .hasMessageContainingAll("corral.conf: 1: caches.a.time-to-live", "expiry.policy");
  }

  @Test
  void nearCache_boundOfAnInnerBlock_replacesTheOtherBound() throws IOException {
    file(
        """
        defaults.near-cache { max-entries = 500, max-staleness = 2s }
        caches { a.near-cache.max-bytes = 1 MiB, b.near-cache.max-entries = 0, c {} }
        """);
    Duration staleness = Duration.ofSeconds(2);
    assertThat(cache("a").nearCache())
        .hasValue(NearCacheOptions.ofBytes(1 << 20).withMaxStaleness(staleness));
    assertThat(cache("b").nearCache()).isEmpty();
    assertThat(cache("c").nearCache())
        .hasValue(NearCacheOptions.ofEntries(500).withMaxStaleness(staleness));
  }

  @Test
  void nearCache_hotKeysOnly_isThatOfTheCode() throws IOException {
    file("caches { a.near-cache { max-entries = 50, hot-keys-only = true } }");
    assertThat(cache("a").nearCache()).hasValue(NearCacheOptions.ofHotKeys(50));
    file("caches { b.near-cache { max-bytes = 1 MiB, hot-keys-only = true } }");
    assertThatThrownBy(() -> cache("b")).hasMessageContainingAll("near-cache", "hot keys only");
  }

  @Test
  void lists_severalBlocksAndCode_addUp() throws IOException {
    file(
        """
        defaults.allowed-classes = ["com.base.*"]
        templates.hot.allowed-classes = ["com.hot.*", "com.base.*"]
        caches.users { template = hot, allowed-classes = "com.users.*" }
        """);
    var code = CorralConfiguration.builder(Long.class, Long.class).allowedClasses("com.code.*");
    assertThat(cache("users", code.build()).configuration().allowedClasses())
        .containsExactly("com.code.*", "com.users.*", "com.hot.*", "com.base.*");
    assertThat(effective("users", "allowed-classes", code.build()).source())
        .startsWith("code; ")
        .contains("caches.users.allowed-classes", "templates.hot.allowed-classes");
  }

  @Test
  void code_plainConfiguration_decidesOnlyWhatIsNotTheDefault() throws IOException {
    file("caches.users { statistics = true, management = true, key-type = java.lang.Long }");
    var plain = new MutableConfiguration<>().setStatisticsEnabled(false);
    assertThat(cache("users", plain).configuration().isStatisticsEnabled()).isTrue();
    assertThat(cache("users", plain).configuration().getKeyType()).isEqualTo(Long.class);
    var typed = new MutableConfiguration<String, String>().setTypes(String.class, String.class);
    assertThat(cache("users", typed).configuration().getKeyType()).isEqualTo(String.class);
  }

  @Test
  void code_corralConfiguration_decidesEverySetterThatWasCalled() throws IOException {
    file(
        """
        caches.users {
          statistics = true, management = true, fail-fast = true, jitter = 20%
          time-to-live = 5s, loading.grace = 5s, near-cache.max-entries = 5
        }
        """);
    var code =
        CorralConfiguration.builder(Object.class, Object.class)
            .standard(it -> it.setStatisticsEnabled(false))
            .standard(it -> it.setExpiryPolicyFactory(EternalExpiryPolicy.factoryOf()))
            .failFast(false)
            .jitter(0)
            .loading(LoadOptions.DEFAULTS)
            .build();
    var effective = cache("users", code).configuration();
    assertThat(effective.isStatisticsEnabled()).isFalse();
    assertThat(effective.isManagementEnabled()).isTrue();
    assertThat(effective.isFailFast()).isFalse();
    assertThat(effective.jitter()).isZero();
    assertThat(effective.loading()).isEqualTo(LoadOptions.DEFAULTS);
    assertThat(expiry(effective)).isInstanceOf(EternalExpiryPolicy.class);
    assertThat(effective.nearCache()).hasValue(NearCacheOptions.ofEntries(5));
  }

  @Test
  void file_allOptions_areRead() throws IOException {
    file(
        """
        caches.users {
          jitter = 20%, jitter-symmetric = true, fail-fast = true, read-through = true
          write-through = true, compress-above = 4 KiB, buckets = 16, max-decoded-size = 1 MiB
          loading { lock-wait = 1s, soft-timeout = 2s, hard-timeout = 3s, early-refresh = 1.5
            refresh-interval = 13s, stop-refresh-after-last-access = 14s, max-refreshed-keys = 15
            grace = 4s, keep = 5s, retry-interval = 6s, negative-time-to-live = 7s
            coalesce-window = 8ms, coalesce-max-keys = 9, max-loads = 10
            max-loads-per-second = 11, budget-scope = cluster, budget-wait = 12s }
          write-behind { enabled = true, delay = 2s, batch-size = 5, queue-limit = 6
            max-attempts = 7, backoff = 8s, max-backoff = 9s }
          near-cache { max-bytes = 2 MiB, max-staleness = 3s, time-to-live = 4m
            immutable-classes = [java.lang.StringBuilder] }
          hot-keys { max-keys = 8, sample-every = 9, half-life = 10m }
          verify { sample = 0.5%, delay = 2s, max-per-second = 3, comparison = bytes, repair = true
            dry-run = true }
          outage { processors = all, read-before-write = true }
        }
        """);
    var users = cache("users");
    assertThat(users)
        .isEqualTo(
            CorralConfiguration.builder(Object.class, Object.class)
                .standard(it -> it.setReadThrough(true).setWriteThrough(true))
                .symmetricJitter(0.2)
                .failFast(true)
                .compressAbove(4096)
                .buckets(16)
                .loading(
                    new LoadOptions(
                        Duration.ofSeconds(1),
                        new LoadOptions.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(3)),
                        new LoadOptions.Refresh(
                            1.5, Duration.ofSeconds(13), Duration.ofSeconds(14), 15),
                        new LoadOptions.Stale(
                            Duration.ofSeconds(4), Duration.ofSeconds(5), Duration.ofSeconds(6)),
                        Duration.ofSeconds(7),
                        new LoadOptions.Coalescing(Duration.ofMillis(8), 9),
                        new LoadOptions.Budget(
                            10, 11, LoadOptions.BudgetScope.CLUSTER, Duration.ofSeconds(12))))
                .writeBehind(
                    new WriteBehindOptions(
                        Duration.ofSeconds(2),
                        5,
                        6,
                        7,
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(9)))
                .nearCache(
                    NearCacheOptions.ofBytes(2 << 20)
                        .withMaxStaleness(Duration.ofSeconds(3))
                        .withTimeToLive(Duration.ofMinutes(4))
                        .withImmutable(StringBuilder.class))
                .hotKeys(new HotKeyOptions(8, 9, Duration.ofMinutes(10)))
                .verify(
                    new VerifyOptions(
                        0.005,
                        Duration.ofSeconds(2),
                        3,
                        VerifyOptions.Comparison.BYTES,
                        true,
                        true))
                .outage(new OutageOptions(OutageOptions.Processors.ALL, true))
                .build());
    assertThat(cache("users", new MutableConfiguration<>()).maxDecodedBytes()).isEqualTo(1 << 20);
  }

  @Test
  void effective_everySetting_hasItsPlace() throws IOException {
    file(
        """
        templates.hot { jitter = 20% }
        caches.users { template = hot
          time-to-live = 10m }
        """);
    environment.put("CORRAL_DEFAULTS_STATISTICS", "true");
    var plain = new MutableConfiguration<Long, Object>().setTypes(Long.class, Object.class);
    assertThat(effective("users", "jitter", plain).toString())
        .matches("jitter = 20% \\(.*corral.conf: 1, templates.hot.jitter\\)");
    assertThat(effective("users", "expiry.update", plain).toString())
        .matches("expiry.update = 10m \\(.*corral.conf: 3, caches.users.time-to-live\\)");
    assertThat(effective("users", "statistics", plain))
        .isEqualTo(
            new EffectiveSetting(
                "statistics", "true", "environment variable CORRAL_DEFAULTS_STATISTICS"));
    assertThat(effective("users", "key-type", plain))
        .isEqualTo(new EffectiveSetting("key-type", "java.lang.Long", "code"));
    assertThat(effective("users", "buckets", plain))
        .isEqualTo(new EffectiveSetting("buckets", "auto", "default"));
  }

  @Test
  void effective_connection_hasNoSecret() throws IOException {
    file("redis { truststore-password = s3cret, timeout = 2s }");
    environment.put("CORRAL_REDIS_PASSWORD", "s3cret");
    parameters = "/3?keystore-password=s3cret";
    assertThat(settings().connection().toString())
        .doesNotContain("s3cret")
        .contains(
            "redis.password = *** (environment variable CORRAL_REDIS_PASSWORD)",
            "redis.uri = redis://host/3?keystore-password=*** (CacheManager URI)",
            "redis.database = 3 (CacheManager URI)",
            "corral.conf: 1, redis.timeout)");
  }
}
