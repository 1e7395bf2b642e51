package dev.corral.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.spi.CorralCachingProvider;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The methods of a cache, on the embedded server. */
class CacheMethodsTest {

  private static CorralCachingProvider provider;
  private static CacheManager manager;

  @BeforeAll
  static void open() {
    provider = new CorralCachingProvider();
    manager = provider.getCacheManager();
  }

  @AfterAll
  static void close() {
    provider.close();
  }

  @Test
  void methods_onTheEmbeddedServer_returnWhatTheStandardSays() {
    Cache<String, String> cache =
        manager.createCache("methods", new MutableConfiguration<String, String>());
    cache.put("a", "1");
    assertThat(cache.get("a")).isEqualTo("1");
    assertThat(cache.get("b")).isNull();
    assertThat(cache.getAndPut("a", "2")).isEqualTo("1");
    assertThat(cache.putIfAbsent("a", "3")).isFalse();
    assertThat(cache.replace("a", "2", "4")).isTrue();
    assertThat(cache.replace("a", "2", "4")).isFalse();
    cache.putAll(Map.of("x", "1", "y", "2"));
    assertThat(cache.getAll(Set.of("x", "y", "z"))).isEqualTo(Map.of("x", "1", "y", "2"));
    assertThat(cache).hasSize(3);
    assertThat(
            cache.<Integer>invoke(
                "n",
                (entry, args) -> {
                  entry.setValue("7");
                  return 7;
                }))
        .isEqualTo(7);
    assertThat(cache.remove("a")).isTrue();
    assertThat(cache.remove("a")).isFalse();
    cache.clear();
    assertThat(cache).isEmpty();
  }
}
