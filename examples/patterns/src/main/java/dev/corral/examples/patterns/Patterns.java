package dev.corral.examples.patterns;

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
 * Puts caches in front of a table, uses them, and prints what the database and the caches counted.
 *
 * <p>The first steps use only the JCache API, on caches that read and write through to the table.
 * The {@link Experiments} use what Corral adds.
 */
public final class Patterns {

  private static final Duration ONE_SECOND = new Duration(TimeUnit.SECONDS, 1);

  private final CountingDatabase database;
  private final CountryTable table;

  private Patterns() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL("jdbc:h2:mem:countries;DB_CLOSE_DELAY=-1");
    database = new CountingDatabase(h2);
    table = new CountryTable(database);
  }

  /** Takes no arguments. */
  public static void main(String[] arguments) throws Exception {
    System.out.print(run().text());
  }

  /** Runs all steps and experiments, and closes the caches. */
  static Report run()
      throws SQLException, JMException, IOException, InterruptedException, ExecutionException {
    Patterns patterns = new Patterns();
    int countries = patterns.table.create();
    try (CachingProvider provider = Caching.getCachingProvider();
        CacheManager manager = provider.getCacheManager()) {
      var cache = manager.createCache("countries", patterns.configuration(Duration.ONE_HOUR));
      var shortLived = manager.createCache("short-lived", patterns.configuration(ONE_SECOND));
      StepCounter counter =
          new StepCounter(patterns.database, cache.getName(), shortLived.getName());
      use(cache, counter);
      expire(shortLived, counter);

      EmbeddedServer server = manager.unwrap(EmbeddedServer.class);
      try (RedisKeys keys = new RedisKeys(server)) {
        var entries = keys.timesToLive("*");
        var experiments = new Experiments(manager, patterns.database, patterns.table, keys).run();
        return new Report(countries, server.toString(), counter.steps(), entries, experiments);
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
        "five lookups: CH, BR, CH again, JP and KE",
        () -> {
          cache.get("CH");
          cache.get("BR");
          cache.get("CH");
          cache.get("JP");
          cache.get("KE");
        });
    counter.step(
        "getAll",
        "CH and JP, which are cached, and FJ, IS and NZ",
        () -> cache.getAll(Set.of("CH", "JP", "FJ", "IS", "NZ")));
    counter.step(
        "put",
        "store a new name for CH, then get it",
        () -> {
          cache.put("CH", new Country("CH", "Helvetia", "CHF"));
          cache.get("CH");
        });
    counter.step(
        "replace",
        "change the currency of IS if IS is cached",
        () -> cache.replace("IS", new Country("IS", "Iceland", "EUR")));
    counter.step(
        "invoke",
        "a processor that changes BR to upper case",
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
        "remove KE from cache and table, then get it",
        () -> {
          cache.remove("KE");
          cache.get("KE");
        });
  }

  private static void expire(Cache<String, Country> cache, StepCounter counter) {
    counter.step(
        "expiry",
        "get NO, wait until it has expired, get it again",
        () -> {
          cache.get("NO");
          sleep(ONE_SECOND);
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
