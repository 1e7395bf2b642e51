package dev.corral.spring.annotations;

import dev.corral.jcache.spi.CorralCachingProvider;
import dev.corral.spring.boot.CorralAutoConfiguration;
import dev.corral.spring.tests.RedisProcess;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.jcache.JCacheCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The annotations of JSR-107 with the starter's cache manager, and with that of Spring. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JCacheAnnotationsIT {

  /** Kryo does not know how to store exceptions. */
  private static final String[] SETTINGS = {
    "corral.redis.key-prefix",
    "jsr:",
    "corral.defaults.allowed-classes",
    "dev.corral.spring.annotations.*",
    "corral.caches." + AnnotatedService.FAILURES + ".value-codec",
    "java",
    "corral.caches." + AnnotatedService.FAILURES + ".allowed-classes",
    "java.lang.*,java.io.*,java.util.*",
  };

  private static RedisProcess redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  /** With the starter. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class WithStarter extends WithContext {

    WithStarter() {
      super(StarterConfiguration.class);
    }
  }

  /** Without the starter: with Spring's own adapter over the JCache provider. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class WithJCacheCacheManager extends WithContext {

    WithJCacheCacheManager() {
      super(AdapterConfiguration.class);
    }
  }

  /** Runs the tests in a context. */
  abstract static class WithContext implements AnnotationTests {

    private final ConfigurableApplicationContext context;

    WithContext(Class<?> configuration) {
      SpringApplicationBuilder builder =
          new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE);
      properties().forEach((name, value) -> builder.properties(name + "=" + value));
      context = builder.run();
    }

    @AfterAll
    void closeContext() {
      context.close();
    }

    @Override
    public AnnotatedService service() {
      return context.getBean(AnnotatedService.class);
    }

    @Override
    public CacheManager manager() {
      return context.getBean(CacheManager.class);
    }
  }

  private static Properties properties() {
    Properties properties = new Properties();
    for (int i = 0; i < SETTINGS.length; i += 2) {
      properties.setProperty(SETTINGS[i], SETTINGS[i + 1]);
    }
    properties.setProperty("corral.redis.uri", redis.uri());
    return properties;
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @ImportAutoConfiguration(CorralAutoConfiguration.class)
  static class StarterConfiguration {

    @Bean
    AnnotatedService service() {
      return new AnnotatedService();
    }

    @Bean
    OtherCaches otherCaches(CacheManager caches, javax.cache.CacheManager manager) {
      caches.getCache(OtherCaches.OTHER); // the starter opens caches when they are asked for
      return new OtherCaches(manager);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  static class AdapterConfiguration {

    @Bean(destroyMethod = "close")
    javax.cache.CacheManager jcacheManager() {
      javax.cache.CacheManager manager =
          new CorralCachingProvider().getCacheManager(null, null, properties());
      for (String name :
          new String[] {AnnotatedService.VALUES, AnnotatedService.FAILURES, OtherCaches.OTHER}) {
        manager.createCache(name, new MutableConfiguration<Object, Object>());
      }
      return manager;
    }

    @Bean
    CacheManager cacheManager(javax.cache.CacheManager manager) {
      return new JCacheCacheManager(manager);
    }

    @Bean
    AnnotatedService service() {
      return new AnnotatedService();
    }

    @Bean
    OtherCaches otherCaches(javax.cache.CacheManager manager) {
      return new OtherCaches(manager);
    }
  }
}
