package dev.corral.spring.boot;

import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Redis of an application, as Spring Boot describes it.
 *
 * @param uri the address in the form of {@code corral.redis.uri}, without a login
 * @param username null for the default user
 * @param password null for none
 * @param sentinelUsername null for the default user
 * @param sentinelPassword null for none
 */
record RedisAddress(
    String uri,
    @Nullable String username,
    @Nullable String password,
    @Nullable String sentinelUsername,
    @Nullable String sentinelPassword) {

  /** Sets the settings of the connection. */
  void addTo(Properties settings) {
    settings.setProperty("corral.redis.uri", uri);
    set(settings, "corral.redis.username", username);
    set(settings, "corral.redis.password", password);
    set(settings, "corral.redis.sentinel-username", sentinelUsername);
    set(settings, "corral.redis.sentinel-password", sentinelPassword);
  }

  private static void set(Properties settings, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      settings.setProperty(name, value);
    }
  }

  static String single(boolean tls, String host, int port, int database) {
    return "%s://%s:%d/%d".formatted(tls ? "rediss" : "redis", host, port, database);
  }

  static String cluster(boolean tls, List<String> nodes) {
    return "%s://%s".formatted(tls ? "rediss-cluster" : "redis-cluster", String.join(",", nodes));
  }

  static String sentinel(boolean tls, String master, List<String> nodes, int database) {
    return "%s://%s@%s/%d"
        .formatted(
            tls ? "rediss-sentinel" : "redis-sentinel",
            master,
            nodes.stream().map(String::trim).collect(Collectors.joining(",")),
            database);
  }
}
