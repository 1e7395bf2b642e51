package dev.corral.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.FillTicket;
import dev.corral.jcache.Lookup;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Transactions of JDBC connections, and the changes that they make in caches. */
class CacheTransactionIT {

  private static final Path PAGE = Path.of("../../docs/transactions.md");
  private static final Path THIS =
      Path.of("src/test/java/dev/corral/transactions/CacheTransactionIT.java");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
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
    database.execute(
        "CREATE TABLE owner (account bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO owner VALUES (1)");
  }

  @AfterAll
  static void stop() throws IOException {
    provider.close();
    redis.close();
    database.close();
  }

  @BeforeEach
  void open() {
    cache = cache("accounts" + numbers.incrementAndGet(), false);
    cache.put(1L, -1L);
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<Long, Long> cache(String name, boolean failFast) {
    return provider
        .getCacheManager(URI.create(redis.uri()), null)
        .createCache(
            name,
            CorralConfiguration.builder(Long.class, Long.class)
                .failFast(failFast)
                .tags(new SingletonFactory<>((key, value) -> List.of("all")))
                .build())
        .unwrap(CorralCache.class);
  }

  private boolean mayFill() {
    return !cache.lookUp(1L).ticket().equals(FillTicket.NONE);
  }

  @Test
  void commit_keyIsInvalidated_removesItThenAndNotBefore() throws SQLException {
    try (Connection connection = database.connect()) {
      try (CacheTransaction transaction = CacheTransaction.begin(connection)) {
        assertThat(transaction.get(cache, 1L)).isEqualTo(-1L);
        Accounts.add(connection, 1, 1);
        transaction.invalidate(cache, 1L);

        assertThat(transaction.get(cache, 1L)).isNull();
        assertThat(cache.get(1L)).isEqualTo(-1L);
        transaction.commit();
        assertThatThrownBy(() -> transaction.invalidate(cache, 1L))
            .isInstanceOf(IllegalStateException.class);
      }
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(cache.get(1L)).isNull();
      assertThat(Accounts.read(cache, connection, 1))
          .isEqualTo(Accounts.version(connection, 1))
          .isEqualTo(cache.get(1L));
    }
  }

  @Test
  void rollback_keyIsInvalidated_changesNothing() throws SQLException {
    try (Connection connection = database.connect()) {
      long before = Accounts.version(connection, 1);
      try (CacheTransaction transaction = CacheTransaction.begin(connection)) {
        Accounts.add(connection, 1, 1);
        transaction.invalidate(cache, 1L);
        transaction.clear(cache);
        transaction.rollback();
      }
      try (CacheTransaction transaction = CacheTransaction.begin(connection)) {
        Accounts.add(connection, 1, 1);
        transaction.invalidateAll(cache, Set.of(1L, 2L));
      }
      assertThat(cache.get(1L)).isEqualTo(-1L);
      assertThat(Accounts.version(connection, 1)).isEqualTo(before);
    }
  }

  @Test
  void commit_databaseRefusesIt_withdrawsTheIntent() throws SQLException {
    try (Connection connection = database.connect();
        CacheTransaction transaction = CacheTransaction.begin(connection)) {
      connection.createStatement().execute("INSERT INTO owner VALUES (1)");
      transaction.invalidate(cache, 1L);

      assertThatThrownBy(transaction::commit)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("duplicate key");
      assertThat(mayFill()).isTrue();
    }
  }

  @Test
  void commit_itsResultIsUnknown_intentEndsByItself() throws Exception {
    TransactionOptions options = TransactionOptions.DEFAULTS.withIntentTime(Duration.ofSeconds(1));
    try (Connection connection = database.connect();
        CacheTransaction transaction = CacheTransaction.begin(connection, options)) {
      Accounts.add(connection, 1, 1);
      transaction.invalidate(cache, 1L);
      database.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE state = 'idle in transaction'");

      assertThatThrownBy(transaction::commit).isInstanceOf(SQLException.class);

      assertThat(cache.get(1L)).isNull();
      assertThat(mayFill()).isFalse();
      TimeUnit.MILLISECONDS.sleep(1_100);
      assertThat(mayFill()).isTrue();
    }
  }

  @Test
  void commit_tagsAndClear_areMadeAfterIt() throws SQLException {
    CorralCache<Long, Long> other = cache("other" + numbers.incrementAndGet(), false);
    other.put(1L, 1L);
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(database.url());

    String result =
        CacheTransaction.run(
            source,
            TransactionOptions.DEFAULTS,
            (connection, transaction) -> {
              Accounts.add(connection, 1, 1);
              transaction.invalidateTags(cache, "all");
              transaction.clear(other);
              assertThat(transaction.get(cache, 1L)).isNull();
              assertThat(cache.get(1L)).isEqualTo(-1L);
              return "done";
            });

    assertThat(result).isEqualTo("done");
    assertThat(cache.get(1L)).isNull();
    assertThat(other.get(1L)).isNull();
  }

  @Test
  void commit_redisIsUnavailable_isMadeOrRefusedAsTheOptionsSay() throws Exception {
    CorralCache<Long, Long> failsFast = cache("fast" + numbers.incrementAndGet(), true);
    long before;
    try (Connection connection = database.connect()) {
      before = Accounts.version(connection, 1);
      redis.stop();
      try {
        try (CacheTransaction transaction = CacheTransaction.begin(connection)) {
          Accounts.add(connection, 1, 1);
          transaction.invalidate(cache, 1L);
          transaction.commit();
        }
        for (TransactionOptions options :
            List.of(
                TransactionOptions.DEFAULTS,
                TransactionOptions.DEFAULTS.withFailWithoutIntent(true))) {
          try (CacheTransaction refused = CacheTransaction.begin(connection, options)) {
            Accounts.add(connection, 1, 1);
            refused.invalidate(options.failWithoutIntent() ? cache : failsFast, 1L);
            assertThatThrownBy(refused::commit).isInstanceOf(CacheException.class);
          }
        }
      } finally {
        redis.restart();
      }
      assertThat(Accounts.version(connection, 1)).isEqualTo(before + 1);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!mayFill() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      assertThat(Accounts.read(cache, connection, 1)).isEqualTo(before + 1);
      assertThat(cache.get(1L)).isEqualTo(before + 1);
    }
  }

  @Test
  void snippets_ofThePage_renameAnOwner() throws SQLException {
    database.execute(
        "CREATE TABLE person (id bigint PRIMARY KEY, name text)",
        "INSERT INTO person VALUES (7, 'Augusta')");
    CorralCache<Long, String> names = names();
    try (Connection connection = database.connect()) {
      assertThat(nameOf(names, connection)).isEqualTo("Augusta");
      assertThat(names.get(7L)).isEqualTo("Augusta");
      try (CacheTransaction transaction = CacheTransaction.begin(connection)) {
        rename(connection, 7, "Ada");
        transaction.invalidate(names, 7L);
        transaction.commit();
      }
      assertThat(nameOf(names, connection)).isEqualTo("Ada");
      assertThat(names.get(7L)).isEqualTo("Ada");
    }
  }

  @SuppressWarnings("unchecked")
  private static CorralCache<Long, String> names() {
    return provider
        .getCacheManager(URI.create(redis.uri()), null)
        .createCache("names", CorralConfiguration.builder(Long.class, String.class).build())
        .unwrap(CorralCache.class);
  }

  private static @Nullable String nameOf(CorralCache<Long, String> names, Connection connection)
      throws SQLException {
    Lookup<String> found = names.lookUp(7L);
    String name = found.value();
    if (name == null) {
      name = select(connection, 7);
      if (name != null) {
        names.fill(7L, found.ticket(), name);
      }
    }
    return name;
  }

  private static void rename(Connection connection, int id, String name) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE person SET name = ? WHERE id = ?")) {
      update.setString(1, name);
      update.setInt(2, id);
      update.executeUpdate();
    }
  }

  private static @Nullable String select(Connection connection, int id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT name FROM person WHERE id = ?")) {
      select.setInt(1, id);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    }
  }

  @Test
  void snippets_ofThePage_areInThisTest() throws IOException {
    List<String> snippets =
        JAVA.matcher(Files.readString(PAGE))
            .results()
            .map(it -> withoutIndentation(it.group(1)))
            .toList();

    assertThat(snippets).hasSize(2);
    assertThat(withoutIndentation(Files.readString(THIS))).contains(snippets);
  }

  private static String withoutIndentation(String code) {
    return code.replaceAll("(?m)^ +", "").strip();
  }
}
