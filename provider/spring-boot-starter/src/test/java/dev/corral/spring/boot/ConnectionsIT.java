package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Where the starter finds Redis. */
final class ConnectionsIT {

  @Configuration
  static class Application {}

  /** The service connections of Spring Boot 3.5; the class is loaded only there. */
  private static final class Boot3 {
    static ApplicationContextRunner with(ApplicationContextRunner application, int port) {
      return application.withBean(
          RedisConnectionDetails.class,
          () ->
              new RedisConnectionDetails() {
                @Override
                public RedisConnectionDetails.Standalone getStandalone() {
                  return RedisConnectionDetails.Standalone.of("127.0.0.1", port);
                }
              });
    }
  }

  /** The service connections of Spring Boot 4; the class is loaded only there. */
  private static final class Boot4 {
    static ApplicationContextRunner with(ApplicationContextRunner application, int port) {
      return application.withBean(
          DataRedisConnectionDetails.class,
          () ->
              new DataRedisConnectionDetails() {
                @Override
                public DataRedisConnectionDetails.Standalone getStandalone() {
                  return DataRedisConnectionDetails.Standalone.of("127.0.0.1", port);
                }
              });
    }
  }

  /** The setting redis.uri that a cache has. */
  private static String uri(ApplicationContextRunner application) {
    StringBuilder uri = new StringBuilder();
    application.run(
        context -> {
          var cache = Objects.requireNonNull(context.getBean(CacheManager.class).getCache("a"));
          cache.put("key", "value");
          assertThat(cache.get("key", String.class)).isEqualTo("value");
          ((CorralCache<?, ?>) cache.getNativeCache())
              .effectiveSettings().stream()
                  .filter(it -> it.name().equals("redis.uri"))
                  .forEach(it -> uri.append(it.value()));
        });
    return uri.toString();
  }

  @Test
  void start_withSpringDataProperties_usesThatRedis() {
    try (OwnRedis redis = new OwnRedis()) {
      assertThat(
              uri(
                  Applications.of(
                      Application.class,
                      "spring.data.redis.host=127.0.0.1",
                      "spring.data.redis.port=" + redis.port(),
                      "spring.data.redis.database=2")))
          .isEqualTo("redis://127.0.0.1:" + redis.port() + "/2");
    }
  }

  @Test
  void address_ofAUrlWithTlsSwitchedOn_isEncrypted() {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "test",
                Map.of(
                    "spring.data.redis.url", "redis://user:secret@redis.example:6380",
                    "spring.data.redis.ssl.enabled", "true")));

    assertThat(Objects.requireNonNull(SpringDataSettings.address(environment)).uri())
        .isEqualTo("rediss://user:secret@redis.example:6380");
  }

  @Test
  void start_withBothProperties_usesThatOfCorral() {
    try (OwnRedis redis = new OwnRedis()) {
      assertThat(
              uri(
                  Applications.of(
                      Application.class, "spring.data.redis.host=127.0.0.2", redis.property())))
          .isEqualTo("redis://127.0.0.1:" + redis.port());
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "boot.version", matches = "3.*")
  void start_withAServiceConnectionOfBoot3_usesItInPlaceOfProperties() {
    try (OwnRedis redis = new OwnRedis()) {
      ApplicationContextRunner other =
          Applications.of(
              Application.class, "corral.redis.uri=redis://127.0.0.2", "corral.redis.password=x");
      assertThat(uri(Boot3.with(other, redis.port())))
          .isEqualTo("redis://127.0.0.1:" + redis.port() + "/0");
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "boot.version", matches = "4.*")
  void start_withAServiceConnectionOfBoot4_usesItInPlaceOfProperties() {
    try (OwnRedis redis = new OwnRedis()) {
      ApplicationContextRunner other =
          Applications.of(
              Application.class, "corral.redis.uri=redis://127.0.0.2", "corral.redis.password=x");
      assertThat(uri(Boot4.with(other, redis.port())))
          .isEqualTo("redis://127.0.0.1:" + redis.port() + "/0");
    }
  }
}
