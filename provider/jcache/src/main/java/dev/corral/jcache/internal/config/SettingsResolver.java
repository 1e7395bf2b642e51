package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Sentinel;
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
 * <p>The most specific source wins: the manager's URI if it is a Redis, its properties {@code
 * corral.…}, the system properties of the same names, the environment {@code CORRAL_…}, the file.
 * The file is the manager's URI if that is one, otherwise {@code corral.conf} on the class path if
 * there is one. What a Redis URI says ranks directly behind the source that contains it, and only
 * the most specific URI counts. If none of them names a Redis it is {@code REDIS_URL}, or the
 * embedded server if its library is there or a program is named for it, or localhost.
 */
public final class SettingsResolver {

  /** The URI of a manager that was asked for without one. */
  public static final URI DEFAULT_URI = URI.create("corral");

  private static final String EMBEDDED_LIBRARY = "redis.embedded.RedisServer";

  private final Properties systemProperties;
  private final Map<String, String> environment;

  SettingsResolver(Properties systemProperties, Map<String, String> environment) {
    this.systemProperties = systemProperties;
    this.environment = environment;
  }

  /** Looks into this JVM's system properties and environment. */
  public static SettingsResolver ofProcess() {
    return new SettingsResolver(System.getProperties(), System.getenv());
  }

  /**
   * The settings of a manager.
   *
   * @param isDefaultUri whether {@code uri} only says that nobody gave one
   * @param loader where resources are looked for
   * @throws IllegalArgumentException if a setting is wrong or unknown or the file is missing; the
   *     message says where it stands and what would be right
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
    return new Settings(redisSettings(redis, reader), defaults(reader));
  }

  /** Finds the most specific Redis URI and puts what it says directly behind its source. */
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
    String masterName = uri.masterName();
    return new RedisSettings(
        uri.topology(),
        uri.addresses(),
        masterName == null
            ? null
            : new Sentinel(
                masterName,
                new Credentials(
                    reader.filledText("redis.sentinel-username"),
                    reader.filledText("redis.sentinel-password"))),
        uri.topology() == Topology.EMBEDDED
            ? Credentials.NONE
            : new Credentials(
                reader.filledText("redis.username"), reader.filledText("redis.password")),
        reader.integer("redis.database").orElse(0),
        uri.topology() == Topology.EMBEDDED ? Tls.OFF : tls(uri.encrypted(), reader),
        orElse(reader.duration("redis.connect-timeout"), RedisSettings.DEFAULT_CONNECT_TIMEOUT),
        orElse(reader.duration("redis.timeout"), RedisSettings.DEFAULT_TIMEOUT),
        reader.integer("redis.pool-size").orElse(RedisSettings.DEFAULT_POOL),
        reader.filledText("redis.client-name"),
        Objects.requireNonNullElse(reader.text("redis.key-prefix"), ""),
        reader.path("embedded.server"));
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

  /** A time to live is an expiry of both creation and update, where those are not set. */
  private static CacheDefaults defaults(SettingsReader reader) {
    var timeToLive = reader.expiry("defaults.time-to-live");
    var creation = reader.expiry("defaults.expiry.creation");
    var update = reader.expiry("defaults.expiry.update");
    return new CacheDefaults(
        reader.integer("defaults.buckets"),
        reader.texts("defaults.allowed-classes"),
        creation == null ? timeToLive : creation,
        update == null ? timeToLive : update,
        reader.expiry("defaults.expiry.access"),
        reader.flag("defaults.statistics"),
        reader.flag("defaults.management"),
        reader.flag("defaults.fail-fast"),
        nearCache(reader));
  }

  /** On if either bound is given, and is not 0. */
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

  /** Whether the server can be started by code that this class's own loader links. */
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
