package dev.corral.examples.patterns;

import static java.util.Objects.requireNonNull;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.Lookup;
import dev.corral.transactions.CacheTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheManager;

/** Experiments about the removal of entries: by tag, and with a transaction of the database. */
final class InvalidationExperiments {

  private final CacheManager manager;
  private final CountingDatabase database;
  private final CountryTable table;

  InvalidationExperiments(CacheManager manager, CountingDatabase database, CountryTable table) {
    this.manager = manager;
    this.database = database;
    this.table = table;
  }

  /** Runs both, in the order in which they are printed. */
  List<Experiment> run() throws SQLException {
    return List.of(invalidateOneTag(), fillAroundCommit());
  }

  /** The orders of a customer are removed, without a list of their keys. */
  private Experiment invalidateOneTag() {
    int customers = 100;
    var tagged =
        CorralConfiguration.builder(Integer.class, String.class)
            .tags(() -> (id, order) -> List.of("customer:" + id % customers))
            .build();
    Cache<Integer, String> orders = manager.createCache("orders", tagged);
    Experiments.fill(orders);
    long start = System.nanoTime();
    orders.unwrap(CorralCache.class).invalidateTags("customer:7");
    double millis = (System.nanoTime() - start) / 1e6;
    return new Experiment(
        "tags",
        "invalidateTags() of one of 100 customers, who have 10,000 keys",
        "keys removed",
        Experiments.MANY / customers,
        Experiments.MANY - Experiments.size(orders),
        "took %.1f ms".formatted(millis));
  }

  /**
   * Callers read rows for a cache that has missed. Before they store what they read, a transaction
   * changes half of the rows.
   */
  @SuppressWarnings("unchecked")
  private Experiment fillAroundCommit() throws SQLException {
    var configuration = CorralConfiguration.builder(String.class, Country.class).build();
    CorralCache<String, Country> cache =
        manager.createCache("transacted", configuration).unwrap(CorralCache.class);
    Map<String, Lookup<Country>> misses = new HashMap<>();
    for (String code : List.of("AT", "BE", "DK", "ES", "FI", "GR", "IE", "LU")) {
      misses.put(code, cache.lookUp(code));
    }
    Map<String, Country> read = table.loadAll(misses.keySet());
    Set<String> changed = Set.of("AT", "BE", "DK", "ES");
    try (Connection connection = database.connect();
        CacheTransaction transaction = CacheTransaction.begin(connection)) {
      rename(connection, changed);
      transaction.invalidateAll(cache, changed);
      transaction.commit();
    }
    misses.forEach((code, miss) -> cache.fill(code, miss.ticket(), requireNonNull(read.get(code))));
    long olderNames = changed.stream().filter(cache::containsKey).count();
    return new Experiment(
        "transactions",
        "read 8 countries, rename 4 in a transaction, then fill() all 8",
        "values stored",
        misses.size() - changed.size(),
        misses.keySet().stream().filter(cache::containsKey).count(),
        "older names in the cache: " + olderNames);
  }

  /** Changes rows by SQL. */
  static void rename(Connection connection, Set<String> codes) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE country SET name = UPPER(name) WHERE code = ANY(?)")) {
      statement.setArray(1, connection.createArrayOf("CHAR", codes.toArray()));
      statement.executeUpdate();
    }
  }
}
