package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.shaded.com.typesafe.config.Config;
import dev.corral.jcache.shaded.com.typesafe.config.ConfigFactory;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The metadata with which editors complete and explain the properties. */
final class MetadataIT {

  private static final Config METADATA =
      ConfigFactory.parseResources("META-INF/spring-configuration-metadata.json");

  private static Set<String> described() {
    return METADATA.getConfigList("properties").stream()
        .map(it -> it.getString("name"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void metadata_describesEachSettingOfCorral() {
    Config reference =
        ConfigFactory.parseResources(
            CorralCache.class.getClassLoader(), "dev/corral/jcache/reference.conf");
    Set<String> known =
        reference.entrySet().stream()
            .map(it -> it.getKey())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> others = new TreeSet<>(described());
    others.removeAll(known);

    assertThat(known).hasSizeGreaterThan(50);
    assertThat(described()).containsAll(known);
    assertThat(others)
        .allMatch(
            it ->
                it.startsWith("corral.spring.")
                    || Set.of(
                            "corral.config",
                            "corral.caches",
                            "corral.templates",
                            "management.health.corral.enabled")
                        .contains(it));
  }

  @Test
  void metadata_describesEachPropertyOfTheStarter() {
    Set<String> components =
        Arrays.stream(CorralSpringProperties.class.getRecordComponents())
            .map(RecordComponent::getName)
            .map(it -> it.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT))
            .map("corral.spring."::concat)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(
            described().stream()
                .filter(it -> it.startsWith("corral.spring."))
                .collect(Collectors.toSet()))
        .isEqualTo(components);
  }

  @Test
  void metadata_hasADescriptionForEachProperty() {
    assertThat(METADATA.getConfigList("properties"))
        .allSatisfy(it -> assertThat(it.getString("description")).endsWith("."));
  }
}
