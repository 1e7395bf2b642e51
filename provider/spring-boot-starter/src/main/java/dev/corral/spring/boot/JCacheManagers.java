package dev.corral.spring.boot;

import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.Resource;

/** Creates Corral's cache manager from the environment of an application. */
final class JCacheManagers {

  static final String URI_SETTING = "corral.redis.uri";

  private static final List<String> LOGIN =
      List.of(
          "corral.redis.username",
          "corral.redis.password",
          "corral.redis.database",
          "corral.redis.sentinel-username",
          "corral.redis.sentinel-password");

  private static final String VARIABLE_OF_URI = "CORRAL_REDIS_URI";
  private static final String DEFAULT_FILE = "classpath:corral.conf";

  private final ApplicationContext context;
  private final ConfigurableEnvironment environment;
  private final EnvironmentSettings settings;

  JCacheManagers(
      ApplicationContext context,
      ConfigurableEnvironment environment,
      EnvironmentSettings settings) {
    this.context = context;
    this.environment = environment;
    this.settings = settings;
  }

  /**
   * A cache manager. It belongs to a provider of its own, so that two applications in one JVM never
   * share one.
   *
   * @param service a service connection, which replaces the address of the settings; or null
   * @param client a Redisson client of the application; or null
   * @throws CorralStartException if a setting is unknown or invalid
   */
  CacheManager create(@Nullable RedisAddress service, @Nullable Object client) {
    Properties properties = new Properties();
    properties.putAll(settings.properties());
    RedisAddress address = service != null ? service : ofSpringData();
    if (service != null) {
      LOGIN.forEach(properties::remove); // that of another Redis
    }
    if (address != null) {
      address.addTo(properties);
    }
    if (client != null) {
      properties.put("corral.redis.client", client);
    }
    try {
      return new CorralCachingProvider()
          .getCacheManager(file(), context.getClassLoader(), properties);
    } catch (IllegalArgumentException e) {
      throw failure(e);
    }
  }

  /** The names of the caches that properties declare without a setting. */
  Set<String> declaredCaches() {
    return settings.declaredCaches();
  }

  /** The failure with the places of the properties in its message. */
  CorralStartException failure(RuntimeException cause) {
    String places =
        settings.namedIn(cause.getMessage()).stream()
            .map(this::place)
            .filter(it -> !it.isEmpty())
            .collect(Collectors.joining(", "));
    return new CorralStartException(
        cause.getMessage() + (places.isEmpty() ? "" : " (" + places + ")"), cause);
  }

  private String place(String property) {
    for (PropertySource<?> source : environment.getPropertySources()) {
      Origin origin = OriginLookup.getOrigin(source, property);
      if (origin != null) {
        return property + " in " + origin;
      }
    }
    return "";
  }

  /** What {@code spring.data.redis} says, if nothing of Corral's own names a Redis. */
  private @Nullable RedisAddress ofSpringData() {
    boolean isConfigured =
        settings.properties().containsKey(URI_SETTING)
            || environment.containsProperty(VARIABLE_OF_URI)
            || hasFile();
    return isConfigured ? null : SpringDataSettings.address(environment);
  }

  private boolean hasFile() {
    return configuredFile() != null || context.getResource(DEFAULT_FILE).exists();
  }

  private @Nullable String configuredFile() {
    String location = environment.getProperty(EnvironmentSettings.CONFIG);
    return location == null || location.isBlank() ? null : location;
  }

  private @Nullable URI file() {
    String location = configuredFile();
    if (location == null) {
      return null;
    }
    boolean isPath = location.startsWith("/") || location.startsWith(".");
    Resource resource = context.getResource(isPath ? "file:" + location : location);
    try {
      if (!resource.exists()) {
        throw new IllegalArgumentException(
            "corral.config: there is no file %s; use a location such as classpath:corral.conf or"
                    .formatted(location)
                + " file:/etc/shop/corral.conf");
      }
      return resource.getURI();
    } catch (IOException e) {
      throw new IllegalArgumentException("corral.config: %s cannot be read".formatted(location), e);
    }
  }
}
