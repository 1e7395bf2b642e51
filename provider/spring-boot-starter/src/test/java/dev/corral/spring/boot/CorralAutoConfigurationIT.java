package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.spring.CorralCacheManager;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The starter without any configuration of the application, with a Redis for each test class. */
final class CorralAutoConfigurationIT {

  record Book(String title) {}

  static class Shop {
    private final AtomicInteger calls = new AtomicInteger();

    public int calls() {
      return calls.get();
    }

    @Cacheable("books")
    public @Nullable Book find(String title) {
      calls.incrementAndGet();
      return title.equals("none") ? null : new Book(title);
    }
  }

  @Configuration
  static class Application {
    @Bean
    Shop shop() {
      return new Shop();
    }
  }

  private static ApplicationContextRunner application(String... properties) {
    return Applications.of(Application.class, properties);
  }

  @Test
  void version_onThisClassPath_isTheOneOfThisExecution() {
    assertThat(SpringBootVersion.getVersion()).startsWith(System.getProperty("boot.version"));
  }

  @Test
  void cacheable_withoutConfiguration_isCachedByCorral() {
    application()
        .run(
            context -> {
              Shop shop = context.getBean(Shop.class);

              assertThat(List.of(shop.find("Emma"), shop.find("Emma")))
                  .containsOnly(new Book("Emma"));
              assertThat(shop.calls()).isEqualTo(1);
              assertThat(context.getBean(CacheManager.class))
                  .isInstanceOf(CorralCacheManager.class)
                  .extracting(CacheManager::getCacheNames)
                  .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.ITERABLE)
                  .containsExactly("books");
            });
  }

  @Test
  void cacheable_ofNull_isCached() {
    application()
        .run(
            context -> {
              Shop shop = context.getBean(Shop.class);

              assertThat(shop.find("none")).isNull();
              assertThat(shop.find("none")).isNull();
              assertThat(shop.calls()).isEqualTo(1);
            });
  }

  @Test
  void settings_ofACacheInProperties_apply() {
    application("corral.caches.books.time-to-live=10m", "corral.redis.key-prefix=shop:")
        .run(
            context -> {
              CorralCache<?, ?> books =
                  (CorralCache<?, ?>)
                      Objects.requireNonNull(context.getBean(CacheManager.class).getCache("books"))
                          .getNativeCache();

              assertThat(books.effectiveSettings().toString())
                  .contains("time-to-live = 10m (CacheManager property corral.caches.books")
                  .contains("redis.key-prefix = shop:");
            });
  }

  @Test
  void start_withMisspeltSetting_failsWithTheNearestName() {
    application("corral.caches.books.ttl=10m")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("corral.caches.books.ttl")
                    .hasMessageContaining("time-to-live"));
  }
}
