package dev.corral.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralObservers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheManager;
import org.junit.jupiter.api.Test;

/** The code of the documentation is this code. */
class SnippetsIT {

  private static final Path PAGE = Path.of("../../docs/observability.md");
  private static final Path THIS = Path.of("src/test/java/dev/corral/micrometer/SnippetsIT.java");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

  @Test
  void snippets_ofThePage_bindMetersAndObservations() {
    MeterRegistry meterRegistry = new SimpleMeterRegistry();
    ObservationRegistry observationRegistry = ObservationRegistry.create();
    observationRegistry
        .observationConfig()
        .observationHandler(new DefaultMeterObservationHandler(meterRegistry));
    try (Caches caches = new Caches()) {
      CacheManager manager = caches.manager();
      Cache<String, String> cache = caches.cache("users", Caches.loading(Caches.loader()).build());
      new CorralManagerMetrics(manager, Tags.of("application", "shop")).bindTo(meterRegistry);
      CorralCacheMetrics.monitor(meterRegistry, cache, "application", "shop");
      manager.unwrap(CorralObservers.class).add(new CorralObservations(observationRegistry));
      cache.get("a");

      assertThat(
              meterRegistry
                  .get("cache.gets")
                  .tags("application", "shop", "result", "miss")
                  .functionCounter()
                  .count())
          .isEqualTo(1);
      assertThat(meterRegistry.get("corral.load").tag("cache", "users").timer().count())
          .isEqualTo(1);
    }
  }

  @Test
  void snippets_ofThePage_areInThisTest() throws IOException {
    List<String> snippets =
        JAVA.matcher(Files.readString(PAGE)).results().map(it -> it.group(1).strip()).toList();

    assertThat(snippets).hasSize(3);
    assertThat(Files.readString(THIS)).contains(snippets);
  }
}
