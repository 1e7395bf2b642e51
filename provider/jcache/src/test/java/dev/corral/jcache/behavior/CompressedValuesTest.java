package dev.corral.jcache.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import javax.cache.Cache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compression of large values. */
class CompressedValuesTest {

  private static final String LARGE = "all work and no play ".repeat(500);

  private final OwnRedis redis = new OwnRedis();

  @AfterEach
  void close() {
    redis.close();
  }

  private static CorralConfiguration.Builder<String, String> texts() {
    return CorralConfiguration.builder(String.class, String.class);
  }

  @Test
  void put_largeValue_isSmallInRedisAndReadableWithoutCompression() {
    Cache<String, String> cache = redis.cache("texts", texts().compressAbove(1_000).build());
    Cache<String, String> plain =
        redis.manager("?client-name=plain").createCache("texts", texts().build());

    cache.put("k", LARGE);
    assertThat((Long) redis.raw().call("STRLEN", "{texts}:k")).isLessThan(1_000);
    assertThat(cache.get("k")).isEqualTo(LARGE);
    assertThat(plain.get("k")).isEqualTo(LARGE);

    assertThat(plain.replace("k", LARGE, LARGE + "!")).isTrue();
    assertThat(cache.get("k")).isEqualTo(LARGE + "!");
    assertThat(cache.remove("k", LARGE + "!")).isTrue();
  }
}
