package dev.corral.examples.quickstart;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Puts a cache in front of a database table and prints where each price comes from.
 *
 * <p>The code uses only the JCache API. Corral is the provider because its jar is on the class
 * path. It stores the entries in Redis and starts the embedded Redis if no other is configured.
 */
public final class QuickStart {

  private static final String DATABASE = "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1";
  private static final AtomicInteger QUERIES = new AtomicInteger();

  private QuickStart() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws Exception {
    execute("CREATE TABLE price (product VARCHAR PRIMARY KEY, cents INT)");
    execute("INSERT INTO price VALUES ('apple', 45), ('pear', 60)");

    var configuration =
        new MutableConfiguration<String, Integer>()
            .setTypes(String.class, Integer.class)
            .setReadThrough(true) // a get() that finds no entry calls the loader
            .setCacheLoaderFactory(PriceTable::new)
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(new Duration(SECONDS, 2)))
            .setStatisticsEnabled(true);
    try (CacheManager manager = Caching.getCachingProvider().getCacheManager()) {
      Cache<String, Integer> prices = manager.createCache("prices", configuration);

      System.out.println("\nWhat does an apple cost? Each cache entry expires after 2 seconds.\n");
      read("first read", prices);
      read("second read", prices);
      execute("UPDATE price SET cents = 50 WHERE product = 'apple'");
      read("after UPDATE to 50 cents", prices); // the cached price, at most 2 seconds old
      Thread.sleep(2_100);
      read("2 seconds later: expired", prices);
      execute("UPDATE price SET cents = 55 WHERE product = 'apple'");
      prices.remove("apple");
      read("after UPDATE to 55 and remove", prices);

      var server = ManagementFactory.getPlatformMBeanServer();
      var pattern = new ObjectName("javax.cache:type=CacheStatistics,Cache=prices,*");
      var statistics = server.queryNames(pattern, null).iterator().next();
      Object hits = server.getAttribute(statistics, "CacheHits");
      Object misses = server.getAttribute(statistics, "CacheMisses");
      System.out.printf("%nQueries: %s. Cache hits: %s, misses: %s.%n", QUERIES, hits, misses);
    }
  }

  private static void read(String step, Cache<String, Integer> prices) {
    int queries = QUERIES.get();
    Integer cents = prices.get("apple");
    String origin = QUERIES.get() > queries ? "loaded from the table" : "from the cache";
    System.out.printf("%-30s  %d cents  %s%n", step, cents, origin);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(DATABASE)) {
      connection.createStatement().execute(sql);
    }
  }

  /** Loads prices from the table and counts its queries. */
  private static final class PriceTable implements CacheLoader<String, Integer> {

    @Override
    public @Nullable Integer load(String product) {
      QUERIES.incrementAndGet();
      String sql = "SELECT cents FROM price WHERE product = ?";
      try (Connection connection = DriverManager.getConnection(DATABASE);
          PreparedStatement query = connection.prepareStatement(sql)) {
        query.setString(1, product);
        ResultSet row = query.executeQuery();
        return row.next() ? row.getInt("cents") : null;
      } catch (SQLException e) {
        throw new CacheLoaderException(e);
      }
    }

    @Override
    public Map<String, Integer> loadAll(Iterable<? extends String> products) {
      Map<String, Integer> prices = new HashMap<>();
      for (String product : products) {
        prices.computeIfAbsent(product, this::load);
      }
      return prices;
    }
  }
}
