package dev.corral.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a transaction costs: without a cache, with a removal after the COMMIT, and with intents.
 * {@code -Dtest.cost-rounds=2000} measures; by default, it only counts commands.
 */
class CostOfTransactionsIT {

  private static final int ROUNDS = Integer.getInteger("test.cost-rounds", 20);

  private interface Transaction {
    void run(long id) throws SQLException;
  }

  @Test
  void transaction_oneKey_sendsTwoCommandsToRedis() throws Exception {
    try (PostgresServer database = PostgresServer.start();
        OwnServer redis = new OwnServer();
        CorralCachingProvider provider = new CorralCachingProvider();
        Connection connection = database.connect()) {
      Accounts.create(database);
      connection.setAutoCommit(false);
      CorralCache<Long, Long> cache =
          Accounts.cache(provider.getCacheManager(URI.create(redis.uri()), null));
      Transaction plain =
          id -> {
            Accounts.add(connection, id, 1);
            connection.commit();
          };
      Transaction removing =
          id -> {
            plain.run(id);
            cache.remove(id);
          };
      Transaction announcing =
          id -> {
            try (CacheTransaction transaction = CacheTransaction.begin(connection)) {
              Accounts.add(connection, id, 1);
              transaction.invalidate(cache, id);
              transaction.commit();
            }
          };
      List<Transaction> all = List.of(plain, removing, announcing);
      measure(all, redis);
      List<Cost> costs = measure(all, redis);

      System.out.printf(
          "a transaction of one row: without a cache, removing after it, with intents: %s%n",
          costs);
      assertThat(costs).extracting(Cost::commands).containsExactly(0L, 1L, 2L);
    }
  }

  /** The median time of a transaction in µs, and how many commands it sends to Redis. */
  private record Cost(long micros, long commands) {}

  /** In turn, so that what else the machine does concerns all of them. */
  private static List<Cost> measure(List<Transaction> all, OwnServer redis) throws SQLException {
    List<List<Long>> times = new ArrayList<>();
    List<Long> commands = new ArrayList<>();
    for (Transaction each : all) {
      long before = redis.calls("evalsha");
      for (int i = 0; i < 20; i++) {
        each.run(i);
      }
      commands.add(Math.round((redis.calls("evalsha") - before) / 20.0));
      times.add(new ArrayList<>());
    }
    for (int i = 0; i < ROUNDS; i++) {
      for (int each = 0; each < all.size(); each++) {
        long begun = System.nanoTime();
        all.get(each).run(i % Accounts.COUNT);
        times.get(each).add(System.nanoTime() - begun);
      }
    }
    List<Cost> costs = new ArrayList<>();
    for (int each = 0; each < all.size(); each++) {
      List<Long> sorted = times.get(each).stream().sorted().toList();
      costs.add(new Cost(sorted.get(sorted.size() / 2) / 1_000, commands.get(each)));
    }
    return costs;
  }
}
