package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.OutageOptions;
import dev.corral.jcache.internal.entry.ConstantExpiryPolicy;
import dev.corral.jcache.internal.redis.settings.ClientOptions;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.KeyPrefix;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import dev.corral.jcache.internal.redis.settings.Servers;
import dev.corral.jcache.internal.redis.settings.Tls;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Finds the settings of a cache manager.
 *
 * <p>The layers, from highest to lowest precedence:
 *
 * <ol>
 *   <li>the manager's URI, if it is the address of a Redis, and its properties {@code corral.…};
 *   <li>the system properties {@code corral.…};
 *   <li>the environment variables {@code CORRAL_…};
 *   <li>the file that the manager's URI names, otherwise {@code corral.conf} on the class path.
 * </ol>
 *
 * <p>Only the Redis URI of highest precedence is used; the settings in it rank directly below its
 * layer. If no layer has a Redis URI, Redis is {@code REDIS_URL}; without that variable it is the
 * embedded server if its library is on the class path or its program is set, otherwise localhost.
 */
public final class SettingsResolver {

  /** The URI of a cache manager that is created without a URI. */
  public static final URI DEFAULT_URI = URI.create("corral");

  private static final String EMBEDDED_LIBRARY = "redis.embedded.RedisServer";

  private final Properties systemProperties;
  private final Map<String, String> environment;

  SettingsResolver(Properties systemProperties, Map<String, String> environment) {
    this.systemProperties = systemProperties;
    this.environment = environment;
  }

  /** A resolver with the system properties and the environment of this JVM. */
  public static SettingsResolver ofProcess() {
    return new SettingsResolver(System.getProperties(), System.getenv());
  }

  /**
   * The settings of a cache manager.
   *
   * @param isDefaultUri whether the manager has no URI of its own
   * @param loader finds resources on the class path
   * @param properties the properties of the manager
   * @throws IllegalArgumentException if a setting is unknown or invalid, or the file is missing;
   *     the message names the origin of the setting, and what is valid
   */
  public Settings resolve(
      URI uri, boolean isDefaultUri, ClassLoader loader, Properties properties) {
    boolean namesRedis = !isDefaultUri && RedisUri.isRedis(uri.toString());
    Config code = SettingsLayer.ofProperties("CacheManager property", properties);
    if (namesRedis) {
      code = SettingsLayer.with(code, KnownSettings.URI, uri.toString(), "CacheManager URI");
    }
    List<Config> layers = new ArrayList<>();
    layers.add(code);
    layers.add(SettingsLayer.ofProperties("system property", systemProperties));
    layers.add(SettingsLayer.ofEnvironment(environment));
    layers.add(
        isDefaultUri || namesRedis
            ? ConfigurationFile.loadDefault(loader, environment).orElse(ConfigFactory.empty())
            : ConfigurationFile.load(uri, loader, environment));

    RedisUri redis = expandUri(layers);
    SettingsReader reader =
        new SettingsReader(layers.stream().reduce(Config::withFallback).orElseThrow());
    String prefix = reader.text("redis.key-prefix");
    KeyPrefix keyPrefix = prefix == null ? KeyPrefix.NONE : new KeyPrefix(prefix);
    return new Settings(redisSettings(redis, reader), keyPrefix, defaults(reader));
  }

  /** Finds the Redis URI of highest precedence and inserts its settings directly below it. */
  private RedisUri expandUri(List<Config> layers) {
    for (int i = 0; i < layers.size(); i++) {
      String text = new SettingsReader(layers.get(i)).filledText(KnownSettings.URI);
      if (text != null) {
        String origin = layers.get(i).getValue(KnownSettings.URI).origin().description();
        RedisUri uri = parse(text, origin);
        layers.set(i, layers.get(i).withFallback(SettingsLayer.ofUri(uri, origin)));
        return uri;
      }
    }
    String url = environment.getOrDefault("REDIS_URL", "");
    if (!url.isBlank()) {
      String origin = "environment variable REDIS_URL";
      RedisUri uri = parse(url, origin);
      layers.add(SettingsLayer.ofUri(uri, origin));
      return uri;
    }
    boolean namesServer = layers.stream().anyMatch(layer -> layer.hasPath("embedded.server"));
    return namesServer || embeddedLibraryIsPresent() ? RedisUri.EMBEDDED : RedisUri.LOCALHOST;
  }

  private static RedisUri parse(String text, String origin) {
    try {
      return RedisUri.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
    }
  }

  private static RedisSettings redisSettings(RedisUri uri, SettingsReader reader) {
    boolean embedded = uri.topology() == Topology.EMBEDDED;
    return new RedisSettings(
        new Servers(uri.topology(), uri.addresses(), sentinel(uri.masterName(), reader)),
        reader.integer("redis.database").orElse(0),
        embedded ? Credentials.NONE : credentials("redis.username", "redis.password", reader),
        embedded ? Tls.OFF : tls(uri.encrypted(), reader),
        clientOptions(reader),
        reader.path("embedded.server"));
  }

  private static @Nullable Sentinel sentinel(@Nullable String masterName, SettingsReader reader) {
    return masterName == null
        ? null
        : new Sentinel(
            masterName, credentials("redis.sentinel-username", "redis.sentinel-password", reader));
  }

  private static Credentials credentials(String username, String password, SettingsReader reader) {
    return new Credentials(reader.filledText(username), reader.filledText(password));
  }

  private static ClientOptions clientOptions(SettingsReader reader) {
    ClientOptions standard = ClientOptions.DEFAULTS;
    return new ClientOptions(
        orElse(reader.duration("redis.connect-timeout"), standard.connectTimeout()),
        orElse(reader.duration("redis.timeout"), standard.timeout()),
        reader.integer("redis.pool-size").orElse(standard.poolSize()),
        reader.filledText("redis.client-name"));
  }

  private static Tls tls(boolean enabled, SettingsReader reader) {
    return new Tls(
        enabled,
        reader.path("redis.truststore"),
        reader.filledText("redis.truststore-password"),
        reader.path("redis.keystore"),
        reader.filledText("redis.keystore-password"),
        Objects.requireNonNullElse(reader.flag("redis.verify-hostname"), true));
  }

  /** A time to live applies to creation and update unless they are set. */
  private static CacheDefaults defaults(SettingsReader reader) {
    var timeToLive = reader.expiry("defaults.time-to-live");
    var creation = reader.expiry("defaults.expiry.creation");
    var update = reader.expiry("defaults.expiry.update");
    return new CacheDefaults(
        reader.integer("defaults.buckets"),
        new CodecDefaults(
            reader.texts("defaults.allowed-classes"), reader.bytes("defaults.max-decoded-size")),
        new ConstantExpiryPolicy(
            creation == null ? timeToLive : creation,
            update == null ? timeToLive : update,
            reader.expiry("defaults.expiry.access")),
        new CacheDefaults.Switches(
            reader.flag("defaults.statistics"),
            reader.flag("defaults.management"),
            reader.flag("defaults.fail-fast")),
        outage(reader),
        nearCache(reader));
  }

  private static OutageOptions outage(SettingsReader reader) {
    OutageOptions standard = OutageOptions.DEFAULTS;
    return new OutageOptions(
        Objects.requireNonNullElse(
            reader.constant("defaults.outage.processors", OutageOptions.Processors.class),
            standard.processors()),
        Objects.requireNonNullElse(
            reader.flag("defaults.outage.read-before-write"), standard.readBeforeWrite()));
  }

  /** Null if neither bound is set, or the bounds are 0. */
  private static @Nullable NearCacheOptions nearCache(SettingsReader reader) {
    long maxEntries = reader.integer("defaults.near-cache.max-entries").orElse(0);
    long maxBytes = reader.bytes("defaults.near-cache.max-bytes").orElse(0);
    if (maxEntries == 0 && maxBytes == 0) {
      return null;
    }
    NearCacheOptions standard = NearCacheOptions.ofEntries(1);
    try {
      return new NearCacheOptions(
          maxEntries,
          maxBytes,
          orElse(reader.duration("defaults.near-cache.max-staleness"), standard.maxStaleness()),
          orElse(reader.duration("defaults.near-cache.time-to-live"), standard.timeToLive()),
          standard.immutableClasses());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("corral.defaults.near-cache: " + e.getMessage(), e);
    }
  }

  private static Duration orElse(@Nullable Duration duration, Duration otherwise) {
    return duration == null ? otherwise : duration;
  }

  /** Whether the class loader of Corral finds the library of the embedded server. */
  private static boolean embeddedLibraryIsPresent() {
    try {
      Class.forName(
          EMBEDDED_LIBRARY, /* initialize= */ false, SettingsResolver.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
