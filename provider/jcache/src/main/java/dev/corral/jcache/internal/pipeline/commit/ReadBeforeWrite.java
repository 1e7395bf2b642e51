package dev.corral.jcache.internal.pipeline.commit;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the database before a change that depends on the current value, while this JVM has the lock
 * of the key. So a JVM does not change a value that another JVM, which cannot reach Redis, has
 * replaced in the database. Safe for many threads.
 */
public final class ReadBeforeWrite<K, V> {

  /** The version of a row, which is compared with no entry. */
  private static final Object ROW = new Object();

  private final Function<K, @Nullable V> load;

  /**
   * @param load calls the loader, and returns null if the database has no row
   */
  public ReadBeforeWrite(Function<K, @Nullable V> load) {
    this.load = load;
  }

  /**
   * What the database has.
   *
   * @param entry the entry in Redis
   * @return the entry itself if it is live and has an equal value
   */
  Snapshot<V> read(K key, Snapshot<V> entry) {
    V row = load.apply(key);
    if (row == null) {
      return Snapshot.negative();
    }
    boolean isCurrent = entry.isLive() && Objects.deepEquals(entry.value(), row);
    return isCurrent ? entry : Snapshot.live(row, ROW);
  }

  /** The outcome of an operation that leaves the row as it is; a hit if there was an entry. */
  static <V> Outcome<V> unchanged(EntryOperation<V> operation, Snapshot<V> entry, Snapshot<V> row) {
    return entry.isLive() && row.isLive()
        ? Outcome.found(operation, row.value())
        : Outcome.nothing(operation);
  }

  /** Removes an entry without the writer. */
  static <V> EntryOperation<V> removal() {
    return EntryOperation.processed(Then.REMOVE, null, /* loaded= */ true, null);
  }
}
