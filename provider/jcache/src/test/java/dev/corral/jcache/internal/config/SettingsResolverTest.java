package dev.corral.jcache.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.internal.redis.settings.ClientOptions;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.HostAndPort;
import dev.corral.jcache.internal.redis.settings.KeyPrefix;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.RedisSettingsFixture;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import dev.corral.jcache.internal.redis.settings.Servers;
import dev.corral.jcache.internal.redis.settings.Tls;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.cache.expiry.ExpiryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsResolverTest {

  @TempDir private Path classPath;

  private final Properties properties = new Properties();
  private final Properties systemProperties = new Properties();
  private final Map<String, String> environment = new HashMap<>();

  private void corralConf(String text) throws IOException {
    Files.writeString(classPath.resolve("corral.conf"), text, UTF_8);
  }

  private Settings resolve(URI uri, boolean isDefaultUri) {
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classPath.toUri().toURL()}, getClass().getClassLoader())) {
      return new SettingsResolver(systemProperties, environment)
          .resolve(uri, isDefaultUri, loader, properties);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Settings resolve() {
    return resolve(SettingsResolver.DEFAULT_URI, true);
  }

  private RedisSettings redis() {
    return resolve().redis();
  }

  private Settings resolve(String uri) {
    return resolve(URI.create(uri), false);
  }

  /** The options of a cache without a configuration and without settings of its own. */
  private CorralConfiguration<Object, Object> defaults() {
    var code = CorralConfiguration.builder(Object.class, Object.class).build();
    return resolve().caches().resolve("any", code, getClass().getClassLoader()).configuration();
  }

  private ExpiryPolicy expiry() {
    return defaults().getExpiryPolicyFactory().create();
  }

  @Test
  void defaultUri_inAnObjectName_needsNoQuotes() {
    assertThat(SettingsResolver.DEFAULT_URI.toString()).matches("[a-z]+");
  }

  @Test
  void resolve_nothingConfigured_isAnEmbeddedServerWithDefaults() {
    assertThat(redis()).isEqualTo(RedisSettingsFixture.embedded());
    assertThat(resolve().keyPrefix()).isEqualTo(KeyPrefix.NONE);
    assertThat(defaults())
        .isEqualTo(CorralConfiguration.builder(Object.class, Object.class).build());
  }

  @Test
  void resolve_address_comesFromTheLayerOfHighestPrecedence() throws IOException {
    environment.put("REDIS_URL", "redis://redis-url");
    assertThat(redis().servers().addresses()).hasToString("[redis-url:6379]");
    corralConf("redis.uri = \"redis://file\"");
    assertThat(redis().servers().addresses()).hasToString("[file:6379]");
    environment.put("CORRAL_REDIS_URI", "redis://environment");
    assertThat(redis().servers().addresses()).hasToString("[environment:6379]");
    systemProperties.setProperty("corral.redis.uri", "redis://system");
    assertThat(redis().servers().addresses()).hasToString("[system:6379]");
    properties.setProperty("corral.redis.uri", "redis://manager");
    assertThat(redis().servers().addresses()).hasToString("[manager:6379]");
    assertThat(resolve("redis://explicit").redis().servers().addresses())
        .hasToString("[explicit:6379]");
  }

  @Test
  void resolve_fileWithoutAddress_usesRedisUrl() throws IOException {
    corralConf("redis.key-prefix = \"shop:\"");
    environment.put("REDIS_URL", "redis://redis-url/2");
    assertThat(redis().servers().addresses()).hasToString("[redis-url:6379]");
    assertThat(redis().database()).isEqualTo(2);
    assertThat(resolve().keyPrefix()).hasToString("shop:");
  }

  @Test
  void resolve_blankVariables_areIgnored() {
    environment.put("REDIS_URL", "");
    environment.put("CORRAL_REDIS_URI", " ");
    environment.put("CORRAL_REDIS_PASSWORD", "");
    assertThat(redis()).isEqualTo(RedisSettingsFixture.embedded());
  }

  @Test
  void resolve_parameterOfTheManagersUri_winsOverItsProperties() {
    properties.setProperty("corral.redis.timeout", "4s");
    properties.setProperty("corral.redis.database", "4");
    RedisSettings redis = resolve("redis://host/5?timeout=5s").redis();
    assertThat(redis.client().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(redis.database()).isEqualTo(5);
  }

  @Test
  void resolve_setting_comesFromTheLayerOfHighestPrecedence() throws IOException {
    corralConf("redis { timeout = 1s, pool-size = 1, client-name = file }");
    assertThat(redis().client().timeout()).isEqualTo(Duration.ofSeconds(1));
    environment.put("CORRAL_REDIS_TIMEOUT", "2s");
    assertThat(redis().client().timeout()).isEqualTo(Duration.ofSeconds(2));
    systemProperties.setProperty("corral.redis.timeout", "3s");
    assertThat(redis().client().timeout()).isEqualTo(Duration.ofSeconds(3));
    properties.setProperty("corral.redis.timeout", "4s");
    assertThat(redis().client().timeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(redis().client().poolSize()).isEqualTo(1);
    assertThat(redis().client().name()).isEqualTo("file");
  }

  @Test
  void resolve_settingsInAUri_rankBelowTheirLayer() throws IOException {
    corralConf("redis { password = from-file, database = 1, timeout = 1s }");
    environment.put("CORRAL_REDIS_URI", "redis://:from-uri@host/2?timeout=2s");
    environment.put("CORRAL_REDIS_DATABASE", "3");
    RedisSettings redis = redis();
    assertThat(redis.credentials().password()).isEqualTo("from-uri");
    assertThat(redis.database()).isEqualTo(3);
    assertThat(redis.client().timeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void resolve_settingsInAUriOfLowerPrecedence_areIgnored() throws IOException {
    corralConf("redis.uri = \"redis://tom:secret@file/7?timeout=9s\"");
    RedisSettings redis = resolve("redis://explicit").redis();
    assertThat(redis.credentials()).isEqualTo(Credentials.NONE);
    assertThat(redis.database()).isZero();
    assertThat(redis.client().timeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void resolve_passwordOutsideOfTheUri_isUsed() {
    environment.put("CORRAL_REDIS_PASSWORD", "a,b c");
    RedisSettings redis = resolve("rediss://tom@host").redis();
    assertThat(redis.credentials()).isEqualTo(new Credentials("tom", "a,b c"));
    assertThat(redis.tls()).isEqualTo(RedisSettingsFixture.TLS);
  }

  @Test
  void resolve_allSettingsOfRedis_areRead() throws IOException {
    corralConf(
        """
        redis {
          uri = "rediss-sentinel://mymaster@a,b:5"
          username = tom, password = pw, database = 3
          connect-timeout = 500ms, timeout = 1500 ms
          pool-size = 9, client-name = shop, key-prefix = "shop:"
          truststore = /t.p12, truststore-password = tp
          keystore = /k.p12, keystore-password = kp, verify-hostname = false
          sentinel-username = sam, sentinel-password = sp
        }
        embedded.server = /usr/bin/valkey-server
        """);
    assertThat(redis())
        .isEqualTo(
            new RedisSettings(
                new Servers(
                    Topology.SENTINEL,
                    List.of(new HostAndPort("a", 26_379), new HostAndPort("b", 5)),
                    new Sentinel("mymaster", new Credentials("sam", "sp"))),
                3,
                new Credentials("tom", "pw"),
                new Tls(true, Path.of("/t.p12"), "tp", Path.of("/k.p12"), "kp", false),
                new ClientOptions(Duration.ofMillis(500), Duration.ofMillis(1500), 9, "shop"),
                Path.of("/usr/bin/valkey-server")));
    assertThat(resolve().keyPrefix()).isEqualTo(new KeyPrefix("shop:"));
  }

  @Test
  void resolve_defaults_areRead() throws IOException {
    corralConf(
        """
        defaults {
          buckets = 16, allowed-classes = ["com.shop.**", "com.lib.Money"]
          time-to-live = 5m, expiry { update = 30s, access = eternal }
          statistics = true, management = off
        }
        """);
    assertThat(defaults().buckets()).hasValue(16);
    assertThat(defaults().allowedClasses()).containsExactly("com.shop.**", "com.lib.Money");
    assertThat(expiry().getExpiryForCreation()).isEqualTo(seconds(300));
    assertThat(expiry().getExpiryForUpdate()).isEqualTo(seconds(30));
    assertThat(expiry().getExpiryForAccess()).isEqualTo(javax.cache.expiry.Duration.ETERNAL);
    assertThat(defaults().isStatisticsEnabled()).isTrue();
    assertThat(defaults().isManagementEnabled()).isFalse();
  }

  @Test
  void resolve_listInAVariable_isSplitAtCommas() {
    environment.put("CORRAL_DEFAULTS_ALLOWED_CLASSES", "com.shop.**, com.lib.Money,");
    environment.put("CORRAL_DEFAULTS_EXPIRY_CREATION", "0");
    assertThat(defaults().allowedClasses()).containsExactly("com.shop.**", "com.lib.Money");
    assertThat(expiry().getExpiryForCreation()).isEqualTo(javax.cache.expiry.Duration.ZERO);
  }

  @Test
  void resolve_managerUriIsAFile_replacesCorralConf() throws IOException {
    corralConf("redis { key-prefix = \"shop:\", client-name = shop }");
    Files.writeString(classPath.resolve("other.conf"), "redis.key-prefix = \"other:\"", UTF_8);
    Settings settings = resolve("other.conf");
    assertThat(settings.keyPrefix()).hasToString("other:");
    assertThat(settings.redis().client().name()).isNull();
    assertThat(resolve(classPath.resolve("other.conf").toUri().toString()).keyPrefix())
        .isEqualTo(settings.keyPrefix());
  }

  @Test
  void resolve_managerUriIsARedis_readsOtherSettingsFromCorralConf() throws IOException {
    corralConf("redis { uri = \"redis://file\", key-prefix = \"shop:\" }");
    Settings settings = resolve("redis-cluster://a,b");
    assertThat(settings.redis().servers().topology()).isEqualTo(Topology.CLUSTER);
    assertThat(settings.keyPrefix()).hasToString("shop:");
  }

  /** Managers with equal settings of the connection share a client. */
  @Test
  void resolve_anotherKeyPrefix_isTheSameConnection() {
    RedisSettings redis = resolve("redis://host").redis();
    assertThat(resolve("redis://host?key-prefix=shop:").redis()).isEqualTo(redis);
    assertThat(resolve("redis://host?client-name=shop").redis()).isNotEqualTo(redis);
  }

  @Test
  void resolve_embeddedServerIsSet_isEmbedded() {
    environment.put("CORRAL_EMBEDDED_SERVER", "valkey-server");
    assertThat(redis()).isEqualTo(RedisSettingsFixture.embedded(Path.of("valkey-server")));
  }

  @Test
  void resolve_embedded_ignoresLoginAndStores() {
    environment.put("CORRAL_REDIS_PASSWORD", "pw");
    environment.put("CORRAL_REDIS_TRUSTSTORE", "/t.p12");
    assertThat(resolve("embedded:/").redis()).isEqualTo(RedisSettingsFixture.embedded());
  }

  @ParameterizedTest
  @CsvSource({
    "corral.redis.url, corral.redis.uri",
    "corral.redis.keyprefix, corral.redis.key-prefix",
    "corral.default.buckets, corral.defaults.buckets",
    "corral.embeded.server, corral.embedded.server"
  })
  void resolve_unknownProperty_isRefusedWithASuggestion(String property, String nearest) {
    properties.setProperty(property, "1");
    assertThatThrownBy(this::resolve)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "CacheManager property " + property, "did you mean " + nearest + "?");
    properties.clear();
    systemProperties.setProperty(property, "1");
    assertThatThrownBy(this::resolve).hasMessageContaining("system property " + property);
  }

  @Test
  void resolve_propertiesOfOtherLibraries_areIgnored() {
    properties.setProperty("other", "1");
    systemProperties.setProperty("corralled", "1");
    environment.put("CORRAL_REDIS_SERVICE_HOST", "10.0.0.1");
    environment.put("CORRAL_REDIS_PORT", "tcp://10.0.0.1:6379");
    assertThat(redis()).isEqualTo(RedisSettingsFixture.embedded());
  }

  @ParameterizedTest
  @CsvSource({
    "CORRAL_REDIS_TIMEOUT, soon, a duration with its unit",
    "CORRAL_REDIS_TIMEOUT, 5, a duration with its unit",
    "CORRAL_REDIS_TIMEOUT, -5s, a duration with its unit",
    "CORRAL_REDIS_TIMEOUT, 2h, between 1ms and 1h",
    "CORRAL_REDIS_CONNECT_TIMEOUT, 0, between 1ms and 1h",
    "CORRAL_REDIS_POOL_SIZE, many, a whole number",
    "CORRAL_REDIS_POOL_SIZE, 10, between 1 and 9",
    "CORRAL_REDIS_POOL_SIZE, 0, between 1 and 9",
    "CORRAL_REDIS_DATABASE, -1, 0 or more",
    "CORRAL_REDIS_VERIFY_HOSTNAME, maybe, true or false",
    "CORRAL_REDIS_CLIENT_NAME, a b, client-name",
    "CORRAL_REDIS_KEY_PREFIX, {a}, key-prefix",
    "CORRAL_REDIS_TRUSTSTORE, /t.p12, rediss://",
    "CORRAL_REDIS_USERNAME, tom, password",
    "CORRAL_DEFAULTS_BUCKETS, 0, from 1 to 16384",
    "CORRAL_DEFAULTS_STATISTICS, 1, true or false",
    "CORRAL_DEFAULTS_TIME_TO_LIVE, never, eternal"
  })
  void resolve_invalidValue_isRefused(String variable, String value, String explanation) {
    environment.put("REDIS_URL", "redis://host");
    environment.put(variable, value);
    assertThatThrownBy(this::resolve)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(explanation);
  }

  @Test
  void resolve_wrongType_namesFileLineAndSetting() throws IOException {
    corralConf("redis {\n  pool-size = [1]\n}\n");
    assertThatThrownBy(this::resolve)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("corral.conf: 2", "redis.pool-size", "a whole number");
    corralConf("redis = 1");
    assertThatThrownBy(this::resolve).isInstanceOf(IllegalArgumentException.class);
    corralConf("redis { uri { host = a } }");
    assertThatThrownBy(this::resolve).hasMessageContaining("redis.uri.host");
  }

  @Test
  void resolve_invalidVariable_isNamed() {
    environment.put("CORRAL_REDIS_TIMEOUT", "soon");
    assertThatThrownBy(this::resolve)
        .hasMessageContainingAll(
            "environment variable CORRAL_REDIS_TIMEOUT", "redis.timeout", "\"soon\"");
  }

  @Test
  void resolve_malformedUri_namesItsOriginAndHidesThePassword() {
    environment.put("CORRAL_REDIS_URI", "redis://tom:s3cret@host:port");
    assertThatThrownBy(this::resolve)
        .hasMessageContainingAll("environment variable CORRAL_REDIS_URI", "is not a number")
        .hasMessageNotContaining("s3cret");
    environment.put("CORRAL_REDIS_URI", "redis://host?time-out=2s");
    assertThatThrownBy(this::resolve).hasMessageContaining("did you mean timeout?");
    environment.put("CORRAL_REDIS_URI", "redis://host?uri=redis://b");
    assertThatThrownBy(this::resolve).hasMessageContaining("unknown parameter uri");
  }

  private static javax.cache.expiry.Duration seconds(long seconds) {
    return new javax.cache.expiry.Duration(TimeUnit.SECONDS, seconds);
  }

  @Test
  void nearCache_eitherBound_enablesIt() throws IOException {
    assertThat(defaults().nearCache()).isEmpty();
    corralConf(
        "defaults.near-cache { max-bytes = 64 MiB, max-staleness = 200ms, time-to-live = 1m }");
    assertThat(defaults().nearCache())
        .hasValue(
            NearCacheOptions.ofBytes(64 << 20)
                .withMaxStaleness(Duration.ofMillis(200))
                .withTimeToLive(Duration.ofMinutes(1)));
    corralConf("defaults.near-cache.max-entries = 500");
    assertThat(defaults().nearCache()).hasValue(NearCacheOptions.ofEntries(500));
  }

  @Test
  void nearCache_invalid_namesTheSetting() throws IOException {
    corralConf("defaults.near-cache { max-entries = 500, max-staleness = 1m }");
    assertThatThrownBy(this::resolve)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("corral.conf: 1: defaults.near-cache.max-entries")
        .hasMessageContaining("50 ms to 10 s");
    corralConf("defaults.near-cache { max-entries = 500, max-bytes = 1 MiB }");
    assertThatThrownBy(this::resolve).hasMessageContaining("either maxEntries or maxBytes");
    corralConf("defaults.near-cache.max-bytes = much");
    assertThatThrownBy(this::resolve).hasMessageContaining("a size, such as 64 MiB");
  }
}
