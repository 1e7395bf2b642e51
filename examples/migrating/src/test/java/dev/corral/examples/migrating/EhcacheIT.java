package dev.corral.examples.migrating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From Ehcache 3: an XML file becomes corral.conf, the code stays. */
class EhcacheIT {

  private CacheManager before;
  private CacheManager after;

  @BeforeEach
  void open() throws Exception {
    // tag::before
    CacheManager ehcache =
        Caching.getCachingProvider("org.ehcache.jsr107.EhcacheCachingProvider")
            .getCacheManager(
                getClass().getResource("/ehcache/ehcache.xml").toURI(),
                getClass().getClassLoader());
    Cache<Long, Book> books = ehcache.getCache("books", Long.class, Book.class);
    // end::before
    assertThat(books).isNotNull();
    before = ehcache;
    after = corral();
  }

  private CacheManager corral() throws Exception {
    // tag::after
    CacheManager corral =
        Caching.getCachingProvider("dev.corral.jcache.spi.CorralCachingProvider")
            .getCacheManager(
                getClass().getResource("/ehcache/corral.conf").toURI(),
                getClass().getClassLoader());
    Cache<Long, Book> books = corral.getCache("books", Long.class, Book.class);
    // end::after
    assertThat(books).isNotNull();
    return corral;
  }

  @AfterEach
  void close() {
    before.close();
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
  void managers_listTheCachesOfTheirFiles() {
    assertThat(after.getCacheNames()).containsExactly("books");
    assertThat(before.getCacheNames()).containsExactly("books");
    assertThatThrownBy(() -> before.createCache("books", new MutableConfiguration<>()))
        .isInstanceOf(CacheException.class);
  }

  @Test
  void storeByReference_ehcacheCan_corralRefuses() {
    var byReference = new MutableConfiguration<Long, List<String>>().setStoreByValue(false);
    List<String> list = new ArrayList<>(List.of("a"));
    Cache<Long, List<String>> lists = before.createCache("lists", byReference);
    lists.put(1L, list);

    assertThat(lists.get(1L)).isSameAs(list);
    assertThatThrownBy(() -> after.createCache("lists", byReference))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void serializable_corralNeedsAnAllowedClassInstead() {
    Cache<Long, Object> objects =
        after.createCache("objects", new MutableConfiguration<Long, Object>());

    assertThatThrownBy(() -> objects.put(1L, new Unknown("a")))
        .hasMessageContaining("allowed-classes");
  }

  private record Unknown(String text) implements Serializable {}
}
