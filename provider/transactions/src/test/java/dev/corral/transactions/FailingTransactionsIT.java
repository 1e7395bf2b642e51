package dev.corral.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.FillTicket;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.CacheException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions whose connection or Redis fails, and changes that are noted late. */
class FailingTransactionsIT {

  private static final TransactionOptions SHORT =
      TransactionOptions.DEFAULTS.withIntentTime(Duration.ofSeconds(1));
  private static final AtomicInteger numbers = new AtomicInteger();

  private static PostgresServer database;
  private static OwnServer redis;
  private static CorralCachingProvider provider;

  private CorralCache<Long, Long> cache;

  @BeforeAll
  static void start() throws IOException, SQLException {
    database = PostgresServer.start();
    redis = new OwnServer();
    provider = new CorralCachingProvider();
    Accounts.create(database);
  }

  @AfterAll
  static void stop() throws IOException {
    provider.close();
    redis.close();
    database.close();
  }

  @BeforeEach
  @SuppressWarnings("unchecked")
  void open() {
    cache =
        provider
            .getCacheManager(URI.create(redis.uri()), null)
            .createCache(
                "failing" + numbers.incrementAndGet(),
                CorralConfiguration.builder(Long.class, Long.class).build())
            .unwrap(CorralCache.class);
    cache.putAll(Map.of(1L, -1L, 2L, -1L));
  }

  private boolean mayFill(long key) {
    return !cache.lookUp(key).ticket().equals(FillTicket.NONE);
  }

  private static long version() throws SQLException {
    try (Connection connection = database.connect()) {
      return Accounts.version(connection, 1);
    }
  }

  /** A connection some of whose methods fail. */
  private static Connection failing(Connection connection, Map<String, SQLException> failures) {
    return (Connection)
        Proxy.newProxyInstance(
            FailingTransactionsIT.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              SQLException failure = failures.get(method.getName());
              if (failure != null) {
                throw failure;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void close_commitHasFailedAndTransactionIsOpen_rollsBack() throws SQLException {
    long before = version();
    try (Connection connection = database.connect()) {
      Connection failing =
          failing(connection, Map.of("commit", new SQLException("no answer", "08006")));
      try (CacheTransaction transaction = CacheTransaction.begin(failing, SHORT)) {
        Accounts.add(failing, 1, 1);
        transaction.invalidate(cache, 1L);
        assertThatThrownBy(transaction::commit).hasMessage("no answer");
      }

      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(version()).isEqualTo(before);
      assertThat(mayFill(1)).isFalse();
    }
  }

  @Test
  void close_rollbackFails_abortsTheConnection() throws SQLException {
    long before = version();
    try (Connection connection = database.connect()) {
      Connection failing = failing(connection, Map.of("rollback", new SQLException("no answer")));
      CacheTransaction transaction = CacheTransaction.begin(failing, SHORT);
      Accounts.add(failing, 1, 1);
      transaction.invalidate(cache, 1L);

      assertThatThrownBy(transaction::close).hasMessage("no answer");

      assertThat(connection.isClosed()).isTrue();
      assertThat(version()).isEqualTo(before);
      assertThat(mayFill(1)).isFalse();
    }
  }

  @Test
  void run_connectionFailsAfterTheCommit_returnsTheResult() throws SQLException {
    long before = version();
    try (Connection connection = database.connect()) {
      SQLException gone = new SQLException("the connection is gone");
      Map<String, SQLException> failures = new ConcurrentHashMap<>(Map.of("close", gone));
      Connection failing = failing(connection, failures);
      DataSource source =
          (DataSource)
              Proxy.newProxyInstance(
                  FailingTransactionsIT.class.getClassLoader(),
                  new Class<?>[] {DataSource.class},
                  (proxy, method, arguments) -> failing);

      String result =
          CacheTransaction.run(
              source,
              TransactionOptions.DEFAULTS,
              (own, transaction) -> {
                Accounts.add(own, 1, 1);
                transaction.invalidate(cache, 1L);
                failures.put("setAutoCommit", gone);
                return "done";
              });

      assertThat(result).isEqualTo("done");
      assertThat(version()).isEqualTo(before + 1);
      assertThat(cache.get(1L)).isNull();
    }
  }

  @Test
  void beforeCommit_keyIsNotedLater_isRemovedAfterTheCommit() {
    CacheChanges changes = new CacheChanges(TransactionOptions.DEFAULTS);
    changes.invalidate(cache, 1L);
    changes.beforeCommit();
    changes.invalidate(cache, 2L);

    changes.afterCommit();

    assertThat(cache.getAll(Set.of(1L, 2L))).isEmpty();
  }

  @Test
  void beforeCommit_isCalledAgain_recordsNewKeysAndEndsAllIntents() {
    CacheChanges changes = new CacheChanges(TransactionOptions.DEFAULTS);
    changes.invalidate(cache, 1L);
    changes.beforeCommit();
    changes.invalidate(cache, 2L);
    changes.beforeCommit();
    assertThat(mayFill(1)).isFalse();
    assertThat(mayFill(2)).isFalse();

    changes.afterRollback();

    assertThat(mayFill(1)).isTrue();
    assertThat(mayFill(2)).isTrue();
  }

  @Test
  void beforeCommit_threadIsInterrupted_recordsTheIntent() {
    CacheChanges changes = new CacheChanges(TransactionOptions.DEFAULTS);
    changes.invalidate(cache, 1L);

    Thread.currentThread().interrupt();
    changes.beforeCommit();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(mayFill(1)).isFalse();
    changes.afterCommit();
    assertThat(mayFill(1)).isTrue();
  }

  @Test
  void beforeCommit_redisRefusesTheIntent_fails() {
    CacheChanges changes = new CacheChanges(TransactionOptions.DEFAULTS);
    changes.invalidate(cache, 1L);
    redis.answer("ACL SETUSER default -zadd");
    try {
      assertThatThrownBy(changes::beforeCommit).isInstanceOf(CacheException.class);
    } finally {
      redis.answer("ACL SETUSER default +zadd");
    }
  }

  @Test
  void afterUnknownEnd_noIntentIsRecorded_fencesTheKeys() {
    CacheChanges changes = new CacheChanges(SHORT);
    changes.invalidate(cache, 1L);

    changes.afterUnknownEnd();

    assertThat(cache.get(1L)).isNull();
    assertThat(mayFill(1)).isFalse();
  }

  @Test
  void get_entryIsMissing_leavesNoTicket() {
    CacheChanges changes = new CacheChanges(TransactionOptions.DEFAULTS);

    assertThat(changes.get(cache, 1L)).isEqualTo(-1L);
    assertThat(changes.get(cache, 9L)).isNull();

    String exists = "EXISTS {" + cache.getName() + "}:9";
    assertThat(redis.answer(exists)).startsWith(":0");
    assertThat(mayFill(9)).isTrue();
    assertThat(redis.answer(exists)).startsWith(":1");
  }

  @Test
  void intentTime_isTooShortOrTooLong_isRefused() {
    for (Duration wrong : Set.of(Duration.ofMillis(999), Duration.ofDays(2))) {
      assertThatThrownBy(() -> TransactionOptions.DEFAULTS.withIntentTime(wrong))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cache.recordIntent(Set.of(1L), wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
