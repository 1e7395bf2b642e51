package dev.corral.cdc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message of PostgreSQL's output plugin {@code pgoutput}, as far as invalidation needs it. */
sealed interface LogMessage {

  /** A transaction that was committed; its changes follow, and then its {@link Commit}. */
  record Begin(int transactionId) implements LogMessage {}

  /**
   * The end of the changes of a transaction.
   *
   * @param end position in the log after the transaction
   * @param epochMicros time of the COMMIT by the clock of the database, in µs since 1970
   */
  record Commit(long end, long epochMicros) implements LogMessage {}

  /**
   * A row was inserted, updated or deleted.
   *
   * @param before the row as it was, if the log has it; else null
   * @param after the row as it is; null if it was deleted
   */
  record RowChange(Layout table, @Nullable Row before, @Nullable Row after) implements LogMessage {}

  /** Tables were emptied. */
  record Truncate(List<Integer> tableIds) implements LogMessage {}

  /** What concerns no cache. */
  record Other() implements LogMessage {}

  /**
   * A table as it was when a row was changed.
   *
   * @param id the object identifier (OID) of the table
   * @param name with the schema
   * @param columns the names of the columns
   * @param inIdentity for each column, whether it belongs to the replica identity
   */
  record Layout(int id, String name, List<String> columns, List<Boolean> inIdentity) {}

  /** The columns of a row that belong to the replica identity; the others are null. */
  record Row(List<Field> fields) {

    /** The field of a column. */
    Field field(int column) {
      return fields.get(column);
    }
  }

  /**
   * A field of a row.
   *
   * @param sent false if the log does not have the value, because it is large and has not changed
   */
  record Field(@Nullable String text, boolean sent) {

    static final Field NULL = new Field(null, true);
    static final Field UNCHANGED = new Field(null, false);

    static Field of(String text) {
      return new Field(text, true);
    }
  }
}
