package dev.corral.examples.migrating;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.config.Config;
import org.redisson.jcache.configuration.RedissonConfiguration;

/** From Redisson's JCache: another provider, the same Redis. */
class RedissonIT {

  private final Redis redis = Redis.start();
  private Cache<Long, Book> before;
  private Cache<Long, Book> after;

  @BeforeEach
  void open() {
    before = redisson(redis.uri());
    after = corral(redis.uri());
  }

  private static Cache<Long, Book> redisson(String redisUri) {
    // tag::before
    var configuration =
        new MutableConfiguration<Long, Book>()
            .setTypes(Long.class, Book.class)
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(new Duration(MINUTES, 10)));
    Config redisson = new Config();
    redisson.useSingleServer().setAddress(redisUri);
    CacheManager manager =
        Caching.getCachingProvider("org.redisson.jcache.JCachingProvider").getCacheManager();
    Cache<Long, Book> books =
        manager.createCache("books", RedissonConfiguration.fromConfig(redisson, configuration));
    // end::before
    return books;
  }

  private static Cache<Long, Book> corral(String redisUri) {
    // tag::after
    var configuration =
        new MutableConfiguration<Long, Book>()
            .setTypes(Long.class, Book.class)
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(new Duration(MINUTES, 10)));
    CacheManager manager =
        Caching.getCachingProvider("dev.corral.jcache.spi.CorralCachingProvider")
            .getCacheManager(URI.create(redisUri), null);
    Cache<Long, Book> books = manager.createCache("books", configuration);
    // end::after
    return books;
  }

  @AfterEach
  void close() {
    before.getCacheManager().getCachingProvider().close();
    after.getCacheManager().getCachingProvider().close();
    redis.close();
  }

  @Test
  void sameCode_returnsTheSame() throws Exception {
    assertThat(Bookshop.use(after)).isEqualTo(Bookshop.use(before));
    assertThat(Bookshop.events(after)).isEqualTo(Bookshop.events(before));
  }

  @Test
  void oneRedis_entriesOfBoth_areSeparate_untilTheOldOnesAreDeleted() throws Exception {
    before.put(1L, new Book("Emma", 900));

    assertThat(after.get(1L)).isNull();
    after.put(1L, new Book("Ulysses", 1200));
    assertThat(before.get(1L)).isEqualTo(new Book("Emma", 900));
    assertThat(redis.keys()).contains("books", "jcache_timeout_set:{books}", "{books}:1");
    assertThat(redis.typeOf("books")).isEqualTo("hash");
    assertThat(redis.millisToLive("books")).isEqualTo(-1);
    assertThat(redis.millisToLive("{books}:1")).isBetween(1L, MINUTES.toMillis(10));

    redis.run(Path.of("src/test/resources/delete-old-entries.sh"), "redisson");

    assertThat(before.get(1L)).isNull();
    assertThat(after.get(1L)).isEqualTo(new Book("Ulysses", 1200));
    assertThat(redis.keys()).doesNotContain("books", "jcache_timeout_set:{books}");
  }
}
