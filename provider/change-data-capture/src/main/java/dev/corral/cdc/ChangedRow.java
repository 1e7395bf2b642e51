package dev.corral.cdc;

import dev.corral.cdc.LogMessage.Field;
import dev.corral.cdc.LogMessage.Layout;
import dev.corral.cdc.LogMessage.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row that was inserted, updated or deleted, for the function of a {@link TableMapping}. If an
 * update changes the key, the function gets the row as it was and as it is.
 *
 * <p>It has the columns of the table's replica identity: those of the primary key, unless {@code
 * ALTER TABLE … REPLICA IDENTITY} says otherwise. For the others the log does not have the former
 * value. Immutable.
 */
public final class ChangedRow {

  private final Layout table;
  private final Row row;
  private final @Nullable Row before;

  /**
   * @param before has the values that the row does not have; null if there is none
   */
  ChangedRow(Layout table, Row row, @Nullable Row before) {
    this.table = table;
    this.row = row;
    this.before = before;
  }

  /** The name of the table with its schema, such as {@code public.customer}. */
  public String table() {
    return table.name();
  }

  /**
   * The value of a column, in the text form of PostgreSQL.
   *
   * @param column its name as in the catalog: in lower case, unless it was quoted
   * @return null if it is null in the database
   * @throws IllegalArgumentException if the table has no such column, or if it does not belong to
   *     the replica identity
   * @throws IllegalStateException if the log does not have the value
   */
  public @Nullable String text(String column) {
    int index = table.columns().indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException(
          "table %s has no column '%s', but %s".formatted(table.name(), column, table.columns()));
    }
    if (!table.inIdentity().get(index)) {
      throw new IllegalArgumentException(
          ("column '%s' does not belong to the replica identity of table %s, so the log does not"
                  + " have its former value; use ALTER TABLE … REPLICA IDENTITY with FULL or an"
                  + " index")
              .formatted(column, table.name()));
    }
    Field field = row.field(index);
    if (!field.sent() && before != null) {
      field = before.field(index);
    }
    if (!field.sent()) {
      throw new IllegalStateException(
          "the log does not have column '%s' of table %s".formatted(column, table.name()));
    }
    return field.text();
  }

  /**
   * The value of a column of type {@code bigint}, or of another integer type.
   *
   * @throws IllegalStateException if it is null
   * @throws NumberFormatException if it is no integer
   */
  public long longValue(String column) {
    return Long.parseLong(required(column));
  }

  /**
   * The value of a column of type {@code integer} or {@code smallint}.
   *
   * @throws IllegalStateException if it is null
   * @throws NumberFormatException if it is no integer
   */
  public int intValue(String column) {
    return Integer.parseInt(required(column));
  }

  /**
   * The value of a column of type {@code uuid}.
   *
   * @throws IllegalStateException if it is null
   * @throws IllegalArgumentException if it is no UUID
   */
  public UUID uuid(String column) {
    return UUID.fromString(required(column));
  }

  private String required(String column) {
    String text = text(column);
    if (text == null) {
      throw new IllegalStateException(
          "column '%s' of table %s is null".formatted(column, table.name()));
    }
    return text;
  }

  /** Without values, because it may be logged. */
  @Override
  public String toString() {
    return "row of " + table.name();
  }
}
