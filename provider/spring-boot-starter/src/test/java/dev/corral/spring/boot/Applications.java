package dev.corral.spring.boot;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Applications with the starter, whose own package is that of the tests. */
final class Applications {

  private Applications() {}

  static ApplicationContextRunner of(Class<?> configuration, String... properties) {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                CorralMetricsAutoConfiguration.class, CorralAutoConfiguration.class))
        .withUserConfiguration(configuration)
        .withInitializer(
            context ->
                AutoConfigurationPackages.register(
                    (BeanDefinitionRegistry) context.getBeanFactory(),
                    Applications.class.getPackageName()))
        .withPropertyValues(properties);
  }
}
