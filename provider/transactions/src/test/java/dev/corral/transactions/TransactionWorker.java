package dev.corral.transactions;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A JVM with threads that change accounts in transactions, and threads that read them, until it is
 * killed. It writes a line for each stale read. Arguments: URI of Redis, URL of PostgreSQL, how
 * many threads change accounts, time of an intent in ms, and the protocol: {@code intents}, or
 * {@code remove} to remove the keys after the COMMIT, for comparison.
 */
public final class TransactionWorker {

  private TransactionWorker() {}

  /** Runs until it is killed. */
  public static void main(String[] arguments) throws Exception {
    CorralCachingProvider provider = new CorralCachingProvider();
    CorralCache<Long, Long> cache =
        Accounts.cache(provider.getCacheManager(URI.create(arguments[0]), null));
    TransactionOptions options =
        TransactionOptions.DEFAULTS.withIntentTime(Duration.ofMillis(Long.parseLong(arguments[3])));
    boolean intents = arguments[4].equals("intents");
    cache.lookUp(-1L);
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      Connection connection = DriverManager.getConnection(arguments[1]);
      connection.setAutoCommit(false);
      start(
          () -> {
            if (intents) {
              change(cache, connection, new CacheChanges(options));
            } else {
              changeAndRemove(cache, connection);
            }
          });
    }
    for (int i = 0; i < 2; i++) {
      Connection connection = DriverManager.getConnection(arguments[1]);
      start(() -> check(cache, connection));
    }
    print("ready");
    Thread.currentThread().join();
  }

  private interface Step {
    void run() throws SQLException;
  }

  private static void start(Step step) {
    Thread thread =
        new Thread(
            () -> {
              while (true) {
                try {
                  step.run();
                } catch (SQLException | RuntimeException e) {
                  print("failed " + e);
                  return;
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** One transaction of one or two accounts, with pauses in which the JVM may be killed. */
  private static void change(
      CorralCache<Long, Long> cache, Connection connection, CacheChanges changes)
      throws SQLException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    boolean rollsBack = random.nextInt(4) == 0;
    Set<Long> ids = update(connection, rollsBack);
    changes.invalidateAll(cache, ids);
    if (!rollsBack || random.nextBoolean()) { // a COMMIT may also be refused after the intents
      changes.beforeCommit();
    }
    Accounts.pause(3);
    if (rollsBack) {
      connection.rollback();
      Accounts.pause(3);
      changes.afterRollback();
    } else {
      connection.commit();
      Accounts.pause(3);
      changes.afterCommit();
    }
    print(rollsBack ? "rolled back" : "committed");
  }

  /** The same without intents. */
  private static void changeAndRemove(CorralCache<Long, Long> cache, Connection connection)
      throws SQLException {
    Set<Long> ids = update(connection, /* rollsBack= */ false);
    Accounts.pause(3);
    connection.commit();
    Accounts.pause(3);
    cache.removeAll(ids);
    print("committed");
  }

  private static Set<Long> update(Connection connection, boolean rollsBack) throws SQLException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Set<Long> ids =
        new TreeSet<>(
            List.of((long) random.nextInt(Accounts.COUNT), (long) random.nextInt(Accounts.COUNT))
                .subList(0, 1 + random.nextInt(2)));
    for (long id : ids) {
      Accounts.pause(2);
      Accounts.add(connection, id, rollsBack ? Accounts.NEVER_COMMITTED : 1);
    }
    return ids;
  }

  private static void check(CorralCache<Long, Long> cache, Connection connection)
      throws SQLException {
    String wrong = Accounts.readAndCompare(cache, connection);
    if (wrong != null) {
      print(wrong);
    }
    Accounts.pause(1);
  }

  private static synchronized void print(String line) {
    System.out.println(line);
  }
}
