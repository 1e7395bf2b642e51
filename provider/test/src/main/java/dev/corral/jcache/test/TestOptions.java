package dev.corral.jcache.test;

import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The options of a test.
 *
 * @param uri of a running Redis; null for the embedded server
 * @param keyPrefix the first part of the key prefix
 * @param configuration the URI of the configuration file; null for the default
 * @param settings with the prefix {@code corral.}
 */
record TestOptions(
    @Nullable String uri, String keyPrefix, @Nullable String configuration, Properties settings) {

  /** The default of {@link CorralTest#keyPrefix}. */
  private static final String PREFIX = "test:";

  /** The options of an annotation; null for the defaults. */
  static TestOptions of(@Nullable CorralTest annotation) {
    String given = annotation == null ? "" : annotation.redis();
    String environment = System.getenv("REDIS_URL");
    String uri = !given.isBlank() || environment == null ? given : environment;
    String configuration = annotation == null ? "" : annotation.configuration();
    return new TestOptions(
        uri.isBlank() ? null : uri,
        annotation == null ? PREFIX : annotation.keyPrefix(),
        configuration.isBlank() ? null : configuration,
        settings(annotation == null ? new String[0] : annotation.settings()));
  }

  private static Properties settings(String[] lines) {
    Properties settings = new Properties();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "@CorralTest(settings) must have lines such as \"defaults.time-to-live = 10m\", not \"%s\""
                .formatted(line));
      }
      settings.setProperty(
          "corral." + line.substring(0, equals).strip(), line.substring(equals + 1).strip());
    }
    return settings;
  }

  /** A key prefix that no other test has. */
  String uniquePrefix() {
    return keyPrefix + UUID.randomUUID().toString().substring(0, 8) + ":";
  }
}
