package dev.corral.examples.migrating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cache.ICache;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From Hazelcast, here an embedded member: no cluster of members any more, but a Redis. */
class HazelcastIT {

  private CacheManager before;
  private CacheManager after;

  @BeforeEach
  void open() throws Exception {
    // tag::before
    Properties properties = new Properties();
    properties.setProperty("hazelcast.config.location", "classpath:hazelcast/hazelcast.xml");
    CacheManager hazelcast =
        Caching.getCachingProvider("com.hazelcast.cache.HazelcastMemberCachingProvider")
            .getCacheManager(null, null, properties);
    Cache<Long, Book> books = hazelcast.getCache("books", Long.class, Book.class);
    // end::before
    assertThat(books).isNotNull();
    before = hazelcast;
    after = corral();
  }

  private CacheManager corral() throws Exception {
    // tag::after
    CacheManager corral =
        Caching.getCachingProvider("dev.corral.jcache.spi.CorralCachingProvider")
            .getCacheManager(
                getClass().getResource("/hazelcast/corral.conf").toURI(),
                getClass().getClassLoader());
    Cache<Long, Book> books = corral.getCache("books", Long.class, Book.class);
    // end::after
    assertThat(books).isNotNull();
    return corral;
  }

  @AfterEach
  void close() {
    before.getCachingProvider().close();
    after.getCacheNames().forEach(after::destroyCache);
    after.close();
  }

  @Test
  void sameCode_returnsTheSame() throws Exception {
    Cache<Long, Book> old = before.getCache("books", Long.class, Book.class);
    Cache<Long, Book> books = after.getCache("books", Long.class, Book.class);

    assertThat(Bookshop.use(books)).isEqualTo(Bookshop.use(old));
    assertThat(Bookshop.events(books)).isEqualTo(Bookshop.events(old));
  }

  @Test
  void iCache_isNotThere() {
    assertThat(before.getCache("books", Long.class, Book.class)).isInstanceOf(ICache.class);
    assertThatThrownBy(() -> after.getCache("books", Long.class, Book.class).unwrap(ICache.class))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
