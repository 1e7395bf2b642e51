package dev.corral.spring.boot;

import dev.corral.spring.CorralCacheManager;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health indicator {@code corral} for Spring Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(
    name = {
      "org.springframework.boot.health.contributor.HealthIndicator",
      "org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator"
    })
@ConditionalOnEnabledHealthIndicator("corral")
class Boot4Health {

  @Bean
  @ConditionalOnMissingBean(name = "corralHealthIndicator")
  HealthIndicator corralHealthIndicator(
      CorralCacheManager manager, CorralSpringProperties properties) {
    return new Indicator(manager, properties.outageStatus());
  }

  private static final class Indicator extends AbstractHealthIndicator {

    private final CorralCacheManager manager;
    private final String outageStatus;

    Indicator(CorralCacheManager manager, String outageStatus) {
      this.manager = manager;
      this.outageStatus = outageStatus;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
      CorralHealth health = CorralHealth.of(manager, outageStatus);
      builder.status(health.status()).withDetails(health.details());
    }
  }
}
