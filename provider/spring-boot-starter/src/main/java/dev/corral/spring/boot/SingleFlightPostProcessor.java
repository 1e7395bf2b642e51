package dev.corral.spring.boot;

import dev.corral.spring.CorralCacheManager;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CachingConfigurer;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.PriorityOrdered;

/**
 * Synchronizes plain {@code @Cacheable} methods whose caches are of Corral: see {@link
 * SingleFlightOperations}. It must be there before Spring creates its proxies.
 */
final class SingleFlightPostProcessor
    implements BeanPostProcessor, PriorityOrdered, BeanFactoryAware {

  private @Nullable BeanFactory beans;

  @Override
  public void setBeanFactory(BeanFactory beanFactory) {
    this.beans = beanFactory;
  }

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    return bean instanceof CacheOperationSource source
        ? new SingleFlightOperations(source, this::usesCorral)
        : bean;
  }

  private boolean usesCorral(CacheableOperation operation) {
    BeanFactory factory = Objects.requireNonNull(beans, "beans");
    if (!isEmpty(operation.getCacheResolver())) {
      return false;
    }
    String manager = operation.getCacheManager();
    if (manager != null && !manager.isEmpty()) {
      return factory.containsBean(manager)
          && factory.getBean(manager) instanceof CorralCacheManager;
    }
    CachingConfigurer configurer =
        factory.getBeanProvider(CachingConfigurer.class).getIfAvailable();
    if (configurer != null && configurer.cacheResolver() != null) {
      return false;
    }
    CacheManager configured = configurer == null ? null : configurer.cacheManager();
    return (configured != null
            ? configured
            : factory.getBeanProvider(CacheManager.class).getIfUnique())
        instanceof CorralCacheManager;
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }
}
