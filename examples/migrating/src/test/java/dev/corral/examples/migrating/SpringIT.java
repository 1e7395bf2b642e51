package dev.corral.examples.migrating;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.cache.Caching;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.jcache.JCacheCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** From Spring's RedisCacheManager: another CacheManager bean, the annotations stay. */
class SpringIT {

  private final Redis redis = Redis.start();
  private AnnotationConfigApplicationContext before;
  private AnnotationConfigApplicationContext after;

  @BeforeEach
  void open() {
    before = new AnnotationConfigApplicationContext();
    before.registerBean(
        RedisConnectionFactory.class,
        () -> new LettuceConnectionFactory("127.0.0.1", redis.port()));
    before.register(Before.class, Books.class);
    before.refresh();
    System.setProperty("corral.redis.uri", redis.uri()); // wins over the file
    after = new AnnotationConfigApplicationContext(After.class, Books.class);
  }

  @AfterEach
  void close() {
    before.close();
    after.close();
    System.clearProperty("corral.redis.uri");
    redis.close();
  }

  @Configuration
  @EnableCaching
  static class Before {

    // tag::before
    @Bean
    CacheManager cacheManager(RedisConnectionFactory connections) {
      var defaults =
          RedisCacheConfiguration.defaultCacheConfig()
              .prefixCacheNameWith("shop:")
              .entryTtl(Duration.ofMinutes(10));
      // Without immediateWrites, a read after a put may still be a miss.
      return RedisCacheManager.builder(
              RedisCacheWriter.create(connections, it -> it.immediateWrites()))
          .cacheDefaults(defaults)
          .withCacheConfiguration("books", defaults.entryTtl(Duration.ofHours(1)))
          .withCacheConfiguration("searches", defaults)
          .enableStatistics()
          .build();
    }
    // end::before
  }

  @Configuration
  @EnableCaching
  static class After {

    // tag::after
    @Bean // Spring closes it with the context
    javax.cache.CacheManager corral() throws Exception {
      return Caching.getCachingProvider("dev.corral.jcache.spi.CorralCachingProvider")
          .getCacheManager(
              getClass().getResource("/spring/corral.conf").toURI(), getClass().getClassLoader());
    }

    @Bean
    CacheManager cacheManager(javax.cache.CacheManager corral) {
      return new JCacheCacheManager(corral);
    }
    // end::after
  }

  /** A service whose methods count their calls. */
  static class Books {

    private int calls;

    @Cacheable("books")
    public @Nullable Book find(long id) {
      calls++;
      return id < 0 ? null : new Book("Book " + id, 900);
    }

    @Cacheable("searches")
    public List<Book> search(String text, int limit) {
      calls++;
      return new ArrayList<>(List.of(new Book(text, limit)));
    }

    @CachePut(cacheNames = "books", key = "#id")
    public Book price(long id, int price) {
      return new Book("Book " + id, price);
    }

    @CacheEvict("books")
    public void delete(long id) {
      calls++;
    }

    @Cacheable(cacheNames = "books", sync = true)
    public Book only(long id) {
      calls++;
      return new Book("Only " + id, 1);
    }

    public int calls() {
      return calls;
    }
  }

  private static List<Object> use(Books books) {
    List<Object> results = new ArrayList<>();
    results.add(books.find(1));
    results.add(books.find(1));
    results.add(String.valueOf(books.find(-1)));
    results.add(String.valueOf(books.find(-1)));
    results.add(books.search("Emma", 3));
    results.add(books.search("Emma", 3));
    results.add(books.price(1, 950));
    results.add(books.find(1));
    books.delete(1);
    results.add(books.find(1));
    results.add(books.only(2));
    results.add(books.only(2));
    results.add(books.calls());
    return results;
  }

  @Test
  void sameAnnotations_returnTheSame() {
    List<Object> expected = use(before.getBean(Books.class));

    assertThat(use(after.getBean(Books.class))).isEqualTo(expected);
    assertThat(expected).endsWith(6); // 1, -1, a search, the delete, 1 again, and 2
  }

  @Test
  void oneRedis_entriesOfBoth_areSeparate_untilTheOldOnesAreDeleted() throws Exception {
    before.getBean(Books.class).find(1);
    before.getBean(Books.class).search("Emma", 3);
    after.getBean(Books.class).find(1);
    after.getBean(Books.class).search("Emma", 3);

    assertThat(after.getBean(Books.class).calls()).isEqualTo(2);
    assertThat(redis.keys())
        .contains(
            "shop:books::1",
            "shop:searches::SimpleKey [Emma, 3]",
            "{shop:books}:1",
            "{shop:searches}:#spring:(Emma,#int:3)");
    assertThat(redis.millisToLive("shop:books::1")).isBetween(3_000_000L, 3_600_000L);
    assertThat(redis.millisToLive("{shop:books}:1")).isBetween(3_000_000L, 3_600_000L);
    assertThat(redis.millisToLive("{shop:searches}:#spring:(Emma,#int:3)"))
        .isBetween(300_000L, 600_000L);

    redis.run(Path.of("src/test/resources/delete-old-entries.sh"), "spring");

    assertThat(redis.keys()).contains("{shop:books}:1").doesNotContain("shop:books::1");
  }
}
