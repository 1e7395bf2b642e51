package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates layers of settings: the settings of one place, such as the environment. Each value has an
 * origin, which messages show.
 */
final class SettingsLayer {

  private static final Logger log = LoggerFactory.getLogger(SettingsLayer.class);

  private static final int TYPO_DISTANCE = 2;

  private SettingsLayer() {}

  /**
   * The properties that start with {@code corral.}.
   *
   * @param kind the name of such a property in messages
   * @throws IllegalArgumentException if one of them is not a known setting
   */
  static Config ofProperties(String kind, Properties properties) {
    Config layer = ConfigFactory.empty();
    for (String property : properties.stringPropertyNames()) {
      if (!property.startsWith(KnownSettings.PREFIX)) {
        continue;
      }
      String name = property.substring(KnownSettings.PREFIX.length());
      if (!KnownSettings.NAMES.contains(name)) {
        Collection<String> known =
            KnownSettings.NAMES.stream().map(KnownSettings.PREFIX::concat).toList();
        throw new IllegalArgumentException(
            "Unknown %s %s%s".formatted(kind, property, KnownSettings.suggestion(property, known)));
      }
      layer = with(layer, name, properties.getProperty(property), kind + " " + property);
    }
    return layer;
  }

  /**
   * The variables that start with {@code CORRAL_}. An unknown variable is not an error: Kubernetes
   * sets {@code CORRAL_REDIS_SERVICE_HOST} for a service named corral-redis. It is logged if it is
   * similar to a known one.
   */
  static Config ofEnvironment(Map<String, String> environment) {
    Config layer = ConfigFactory.empty();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = KnownSettings.byVariable().get(variable.getKey());
      if (name != null && !variable.getValue().isBlank()) {
        String origin = "environment variable " + variable.getKey();
        layer = with(layer, name, variable.getValue(), origin);
      } else if (name == null && variable.getKey().startsWith("CORRAL_")) {
        warnOfTypo(variable.getKey());
      }
    }
    return layer;
  }

  private static void warnOfTypo(String variable) {
    KnownSettings.nearest(variable, KnownSettings.byVariable().keySet(), TYPO_DISTANCE)
        .ifPresent(
            nearest ->
                log.warn(
                    "Unknown environment variable {} is ignored; did you mean {}?",
                    variable,
                    nearest));
  }

  /**
   * The settings in a Redis URI, besides the address.
   *
   * @throws IllegalArgumentException if a parameter of the URI is not a known setting
   */
  static Config ofUri(RedisUri uri, String origin) {
    Config layer = ConfigFactory.empty();
    for (Map.Entry<String, String> setting : uri.settings().entrySet()) {
      String name = "redis." + setting.getKey();
      if (!KnownSettings.NAMES.contains(name) || name.equals(KnownSettings.URI)) {
        Collection<String> known =
            KnownSettings.NAMES.stream()
                .filter(n -> n.startsWith("redis.") && !n.equals(KnownSettings.URI))
                .map(n -> n.substring("redis.".length()))
                .toList();
        throw new IllegalArgumentException(
            "%s: unknown parameter %s of a Redis URI%s"
                .formatted(
                    origin, setting.getKey(), KnownSettings.suggestion(setting.getKey(), known)));
      }
      layer = with(layer, name, setting.getValue(), origin);
    }
    return layer;
  }

  /** A layer with one more setting. */
  static Config with(Config layer, String name, String value, String origin) {
    return layer.withValue(name, ConfigValueFactory.fromAnyRef(value, origin));
  }
}
