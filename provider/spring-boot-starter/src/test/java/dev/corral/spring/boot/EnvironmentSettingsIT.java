package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Which properties of Spring reach Corral, and with which names. */
final class EnvironmentSettingsIT {

  private final StandardEnvironment environment = new StandardEnvironment();

  private EnvironmentSettings settings(Map<String, Object> properties) {
    environment.getPropertySources().addLast(new MapPropertySource("application", properties));
    return EnvironmentSettings.of(environment);
  }

  private static Map<Object, Object> expected(Map<Object, Object> settings) {
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  @Test
  void of_properties_areThoseOfCorralWithoutTheStarters() {
    var settings =
        settings(
            Map.of(
                "corral.redis.uri", "redis://${host}",
                "corral.config", "classpath:x.conf",
                "corral.spring.single-flight", "false",
                "host", "somewhere",
                "other.redis.uri", "x"));

    assertThat(settings.properties())
        .isEqualTo(expected(Map.of("corral.redis.uri", "redis://somewhere")));
  }

  @Test
  void of_lists_areOneTextInTheirOrder() {
    var settings =
        settings(
            Map.of(
                "corral.defaults.allowed-classes[1]", "b",
                "corral.defaults.allowed-classes[0]", "a"));

    assertThat(settings.properties())
        .isEqualTo(expected(Map.of("corral.defaults.allowed-classes", "a,b")));
  }

  @Test
  void of_namesInBrackets_haveQuotes() {
    var settings =
        settings(
            Map.of(
                "corral.caches[com.shop.*].jitter", "10%",
                "corral.caches.[com.shop.users].jitter", "20%",
                "corral.caches[0a].listeners[0]", "x"));

    assertThat(settings.properties())
        .isEqualTo(
            expected(
                Map.of(
                    "corral.caches.\"com.shop.*\".jitter", "10%",
                    "corral.caches.\"com.shop.users\".jitter", "20%",
                    "corral.caches.\"0a\".listeners", "x")));
  }

  @Test
  void of_emptyBlocks_declareCaches() {
    var settings =
        settings(
            Map.of(
                "corral.caches.books", "",
                "corral.caches[com.shop.users]", "",
                "corral.caches.authors.loader", ""));

    assertThat(settings.declaredCaches()).containsExactlyInAnyOrder("books", "com.shop.users");
    assertThat(settings.properties())
        .isEqualTo(expected(Map.of("corral.caches.authors.loader", "")));
  }

  @Test
  void of_variable_winsOverThePropertyOfTheSameSetting() {
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                "process",
                Map.of("CORRAL_REDIS_KEY_PREFIX", "variable:", "CORRAL_REDIS_DATABASE", "3")));
    var settings = settings(Map.of("corral.redis.key-prefix", "property:"));

    assertThat(settings.properties())
        .as("Corral itself reads the other variable")
        .isEqualTo(expected(Map.of("corral.redis.key-prefix", "variable:")));
  }

  @Test
  void namedIn_message_areThePropertiesInIt() {
    var settings =
        settings(
            Map.of("corral.redis.timeout", "1x", "corral.redis.time", "2", "corral.redis", "3"));

    assertThat(settings.namedIn("CacheManager property corral.redis.timeout. Use 1s."))
        .containsExactly("corral.redis.timeout");
  }
}
