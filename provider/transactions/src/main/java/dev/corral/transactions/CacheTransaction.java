package dev.corral.transactions;

import dev.corral.jcache.CorralCache;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.cache.CacheException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction of a JDBC connection, with the changes that it makes in caches: they are held until
 * COMMIT, and dropped at ROLLBACK. Used by one thread at a time.
 *
 * <p>Close it; a transaction that was not committed is rolled back then. The connection stays open,
 * unless it cannot roll back: then it is aborted, so that nothing commits what is left.
 */
public final class CacheTransaction implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CacheTransaction.class);

  /** SQL states that begin so: the database has rolled the transaction back. */
  private static final Set<String> ROLLED_BACK = Set.of("23", "40");

  private static final String COMPLETION_UNKNOWN = "40003";
  private static final String FAILED_BEFORE = "25P02";

  private final Connection connection;
  private final boolean autoCommit;
  private final CacheChanges changes;
  private boolean ended;

  /** Whether the database may have a transaction that neither COMMIT nor ROLLBACK has ended. */
  private boolean mayBeOpen = true;

  private CacheTransaction(Connection connection, TransactionOptions options) throws SQLException {
    this.connection = connection;
    this.autoCommit = connection.getAutoCommit();
    this.changes = new CacheChanges(options);
    connection.setAutoCommit(false);
  }

  /** Work in a transaction. */
  @FunctionalInterface
  public interface Work<T> {

    /** Reads and changes the database by the connection. */
    T run(Connection connection, CacheTransaction transaction) throws SQLException;
  }

  /** Begins a transaction with {@link TransactionOptions#DEFAULTS}. */
  public static CacheTransaction begin(Connection connection) throws SQLException {
    return begin(connection, TransactionOptions.DEFAULTS);
  }

  /** Begins a transaction: switches auto-commit off until it is closed. */
  public static CacheTransaction begin(Connection connection, TransactionOptions options)
      throws SQLException {
    return new CacheTransaction(connection, options);
  }

  /** The same with {@link TransactionOptions#DEFAULTS}. */
  public static <T> T run(DataSource database, Work<T> work) throws SQLException {
    return run(database, TransactionOptions.DEFAULTS, work);
  }

  /**
   * Runs work in a transaction of a new connection, and commits it unless the work throws. A
   * failure to close the connection after the COMMIT is logged.
   */
  public static <T> T run(DataSource database, TransactionOptions options, Work<T> work)
      throws SQLException {
    Connection connection = database.getConnection();
    T result;
    try {
      CacheTransaction transaction = begin(connection, options);
      try {
        result = work.run(connection, transaction);
        transaction.commit();
      } catch (Throwable e) {
        closeAfter(e, transaction);
        throw e;
      }
      closeAfterCommit(transaction);
    } catch (Throwable e) {
      closeAfter(e, connection);
      throw e;
    }
    closeAfterCommit(connection);
    return result;
  }

  private static void closeAfter(Throwable failure, AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      if (!e.equals(failure)) {
        failure.addSuppressed(e);
      }
    }
  }

  private static void closeAfterCommit(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      log.warn("A transaction was committed, and then its connection could not be closed", e);
    }
  }

  /** See {@link CacheChanges#invalidate}. */
  public <K> void invalidate(CorralCache<K, ?> cache, K key) {
    open().invalidate(cache, key);
  }

  /** See {@link CacheChanges#invalidateAll}. */
  public <K> void invalidateAll(CorralCache<K, ?> cache, Set<? extends K> keys) {
    open().invalidateAll(cache, keys);
  }

  /** See {@link CacheChanges#invalidateTags}. */
  public void invalidateTags(CorralCache<?, ?> cache, String... tags) {
    open().invalidateTags(cache, tags);
  }

  /** See {@link CacheChanges#clear}. */
  public void clear(CorralCache<?, ?> cache) {
    open().clear(cache);
  }

  /** See {@link CacheChanges#get}. */
  public <K, V> @Nullable V get(CorralCache<K, V> cache, K key) {
    return open().get(cache, key);
  }

  /**
   * Commits the transaction, and makes its changes in the caches.
   *
   * @throws SQLException if the database does not commit, or if its result is unknown
   * @throws CacheException if no intent can be recorded and that lets the transaction fail; it is
   *     rolled back
   */
  public void commit() throws SQLException {
    CacheChanges made = open();
    try {
      made.beforeCommit();
    } catch (RuntimeException e) {
      rollbackAfter(e);
      throw e;
    }
    ended = true;
    try {
      connection.commit();
      mayBeOpen = false;
    } catch (SQLException e) {
      if (isRolledBack(e)) {
        made.afterRollback();
      } else {
        made.afterUnknownEnd();
      }
      throw e;
    } catch (RuntimeException | Error e) {
      made.afterUnknownEnd();
      throw e;
    }
    made.afterCommit();
  }

  private void rollbackAfter(RuntimeException failure) {
    try {
      rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private static boolean isRolledBack(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && state.length() == COMPLETION_UNKNOWN.length()
        && !state.equals(COMPLETION_UNKNOWN)
        && (state.equals(FAILED_BEFORE) || ROLLED_BACK.contains(state.substring(0, 2)));
  }

  /**
   * Rolls the transaction back. The changes of the caches are dropped.
   *
   * @throws SQLException if the end of the transaction is unknown; {@link #close} tries again, or
   *     aborts the connection
   */
  public void rollback() throws SQLException {
    CacheChanges dropped = open();
    ended = true;
    try {
      rollBack();
    } catch (SQLException | RuntimeException | Error e) {
      dropped.afterUnknownEnd();
      throw e;
    }
    dropped.afterRollback();
  }

  private void rollBack() throws SQLException {
    connection.rollback();
    mayBeOpen = false;
  }

  private CacheChanges open() {
    if (ended) {
      throw new IllegalStateException("the transaction has ended; begin another one");
    }
    return changes;
  }

  /**
   * Rolls the transaction back unless it has ended, also after a COMMIT that failed, and switches
   * auto-commit to what it was. That commits a transaction that is open, so if the rollback fails,
   * the connection is aborted instead.
   */
  @Override
  public void close() throws SQLException {
    try {
      if (!ended) {
        rollback();
      } else if (mayBeOpen && !connection.isClosed()) {
        rollBack();
      }
    } catch (SQLException | RuntimeException | Error e) {
      abort(e);
      throw e;
    }
    if (!connection.isClosed()) {
      connection.setAutoCommit(autoCommit);
    }
  }

  private void abort(Throwable failure) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException | RuntimeException | LinkageError e) {
      failure.addSuppressed(e);
    }
  }
}
