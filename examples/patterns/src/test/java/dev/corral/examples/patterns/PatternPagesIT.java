package dev.corral.examples.patterns;

import static javax.cache.expiry.Duration.ONE_HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerifyOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples on the pages about patterns: they work, and the pages show the same code. */
class PatternPagesIT extends PageExamples {

  @Test
  void cacheAside() {
    // tag::cache-aside
    var configuration =
        new MutableConfiguration<String, Country>()
            .setTypes(String.class, Country.class)
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(ONE_HOUR));
    Cache<String, Country> countries = manager.createCache("countries", configuration);

    Country country = countries.get("CH");
    if (country == null) {
      country = table.load("CH");
      countries.putIfAbsent("CH", country);
    }
    // end::cache-aside
    assertThat(countries.get("CH")).isEqualTo(country);
  }

  @Test
  void readThrough() {
    // tag::read-through
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(table))
                        .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(ONE_HOUR)))
            .loading(LoadOptions.DEFAULTS.withTimeouts(null, Duration.ofSeconds(5)))
            .build();
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    countries.get("CH"); // loaded, once for all who ask meanwhile
    countries.getAll(Set.of("CH", "BR", "JP")); // one loadAll for the two that are missing
    // end::read-through
    assertThat(database.reads()).isEqualTo(2);
  }

  @Test
  void earlyRefresh() {
    // tag::early-refresh
    var options =
        LoadOptions.DEFAULTS
            .withEarlyRefresh(1) // XFetch, with the β of the paper
            .withStale(Duration.ofMinutes(5), Duration.ofHours(1)) // grace, then keep
            .withRetryInterval(Duration.ofSeconds(2));
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(table))
                        .setExpiryPolicyFactory(ModifiedExpiryPolicy.factoryOf(ONE_HOUR)))
            .loading(options)
            .build();
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    // end::early-refresh
    assertThat(countries.get("CH")).isNotNull();
    assertThat(options.retention()).isEqualTo(Duration.ofMinutes(65));
  }

  @Test
  void periodicRefresh() {
    // tag::periodic-refresh
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(table))
                        .setExpiryPolicyFactory(ModifiedExpiryPolicy.factoryOf(ONE_HOUR)))
            .loading(LoadOptions.DEFAULTS.withRefreshInterval(Duration.ofSeconds(30)))
            .build();
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    // end::periodic-refresh
    assertThat(countries.get("CH")).isNotNull();
  }

  @Test
  void jitter() {
    // tag::jitter
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(it -> it.setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(ONE_HOUR)))
            .jitter(0.2) // each entry lives from 48 to 60 minutes
            .build();
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    // end::jitter
    countries.put("CH", new Country("CH", "Helvetia", "CHF"));
    assertThat(countries.containsKey("CH")).isTrue();
  }

  @Test
  void nearCache() {
    // tag::near-cache
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .nearCache(NearCacheOptions.ofEntries(10_000).withMaxStaleness(Duration.ofMillis(500)))
            .build();
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    // end::near-cache
    countries.put("CH", new Country("CH", "Helvetia", "CHF"));
    assertThat(countries.get("CH")).isEqualTo(new Country("CH", "Helvetia", "CHF"));
    assertThat(countries.unwrap(CorralCache.class).nearCacheStatistics().misses()).isEqualTo(1);
  }

  @Test
  void negativeCaching() {
    // tag::negative-caching
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(table))
                        .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(ONE_HOUR)))
            .loading(LoadOptions.DEFAULTS.withNegativeTimeToLive(Duration.ofSeconds(30)))
            .build();
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    countries.get("XX"); // null: the table has no such row
    countries.get("XX"); // null, and the table is not asked again
    // end::negative-caching
    assertThat(database.reads()).isEqualTo(1);
    assertThat(countries.containsKey("XX")).isFalse();
    assertThat(countries).isEmpty();
  }

  @Test
  void writeThrough() {
    // tag::write-through
    var configuration =
        new MutableConfiguration<String, Country>()
            .setTypes(String.class, Country.class)
            .setReadThrough(true)
            .setCacheLoaderFactory(new SingletonFactory<>(table))
            .setWriteThrough(true)
            .setCacheWriterFactory(new SingletonFactory<>(table))
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(ONE_HOUR));
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    countries.put("CH", new Country("CH", "Helvetia", "CHF")); // the table first, then the cache
    countries.get("CH"); // from the cache
    // end::write-through
    assertThat(database.reads()).isZero();
    assertThat(table.loadAll(List.of("CH")).get("CH")).isEqualTo(countries.get("CH"));
  }

  /** A value with tags. */
  public record Order(String customer, int year) {}

  @Test
  @SuppressWarnings("unchecked")
  void tags() {
    // tag::tags
    var configuration =
        CorralConfiguration.builder(Long.class, Order.class)
            .tags(
                () ->
                    (id, order) -> List.of("customer:" + order.customer(), "year:" + order.year()))
            .build();
    CorralCache<Long, Order> orders =
        manager.createCache("orders", configuration).unwrap(CorralCache.class);
    orders.invalidateTags("customer:7");
    // end::tags
    orders.put(1L, new Order("7", 2025));
    orders.put(2L, new Order("8", 2026));
    orders.invalidateTags("customer:7", "year:2024");
    assertThat(orders.getAll(Set.of(1L, 2L)).keySet()).containsExactly(2L);
  }

  @Test
  @SuppressWarnings("unchecked")
  void verification() {
    // tag::verification
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(table)))
            .verify(VerifyOptions.ofSample(0.001)) // 0.1 % of the hits
            .build();
    CorralCache<String, Country> countries =
        manager.createCache("countries", configuration).unwrap(CorralCache.class);
    VerificationStatistics found = countries.verificationStatistics();
    double fresh = found.fresherThan(Duration.ofSeconds(1)); // 0.9999 or more is the objective
    // end::verification
    assertThat(fresh).isNaN();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache-aside",
        "read-through",
        "early-refresh",
        "jitter",
        "near-cache",
        "periodic-refresh",
        "negative-caching",
        "tags",
        "verification",
        "write-through"
      })
  void example_isTheSameOnItsPage(String page) throws IOException {
    assertSameOnItsPage(page);
  }
}
