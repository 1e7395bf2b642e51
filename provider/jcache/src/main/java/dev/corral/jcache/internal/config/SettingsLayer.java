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
 * What one source says about the settings, each value with the words that tell a reader where it
 * comes from.
 */
final class SettingsLayer {

  private static final Logger log = LoggerFactory.getLogger(SettingsLayer.class);

  private static final int LIKELY_TYPO = 2;

  private SettingsLayer() {}

  /**
   * The properties that start with {@code corral.}.
   *
   * @param kind what one of them is called in messages
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
            "There is no setting for the %s %s%s"
                .formatted(kind, property, KnownSettings.suggestion(property, known)));
      }
      layer = with(layer, name, properties.getProperty(property), kind + " " + property);
    }
    return layer;
  }

  /**
   * The variables that start with {@code CORRAL_}. An unknown one is only logged, and only if it is
   * nearly a known one: Kubernetes sets {@code CORRAL_REDIS_SERVICE_HOST} by itself beside a
   * service of that name.
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
    KnownSettings.nearest(variable, KnownSettings.byVariable().keySet(), LIKELY_TYPO)
        .ifPresent(
            nearest ->
                log.warn(
                    "There is no setting for the environment variable {}; did you mean {}?",
                    variable,
                    nearest));
  }

  /** What a Redis URI says beside the address. */
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
            "%s: a Redis URI has no parameter %s%s"
                .formatted(
                    origin, setting.getKey(), KnownSettings.suggestion(setting.getKey(), known)));
      }
      layer = with(layer, name, setting.getValue(), origin);
    }
    return layer;
  }

  static Config with(Config layer, String name, String value, String origin) {
    return layer.withValue(name, ConfigValueFactory.fromAnyRef(value, origin));
  }
}
