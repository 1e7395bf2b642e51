package dev.corral.jcache.test;

import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;

/** The service of the examples in docs/testing.md: prices of a database, cached for 10 minutes. */
final class PriceService {

  private final Cache<String, String> prices;
  private final UnaryOperator<String> database;

  PriceService(CacheManager manager, UnaryOperator<String> database) {
    this.database = database;
    this.prices =
        manager.createCache(
            "prices",
            new MutableConfiguration<String, String>()
                .setExpiryPolicyFactory(
                    CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.MINUTES, 10))));
  }

  String of(String sku) {
    String cached = prices.get(sku);
    if (cached != null) {
      return cached;
    }
    String read = database.apply(sku);
    prices.put(sku, read);
    return read;
  }

  void set(String sku, String price) {
    prices.put(sku, price);
  }
}
