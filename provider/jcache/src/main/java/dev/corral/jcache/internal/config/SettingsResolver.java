package dev.corral.jcache.internal.config;

import dev.corral.jcache.EffectiveSetting;
import dev.corral.jcache.internal.redis.settings.ClientOptions;
import dev.corral.jcache.internal.redis.settings.Credentials;
import dev.corral.jcache.internal.redis.settings.KeyPrefix;
import dev.corral.jcache.internal.redis.settings.RedisSettings;
import dev.corral.jcache.internal.redis.settings.Sentinel;
import dev.corral.jcache.internal.redis.settings.Servers;
import dev.corral.jcache.internal.redis.settings.Tls;
import dev.corral.jcache.internal.redis.settings.Topology;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Finds the settings of a cache manager.
 *
 * <p>The layers, from highest to lowest precedence:
 *
 * <ol>
 *   <li>the manager's URI, if it is the address of a Redis;
 *   <li>the manager's properties {@code corral.…};
 *   <li>the system properties {@code corral.…};
 *   <li>the environment variables {@code CORRAL_…};
 *   <li>the file that the manager's URI names, otherwise {@code corral.conf} on the class path;
 *   <li>the defaults in {@code reference.conf}.
 * </ol>
 *
 * <p>Only the Redis URI of highest precedence is used; the settings in it rank directly below its
 * layer. If no layer has a Redis URI, Redis is {@code REDIS_URL}; without that variable it is the
 * embedded server if its library is on the class path or its program is set, otherwise localhost.
 */
public final class SettingsResolver {

  /** The URI of a cache manager that is created without a URI. */
  public static final URI DEFAULT_URI = URI.create("corral");

  private static final String EMBEDDED = "embedded:/";
  private static final String LOCALHOST = "redis://localhost:6379";
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
    List<SettingsLayer> layers = new ArrayList<>();
    layers.add(
        namesRedis
            ? SettingsLayer.ofAddress(uri.toString(), "CacheManager URI")
            : SettingsLayer.empty());
    layers.add(SettingsLayer.ofProperties("CacheManager property", properties));
    layers.add(SettingsLayer.ofProperties("system property", systemProperties));
    layers.add(SettingsLayer.ofEnvironment(environment));
    layers.add(
        isDefaultUri || namesRedis
            ? ConfigurationFile.loadDefault(loader, environment).orElse(SettingsLayer.empty())
            : ConfigurationFile.load(uri, loader, environment));

    RedisUri redis = expandUri(layers);
    layers.add(SettingsLayer.ofFile(Reference.builtInBlocks()));
    Map<String, List<SettingValue>> values = ofManager(layers);
    SettingsReader reader = new SettingsReader(values);
    String prefix = reader.text("redis.key-prefix");
    KeyPrefix keyPrefix = prefix.isEmpty() ? KeyPrefix.NONE : new KeyPrefix(prefix);
    CacheSettingsResolver caches = new CacheSettingsResolver(new CacheBlocks(layers));
    caches.check();
    return new Settings(
        redisSettings(redis, reader),
        keyPrefix,
        caches,
        connection(values),
        reader.flag("redis.advice"));
  }

  /** The values of the settings of the connection, the one of highest precedence first. */
  private static Map<String, List<SettingValue>> ofManager(List<SettingsLayer> layers) {
    Map<String, List<SettingValue>> values = new LinkedHashMap<>();
    for (Reference.Setting setting : Reference.OF_MANAGER.values()) {
      SettingValue found = found(layers, setting.name());
      values.put(setting.name(), List.of(found == null ? setting.value() : found));
    }
    return values;
  }

  private static @Nullable SettingValue found(List<SettingsLayer> layers, String name) {
    for (SettingsLayer layer : layers) {
      SettingValue value = layer.ofManager(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static List<EffectiveSetting> connection(Map<String, List<SettingValue>> values) {
    List<EffectiveSetting> list = new ArrayList<>();
    values.forEach((name, found) -> list.add(EffectiveSettings.of(name, found.get(0))));
    return list;
  }

  /** Finds the Redis URI of highest precedence and inserts its settings directly below it. */
  private RedisUri expandUri(List<SettingsLayer> layers) {
    for (int i = 0; i < layers.size(); i++) {
      SettingValue value = layers.get(i).ofManager(KnownSettings.URI);
      String text =
          value == null
              ? null
              : new SettingsReader(Map.of(KnownSettings.URI, List.of(value)))
                  .filledText(KnownSettings.URI);
      if (value != null && text != null) {
        RedisUri uri = parse(text, value.place());
        layers.add(i + 1, SettingsLayer.ofUri(uri, value.place()));
        return uri;
      }
    }
    String url = environment.getOrDefault("REDIS_URL", "");
    if (!url.isBlank()) {
      String origin = "environment variable REDIS_URL";
      RedisUri uri = parse(url, origin);
      layers.add(SettingsLayer.ofAddress(url, origin));
      layers.add(SettingsLayer.ofUri(uri, origin));
      return uri;
    }
    boolean namesServer = found(layers, "embedded.server") != null;
    boolean embedded = namesServer || embeddedLibraryIsPresent();
    layers.add(SettingsLayer.ofAddress(embedded ? EMBEDDED : LOCALHOST, Reference.PLACE));
    return embedded ? RedisUri.EMBEDDED : RedisUri.LOCALHOST;
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
        reader.integer("redis.database"),
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
    return new ClientOptions(
        reader.duration("redis.connect-timeout"),
        reader.duration("redis.timeout"),
        reader.integer("redis.pool-size"),
        reader.filledText("redis.client-name"));
  }

  private static Tls tls(boolean enabled, SettingsReader reader) {
    return new Tls(
        enabled,
        reader.path("redis.truststore"),
        reader.filledText("redis.truststore-password"),
        reader.path("redis.keystore"),
        reader.filledText("redis.keystore-password"),
        reader.flag("redis.verify-hostname"));
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
