package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the table of settings in the documentation with the settings. */
class ConfigurationPageTest {

  private static final Path PAGE = Path.of("../../docs/configuration.md");

  /** The rows with five columns, the first of which is the name of a setting. */
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `([a-z.-]+)` \\|(?:[^|]*\\|){2} ([^|]*?) \\|[^|]*\\|$", Pattern.MULTILINE);

  @Test
  void table_names_areAllSettingsInTheirOrder() throws IOException {
    assertThat(rows().stream().map(Map.Entry::getKey))
        .containsExactlyElementsOf(KnownSettings.NAMES);
  }

  @Test
  void table_defaults_areThoseOfTheCode() throws IOException {
    Map<String, String> defaults =
        rows().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    Properties stated = new Properties();
    for (String name :
        List.of("redis.timeout", "redis.connect-timeout", "redis.pool-size", "redis.database")) {
      stated.setProperty(
          "corral." + name, Objects.requireNonNull(defaults.get(name)).replace("`", ""));
    }
    var resolver = new SettingsResolver(new Properties(), Map.of());
    var loader = ClassLoader.getPlatformClassLoader();

    assertThat(resolver.resolve(SettingsResolver.DEFAULT_URI, true, loader, stated))
        .isEqualTo(resolver.resolve(SettingsResolver.DEFAULT_URI, true, loader, new Properties()));
  }

  private static List<Map.Entry<String, String>> rows() throws IOException {
    return ROW.matcher(Files.readString(PAGE))
        .results()
        .map(row -> Map.entry(row.group(1), row.group(2)))
        .toList();
  }
}
