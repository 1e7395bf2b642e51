package dev.corral.spring.boot;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.spi.CorralCachingProvider;
import dev.corral.micrometer.CorralManagerMetrics;
import dev.corral.micrometer.CorralObservations;
import dev.corral.spring.ForCache;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.jcache.JCacheCacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/** Meters and observations in the registries of an application, beside those of Spring Boot. */
final class MetersIT {

  private static final String BOOT3 = "org.springframework.boot.actuate.autoconfigure.";
  private static final String BOOT4 = "org.springframework.boot.micrometer.";

  /** The auto-configurations of Spring Boot that make registries and bind meters. */
  private static final Class<?>[] OF_BOOT =
      Stream.of(
              BOOT3 + "metrics.MetricsAutoConfiguration",
              BOOT3 + "metrics.CompositeMeterRegistryAutoConfiguration",
              BOOT3 + "metrics.export.simple.SimpleMetricsExportAutoConfiguration",
              BOOT3 + "metrics.cache.CacheMetricsAutoConfiguration",
              BOOT3 + "observation.ObservationAutoConfiguration",
              BOOT4 + "metrics.autoconfigure.MetricsAutoConfiguration",
              BOOT4 + "metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
              BOOT4 + "metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration",
              "org.springframework.boot.cache.autoconfigure.metrics.CacheMetricsAutoConfiguration",
              BOOT4 + "observation.autoconfigure.ObservationAutoConfiguration")
          .filter(it -> ClassUtils.isPresent(it, MetersIT.class.getClassLoader()))
          .map(it -> ClassUtils.resolveClassName(it, MetersIT.class.getClassLoader()))
          .toArray(Class<?>[]::new);

  @Configuration
  static class Application {}

  @Configuration
  static class Loading {
    @Bean
    @ForCache("users")
    CacheLoader<Object, Object> loader() {
      return new CacheLoader<>() {
        @Override
        public Object load(Object key) {
          return "value of " + key;
        }

        @Override
        public Map<Object, Object> loadAll(Iterable<?> keys) {
          throw new UnsupportedOperationException();
        }
      };
    }
  }

  /** Another cache manager, whose meters Spring Boot binds. */
  @AutoConfiguration(after = CorralAutoConfiguration.class)
  static class OtherManager {
    @Bean
    JCacheCacheManager otherCacheManager(javax.cache.CacheManager manager) {
      return new JCacheCacheManager(manager);
    }
  }

  /** Records which caches are opened. */
  private static final class Recorder implements CorralObserver {

    private final List<String> opened = new CopyOnWriteArrayList<>();

    @Override
    public void cacheOpened(CorralCache<?, ?> cache) {
      opened.add(cache.getName());
    }
  }

  /** A registry that no application closes. */
  private static final class LastingRegistry extends SimpleMeterRegistry {
    @Override
    public void close() {}
  }

  private static ApplicationContextRunner application(
      Class<?> configuration, String... properties) {
    assertThat(OF_BOOT).hasSize(5);
    return Applications.of(configuration, properties)
        .withConfiguration(AutoConfigurations.of(OF_BOOT))
        .withPropertyValues(
            "corral.defaults.statistics=true", "corral.redis.key-prefix=" + UUID.randomUUID());
  }

  private static Cache cache(ApplicationContext context, String name) {
    return Objects.requireNonNull(context.getBean(CacheManager.class).getCache(name));
  }

  private static double gets(MeterRegistry registry, String cache, String result) {
    return registry
        .get("cache.gets")
        .tags("cache", cache, "name", cache, "cache.manager", "cacheManager", "result", result)
        .functionCounter()
        .count();
  }

  private static List<Meter.Id> ids(MeterRegistry registry, String prefix) {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .filter(it -> it.getName().startsWith(prefix))
        .toList();
  }

  private static Set<String> metered(MeterRegistry registry) {
    return ids(registry, "cache.gets").stream()
        .map(it -> Objects.requireNonNull(it.getTag("cache")))
        .collect(toSet());
  }

  @Test
  void meters_ofCachesDeclaredAndCreatedLater_countHitsAndMisses() {
    application(Application.class, "spring.cache.cache-names=authors")
        .run(
            context -> {
              MeterRegistry registry = context.getBean(MeterRegistry.class);
              assertThat(metered(registry)).containsExactly("authors");

              for (String name : List.of("authors", "books")) {
                Cache cache = cache(context, name);
                cache.get("a");
                cache.put("a", "b");
                cache.get("a");
                cache.get("a");

                assertThat(gets(registry, name, "hit")).isEqualTo(2);
                assertThat(gets(registry, name, "miss")).isEqualTo(1);
              }
              assertThat(ids(registry, "cache.gets")).as("no others").hasSize(4);
              assertThat(ids(registry, "corral.outages")).hasSize(1);
            });
  }

  @Test
  void tags_besideThoseOfSpringBoot_haveTheSameKeys() {
    application(
            Application.class,
            "corral.caches.authors.time-to-live=1m",
            "corral.spring.enable-caching=false")
        .withConfiguration(AutoConfigurations.of(OtherManager.class))
        .run(
            context -> {
              List<Meter.Id> gets = ids(context.getBean(MeterRegistry.class), "cache.gets");

              assertThat(gets.stream().map(it -> it.getTag("cache.manager")))
                  .containsOnly("cacheManager", "other");
              assertThat(gets.stream().map(it -> it.getTags().stream().map(Tag::getKey).toList()))
                  .containsOnly(List.of("cache", "cache.manager", "name", "result"));
            });
  }

  @Test
  void meters_switchedOffByName_areAbsent() {
    application(
            Application.class,
            "spring.cache.cache-names=authors",
            "management.metrics.enable.corral=false")
        .run(
            context -> {
              MeterRegistry registry = context.getBean(MeterRegistry.class);

              assertThat(ids(registry, "corral")).isEmpty();
              assertThat(metered(registry)).containsExactly("authors");
            });
  }

  @Test
  void restart_withARegistryThatRemains_beginsAtZeroAndLeavesNoMeters() {
    MeterRegistry registry = new LastingRegistry();
    for (int i = 0; i < 2; i++) {
      application(Application.class)
          .withBean(MeterRegistry.class, () -> registry)
          .run(
              context -> {
                cache(context, "books").get("a");

                assertThat(gets(registry, "books", "miss")).isEqualTo(1);
                assertThat(ids(registry, "cache.gets")).hasSize(2);
              });
      assertThat(registry.getMeters()).isEmpty();
    }
  }

  @Test
  void close_withAManagerThatRemains_endsMetersAndObservers() {
    MeterRegistry registry = new LastingRegistry();
    Recorder recorder = new Recorder();
    Properties properties = new Properties();
    properties.setProperty("corral.redis.key-prefix", UUID.randomUUID() + ":");
    try (CorralCachingProvider provider = new CorralCachingProvider()) {
      javax.cache.CacheManager manager =
          provider.getCacheManager(URI.create("embedded:/"), null, properties);

      application(Application.class, "spring.cache.cache-names=users")
          .withBean(MeterRegistry.class, () -> registry)
          .withBean(CorralObserver.class, () -> recorder)
          .withBean(
              "jcacheManager",
              javax.cache.CacheManager.class,
              () -> manager,
              it -> it.setDestroyMethodName(""))
          .run(
              context -> {
                cache(context, "books");

                assertThat(metered(registry)).containsExactlyInAnyOrder("users", "books");
                assertThat(recorder.opened).containsOnly("users", "books");
              });
      manager.createCache("later", new MutableConfiguration<>());

      assertThat(registry.getMeters()).isEmpty();
      assertThat(recorder.opened).doesNotContain("later");
    }
  }

  @Test
  void observations_ofALoad_areTimersOfTheApplication() {
    application(Loading.class, "spring.cache.cache-names=users")
        .run(
            context -> {
              MeterRegistry registry = context.getBean(MeterRegistry.class);
              assertThat(cache(context, "users").get("ada", String.class))
                  .isEqualTo("value of ada");

              for (String name : List.of("corral.load", "corral.miss")) {
                assertThat(
                        registry
                            .get(name)
                            .tags("cache", "users", "outcome", "complete")
                            .timer()
                            .count())
                    .isEqualTo(1);
              }
            });
  }

  @Test
  void observations_switchedOffByName_areAbsent() {
    application(
            Loading.class,
            "spring.cache.cache-names=users",
            "management.observations.enable.corral=false")
        .run(
            context -> {
              MeterRegistry registry = context.getBean(MeterRegistry.class);
              cache(context, "users").get("ada");

              assertThat(registry.get("corral.loads").functionTimer().count()).isEqualTo(1);
              assertThat(registry.find("corral.load").timers()).isEmpty();
            });
  }

  @Test
  void start_withoutRegistries_hasNoMeters() {
    Applications.of(Application.class)
        .run(
            context -> {
              assertThat(context)
                  .hasNotFailed()
                  .doesNotHaveBean(CorralManagerMetrics.class)
                  .doesNotHaveBean(CorralObservations.class);
              cache(context, "books").put("a", "b");
            });
  }

  @Test
  void start_withoutMicrometerOrItsModule_hasNoMeters() {
    for (String absent : List.of("io.micrometer", "dev.corral.micrometer")) {
      Applications.of(Application.class)
          .withClassLoader(new FilteredClassLoader(absent))
          .withBean(SimpleMeterRegistry.class)
          .run(
              context -> {
                assertThat(context).hasNotFailed().doesNotHaveBean(CorralManagerMetrics.class);
                cache(context, "books").put("a", "b");
              });
    }
  }
}
