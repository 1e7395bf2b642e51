package dev.corral.spring.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The Redis that the properties {@code spring.data.redis.…} describe. */
final class SpringDataSettings {

  private static final String PREFIX = "spring.data.redis.";
  private static final String PLAIN = "redis://";

  private final Environment environment;

  private SpringDataSettings(Environment environment) {
    this.environment = environment;
  }

  /** The address; null if there is no property with one. */
  static @Nullable RedisAddress address(Environment environment) {
    SpringDataSettings settings = new SpringDataSettings(environment);
    String uri = settings.uri();
    return uri == null
        ? null
        : new RedisAddress(
            uri,
            settings.text("username"),
            settings.text("password"),
            settings.text("sentinel.username"),
            settings.text("sentinel.password"));
  }

  private @Nullable String uri() {
    boolean tls =
        environment.getProperty(PREFIX + "ssl.enabled", Boolean.class, false)
            || text("ssl.bundle") != null;
    int database = environment.getProperty(PREFIX + "database", Integer.class, 0);
    String url = text("url");
    String host = text("host");
    String master = text("sentinel.master");
    if (url != null) {
      return tls && url.startsWith(PLAIN) ? "rediss://" + url.substring(PLAIN.length()) : url;
    }
    if (master != null) {
      return RedisAddress.sentinel(tls, master, list("sentinel.nodes"), database);
    }
    if (!list("cluster.nodes").isEmpty()) {
      return RedisAddress.cluster(tls, list("cluster.nodes"));
    }
    int port = environment.getProperty(PREFIX + "port", Integer.class, 6379);
    return host == null ? null : RedisAddress.single(tls, host, port, database);
  }

  private @Nullable String text(String name) {
    String value = environment.getProperty(PREFIX + name);
    return value == null || value.isBlank() ? null : value;
  }

  private List<String> list(String name) {
    return Binder.get(environment)
        .bind(PREFIX + name, Bindable.listOf(String.class))
        .orElse(List.of());
  }
}
