package dev.corral.examples.patterns;

import static javax.cache.expiry.Duration.ONE_HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralCacheLoader;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.LoadContext;
import dev.corral.jcache.LoadOptions;
import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.LoadOptions.BudgetScope;
import dev.corral.jcache.LoadResult;
import dev.corral.jcache.NearCacheOptions;
import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.WarmUp;
import dev.corral.jcache.WarmUpOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.integration.CompletionListenerFuture;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples on the pages about patterns: they work, and the pages show the same code. */
class PatternPagesIT {

  private static final Path DOCS = Path.of("../../docs");
  private static final Path THIS =
      Path.of("src/test/java", PatternPagesIT.class.getName().replace('.', '/') + ".java");

  private final CountingDatabase database = database();
  private final CountryTable table = new CountryTable(database);
  private final CacheManager manager = Caching.getCachingProvider().getCacheManager();

  private static CountingDatabase database() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL("jdbc:h2:mem:pages;DB_CLOSE_DELAY=-1");
    return new CountingDatabase(h2);
  }

  @BeforeEach
  void fill() throws SQLException {
    table.create();
  }

  @AfterEach
  void destroy() {
    manager.getCacheNames().forEach(manager::destroyCache);
    manager.close();
  }

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

  /** A value with a version, from a service. */
  public record Product(String name) {}

  /** What a service answers. */
  private record Response(int status, Product product, String etag) {}

  /** A service that compares versions, as HTTP does. */
  private interface Client {
    Response get(Long id, @Nullable String ifNoneMatch);
  }

  /** The loader on the page. */
  private record Products(Client client) implements CorralCacheLoader<Long, Product> {

    // tag::loader-results
    @Override
    public LoadResult<Product> load(Long id, LoadContext<Product> context) {
      Response response = client.get(id, context.version()); // If-None-Match
      return switch (response.status()) {
        case 304 -> LoadResult.notModified();
        case 404 -> LoadResult.absentFor(Duration.ofMinutes(1));
        default -> LoadResult.of(response.product()).withVersion(response.etag());
      };
    }
    // end::loader-results
  }

  @Test
  @SuppressWarnings("unchecked")
  void loaderResults() throws InterruptedException, ExecutionException {
    List<String> asked = new CopyOnWriteArrayList<>();
    Product chair = new Product("chair");
    Client client =
        (id, ifNoneMatch) -> {
          asked.add(id + " " + ifNoneMatch);
          return new Response(id > 1 ? 404 : "v1".equals(ifNoneMatch) ? 304 : 200, chair, "v1");
        };
    var configuration =
        CorralConfiguration.builder(Long.class, Product.class)
            .standard(
                it ->
                    it.setReadThrough(true)
                        .setCacheLoaderFactory(new SingletonFactory<>(new Products(client))))
            .build();
    CorralCache<Long, Product> products =
        manager.createCache("products", configuration).unwrap(CorralCache.class);
    assertThat(products.getAll(Set.of(1L, 2L))).containsOnly(Map.entry(1L, chair));
    CompletionListenerFuture reloaded = new CompletionListenerFuture();
    products.loadAll(Set.of(1L), true, reloaded);
    reloaded.get();
    assertThat(products.get(1L)).isEqualTo(chair);
    assertThat(products.get(2L)).isNull();
    assertThat(asked).containsExactlyInAnyOrder("1 null", "2 null", "1 v1");
    assertThat(products.metadata(1L).orElseThrow().version()).isEqualTo("v1");
  }

  @Test
  void loadBudget() {
    // tag::load-budget
    var options =
        LoadOptions.DEFAULTS
            .withCoalescing(Duration.ofMillis(2), 1_000) // window, maximum number of keys
            .withBudget(new Budget(8, 200, BudgetScope.CLUSTER, Duration.ofSeconds(2)));
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(table)))
            .loading(options)
            .build();
    Cache<String, Country> countries = manager.createCache("countries", configuration);
    // end::load-budget
    assertThat(countries.get("CH")).isNotNull();
    assertThat(database.reads()).isEqualTo(1);
  }

  @Test
  @SuppressWarnings("unchecked")
  void warmUp() {
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(it -> it.setCacheLoaderFactory(new SingletonFactory<>(table)))
            .build();
    CorralCache<String, Country> products =
        manager.createCache("warm", configuration).unwrap(CorralCache.class);
    List<String> ids = List.of("CH", "BR", "XX");
    // tag::warm-up
    WarmUp warmUp =
        products.warm(
            ids.stream(),
            WarmUpOptions.DEFAULTS
                .withKeysPerSecond(500)
                .withBatchSize(100)
                .withConcurrentBatches(2));
    warmUp.pause();
    warmUp.resume();
    WarmUp.Progress progress = warmUp.completion().toCompletableFuture().join();
    // end::warm-up
    assertThat(progress.loaded()).isEqualTo(2);
    assertThat(progress.absent()).isEqualTo(1);
    assertThat(products.containsKey("CH")).isTrue();
  }

  @Test
  @SuppressWarnings("unchecked")
  void hotKeys() {
    // tag::hot-keys
    var configuration =
        CorralConfiguration.builder(String.class, Country.class)
            .standard(
                it -> it.setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(table)))
            .hotKeys(HotKeyOptions.ofKeys(1_000))
            .build();
    CorralCache<String, Country> countries =
        manager.createCache("countries", configuration).unwrap(CorralCache.class);
    countries.clear();
    WarmUp warmUp = countries.warm(countries.hottestKeys(500), WarmUpOptions.DEFAULTS);
    // end::hot-keys
    assertThat(warmUp.completion().toCompletableFuture().join().processed()).isZero();
    for (int i = 0; i < 5_000; i++) {
      assertThat(countries.get("CH")).isNotNull();
    }
    assertThat(countries.hottestKeys(1)).containsExactly("CH");
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
        "hot-keys",
        "jitter",
        "load-budget",
        "loader-results",
        "near-cache",
        "periodic-refresh",
        "negative-caching",
        "tags",
        "verification",
        "warm-up",
        "write-through"
      })
  void example_isTheSameOnItsPage(String page) throws IOException {
    String region = "// tag::%1$s\n((?s:.*?)) *// end::%1$s\n".formatted(page);

    assertThat(all(DOCS.resolve(page + ".md"), "```java\n((?s:.*?))```"))
        .startsWith(all(THIS, region).get(0).stripTrailing().stripIndent() + "\n");
  }

  private static List<String> all(Path file, String regex) throws IOException {
    return Pattern.compile(regex)
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }
}
