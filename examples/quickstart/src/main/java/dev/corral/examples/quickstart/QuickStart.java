package dev.corral.examples.quickstart;

import dev.corral.jcache.EmbeddedServer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.spi.CachingProvider;
import javax.management.JMException;
import org.h2.jdbcx.JdbcDataSource;

/**
 * Puts a cache in front of a table, uses it, and prints what the database saw of that.
 *
 * <p>The caches of the first steps are plain JCache: all that is Corral's is the jar on the class
 * path, and the look into the embedded Redis. What Corral adds is for the {@link Experiments}.
 */
public final class QuickStart {

  private static final Duration A_MOMENT = new Duration(TimeUnit.SECONDS, 1);

  private final CountingDatabase database;
  private final CountryTable table;

  private QuickStart() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL("jdbc:h2:mem:countries;DB_CLOSE_DELAY=-1");
    database = new CountingDatabase(h2);
    table = new CountryTable(database);
  }

  public static void main(String[] arguments) throws Exception {
    System.out.print(run().text());
  }

  /** Does all steps, and closes what it opened. */
  static Report run()
      throws SQLException, JMException, IOException, InterruptedException, ExecutionException {
    QuickStart quickStart = new QuickStart();
    int countries = quickStart.table.create();
    try (CachingProvider provider = Caching.getCachingProvider();
        CacheManager manager = provider.getCacheManager()) {
      var cache = manager.createCache("countries", quickStart.configuration(Duration.ONE_HOUR));
      var shortLived = manager.createCache("short-lived", quickStart.configuration(A_MOMENT));
      StepCounter counter =
          new StepCounter(quickStart.database, cache.getName(), shortLived.getName());
      use(cache, counter);
      expire(shortLived, counter);

      EmbeddedServer server = manager.unwrap(EmbeddedServer.class);
      try (RedisKeys keys = new RedisKeys(server)) {
        var standing = keys.timesToLive("*");
        var experiments =
            new Experiments(manager, quickStart.database, quickStart.table, keys).run();
        return new Report(countries, server.toString(), counter.steps(), standing, experiments);
      }
    }
  }

  private MutableConfiguration<String, Country> configuration(Duration timeToLive) {
    return new MutableConfiguration<String, Country>()
        .setTypes(String.class, Country.class)
        .setReadThrough(true)
        .setCacheLoaderFactory(new SingletonFactory<>(table))
        .setWriteThrough(true)
        .setCacheWriterFactory(new SingletonFactory<>(table))
        .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(timeToLive))
        .setStatisticsEnabled(true);
  }

  private static void use(Cache<String, Country> cache, StepCounter counter) {
    counter.step(
        "get",
        "CH, BR, CH, JP and KE: five lookups, one twice",
        () -> {
          cache.get("CH");
          cache.get("BR");
          cache.get("CH");
          cache.get("JP");
          cache.get("KE");
        });
    counter.step(
        "getAll",
        "CH and JP again, with FJ, IS and NZ",
        () -> cache.getAll(Set.of("CH", "JP", "FJ", "IS", "NZ")));
    counter.step(
        "put",
        "a new name for CH, and get it",
        () -> {
          cache.put("CH", new Country("CH", "Helvetia", "CHF"));
          cache.get("CH");
        });
    counter.step(
        "replace",
        "the currency of IS, only because it is there",
        () -> cache.replace("IS", new Country("IS", "Iceland", "EUR")));
    counter.step(
        "invoke",
        "a processor that writes BR in capitals",
        () ->
            cache.invoke(
                "BR",
                (entry, arguments) -> {
                  Country country = entry.getValue();
                  String name = country.name().toUpperCase(Locale.ROOT);
                  entry.setValue(new Country(country.code(), name, country.currency()));
                  return name;
                }));
    counter.step(
        "remove",
        "KE, and look for it: gone from the table too",
        () -> {
          cache.remove("KE");
          cache.get("KE");
        });
  }

  private static void expire(Cache<String, Country> cache, StepCounter counter) {
    counter.step(
        "expiry",
        "NO from a cache of one second, and again later",
        () -> {
          cache.get("NO");
          sleep(A_MOMENT);
          cache.get("NO");
        });
  }

  private static void sleep(Duration time) {
    try {
      time.getTimeUnit().sleep(time.getDurationAmount());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
