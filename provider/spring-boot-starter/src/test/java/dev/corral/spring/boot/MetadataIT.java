package dev.corral.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.yaml.snakeyaml.Yaml;

/** The metadata with which editors complete and explain the properties. */
final class MetadataIT {

  private static List<Map<?, ?>> properties() throws IOException {
    String json =
        new ClassPathResource(
                "META-INF/spring-configuration-metadata.json",
                CorralAutoConfiguration.class.getClassLoader())
            .getContentAsString(UTF_8);
    Map<?, ?> metadata = new Yaml().load(json); // JSON is YAML
    Object list = metadata.get("properties");
    return ((List<?>) Objects.requireNonNull(list))
        .stream().<Map<?, ?>>map(it -> (Map<?, ?>) it).toList();
  }

  /** The blocks whose settings are those of the defaults. */
  private static final Set<String> SINGLE = Set.of("templates", "caches");

  private static Set<String> described() throws IOException {
    return properties().stream()
        .map(it -> String.valueOf(it.get("name")))
        .filter(it -> it.startsWith("corral."))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The names of the settings in reference.conf, whose blocks and settings have a line each;
   * without those of its templates and caches, which are examples of the settings in its defaults.
   */
  private static Set<String> known() throws IOException {
    String reference =
        new ClassPathResource(
                "dev/corral/jcache/reference.conf", CorralCache.class.getClassLoader())
            .getContentAsString(UTF_8);
    Set<String> names = new TreeSet<>();
    Deque<String> blocks = new ArrayDeque<>();
    List<String> lines =
        reference
            .lines()
            .map(String::strip)
            .filter(it -> !it.startsWith("#") && !it.endsWith("{}"))
            .toList();
    for (String line : lines) {
      if (line.endsWith("{")) {
        blocks.addLast(line.substring(0, line.length() - 1).strip());
      } else if (line.equals("}")) {
        blocks.removeLast();
      } else if (line.contains(" = ")
          && !SINGLE.contains(blocks.stream().skip(1).findFirst().orElse(""))) {
        names.add(String.join(".", blocks) + "." + line.substring(0, line.indexOf(' ')));
      }
    }
    return names;
  }

  @Test
  void metadata_describesEachSettingOfCorral() throws IOException {
    Set<String> others = new TreeSet<>(described());
    others.removeAll(known());
    others.removeIf(it -> it.startsWith("corral.spring."));

    assertThat(known()).hasSizeGreaterThan(50);
    assertThat(described()).containsAll(known());
    assertThat(others).containsOnly("corral.config", "corral.caches", "corral.templates");
  }

  @Test
  void metadata_describesEachPropertyOfTheStarter() throws IOException {
    Set<String> components =
        Arrays.stream(CorralSpringProperties.class.getRecordComponents())
            .map(RecordComponent::getName)
            .map(it -> it.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
            .map("corral.spring."::concat)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> ofStarter = new TreeSet<>(described());
    ofStarter.removeIf(it -> !it.startsWith("corral.spring."));

    assertThat(ofStarter).isEqualTo(components);
  }

  @Test
  void metadata_hasADescriptionForEachProperty() throws IOException {
    assertThat(properties())
        .allSatisfy(it -> assertThat(String.valueOf(it.get("description"))).endsWith("."));
  }
}
