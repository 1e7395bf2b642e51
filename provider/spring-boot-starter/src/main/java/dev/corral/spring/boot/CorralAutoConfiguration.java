package dev.corral.spring.boot;

import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.spi.CorralCachingProvider;
import dev.corral.spring.CacheBeans;
import dev.corral.spring.CacheOptions;
import dev.corral.spring.CorralCacheManager;
import dev.corral.spring.InvalidateTagsAdvisor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.task.TaskDecorator;

/**
 * Makes Corral the cache manager of an application, unless it has another one or {@code
 * spring.cache.type} selects another kind.
 */
@AutoConfiguration(
    beforeName = {
      "org.springframework.boot.autoconfigure.cache.CacheAutoConfiguration",
      "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration"
    },
    afterName = {
      "org.redisson.spring.starter.RedissonAutoConfiguration",
      "org.redisson.spring.starter.RedissonAutoConfigurationV2",
      "org.redisson.spring.starter.RedissonAutoConfigurationV4"
    })
@ConditionalOnClass({CorralCachingProvider.class, CacheManager.class})
@ConditionalOnProperty(name = "corral.spring.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(value = CacheManager.class, name = "cacheResolver")
@Conditional(OnCacheType.class)
@EnableConfigurationProperties(CorralSpringProperties.class)
@Import({
  Boot3ServiceConnection.class,
  Boot4ServiceConnection.class,
  Boot3Health.class,
  Boot4Health.class
})
public class CorralAutoConfiguration {

  /** The name of the bean, as in Spring Boot. */
  static final String CACHE_MANAGER = "cacheManager";

  /** Switches Spring's cache annotations on. */
  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @ConditionalOnMissingBean(CacheAspectSupport.class)
  @ConditionalOnProperty(name = "corral.spring.enable-caching", matchIfMissing = true)
  static class CachingConfiguration {}

  @Bean
  @ConditionalOnProperty(name = "corral.spring.single-flight", matchIfMissing = true)
  static SingleFlightPostProcessor corralSingleFlight() {
    return new SingleFlightPostProcessor();
  }

  /** Makes {@code @InvalidateTags} work. Static, since proxies of all beans need it. */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  @ConditionalOnMissingBean
  static InvalidateTagsAdvisor corralInvalidateTags(BeanFactory beans) {
    return new InvalidateTagsAdvisor(beans);
  }

  @Bean
  JCacheManagers corralJCacheManagers(
      ApplicationContext context, ConfigurableEnvironment environment) {
    return new JCacheManagers(context, environment, EnvironmentSettings.of(environment));
  }

  /**
   * The cache manager of the standard.
   *
   * @throws CorralStartException if a setting is unknown or invalid
   */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  javax.cache.CacheManager corralJCacheManager(
      JCacheManagers managers,
      ObjectProvider<ServiceConnection> service,
      ListableBeanFactory beans,
      CorralSpringProperties properties) {
    ServiceConnection connection = service.getIfAvailable();
    @Nullable Object client =
        properties.useRedissonClient() ? RedissonClientBean.find(beans) : null;
    return managers.create(connection == null ? null : connection.address(), client);
  }

  @Bean(CACHE_MANAGER)
  CorralCacheManager cacheManager(
      javax.cache.CacheManager manager,
      JCacheManagers managers,
      CorralSpringProperties properties,
      CacheBeans cacheBeans,
      BeanFactory beans,
      ConfigurableEnvironment environment,
      ObjectProvider<TaskDecorator> decorator) {
    Set<String> names = new LinkedHashSet<>(managers.declaredCaches());
    names.addAll(
        List.of(
            environment.getProperty("spring.cache.cache-names", String[].class, new String[0])));
    List<String> allowed =
        properties.allowApplicationPackages() ? applicationPackages(beans) : List.of();
    return new CorralCacheManager(
        manager,
        new CacheOptions(
            names,
            properties.createCaches(),
            properties.transactionAware(),
            allowed,
            cacheBeans::customize,
            decorator.getIfUnique()));
  }

  @Bean
  CacheBeans corralCacheBeans(ListableBeanFactory beans) {
    return new CacheBeans(beans);
  }

  @Bean
  ObserverBeans corralObserverBeans(
      javax.cache.CacheManager manager, List<CorralObserver> observers) {
    return new ObserverBeans(manager, observers);
  }

  /** Errors of settings, beans and the connection appear at the start. */
  @Bean
  SmartInitializingSingleton corralCachesAtStart(
      CorralCacheManager manager, CacheBeans beans, JCacheManagers managers) {
    return () -> {
      try {
        beans.check(manager.getCacheNames());
        manager.openDeclaredCaches();
      } catch (CacheException | IllegalArgumentException | IllegalStateException e) {
        throw managers.failure(e);
      }
    };
  }

  private static List<String> applicationPackages(BeanFactory beans) {
    return AutoConfigurationPackages.has(beans)
        ? ApplicationPackages.patterns(AutoConfigurationPackages.get(beans))
        : List.of();
  }
}
