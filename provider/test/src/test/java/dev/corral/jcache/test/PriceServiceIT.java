package dev.corral.jcache.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheManager;
import org.junit.jupiter.api.Test;

@CorralTest
class PriceServiceIT {

  @Test
  void price_duringAnOutage_isReadFromTheDatabase(CacheManager manager, RedisControl redis) {
    PriceService prices = new PriceService(manager, sku -> "9.99");
    assertThat(prices.of("lamp")).isEqualTo("9.99");

    redis.disconnect();
    assertThat(prices.of("lamp")).isEqualTo("9.99");

    redis.restore();
    assertThat(prices.of("lamp")).isEqualTo("9.99");
  }

  @Test
  void price_afterItsTimeToLive_isReadAgain(CacheManager manager, RedisControl redis) {
    AtomicInteger reads = new AtomicInteger();
    PriceService prices = new PriceService(manager, sku -> "price " + reads.incrementAndGet());
    assertThat(prices.of("lamp")).isEqualTo("price 1");
    assertThat(prices.of("lamp")).isEqualTo("price 1");

    redis.advanceExpiry(Duration.ofMinutes(10));
    assertThat(prices.of("lamp")).isEqualTo("price 2");
  }
}
