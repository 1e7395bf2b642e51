package dev.corral.spring.boot;

import dev.corral.micrometer.CorralManagerMetrics;
import dev.corral.micrometer.CorralObservations;
import dev.corral.spring.CorralCacheManager;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.observation.ObservationRegistry;
import javax.cache.CacheManager;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Meters and observations of all caches, also of those that are created later, in the registries of
 * an application.
 *
 * <p>Spring Boot binds the meters to the meter registry, as it does with each {@code MeterBinder}.
 * Its own binder of meters for caches skips Corral's, because it does not know their type.
 */
@AutoConfiguration(
    after = CorralAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
    })
@ConditionalOnBean(CorralCacheManager.class)
public class CorralMetricsAutoConfiguration {

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({MeterRegistry.class, CorralManagerMetrics.class})
  @ConditionalOnBean(MeterRegistry.class)
  static class MetersConfiguration {

    /** The meters, with the tags that Spring Boot gives to those of other caches. */
    @Bean
    @ConditionalOnMissingBean
    CorralManagerMetrics corralManagerMetrics(CacheManager manager) {
      Tags tags = Tags.of("cache.manager", CorralAutoConfiguration.CACHE_MANAGER);
      return new CorralManagerMetrics(manager, tags, cacheName -> tags.and("name", cacheName));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({ObservationRegistry.class, CorralObservations.class})
  @ConditionalOnBean(ObservationRegistry.class)
  static class ObservationsConfiguration {

    @Bean
    @ConditionalOnMissingBean
    CorralObservations corralObservations(ObservationRegistry registry) {
      return new CorralObservations(registry);
    }
  }
}
