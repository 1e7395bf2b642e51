package dev.corral.spring.boot;

import dev.corral.spring.CorralCacheManager;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health indicator {@code corral} for Spring Boot 3. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(
    name = {
      "org.springframework.boot.actuate.health.HealthIndicator",
      "org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator"
    })
@ConditionalOnEnabledHealthIndicator("corral")
class Boot3Health {

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
