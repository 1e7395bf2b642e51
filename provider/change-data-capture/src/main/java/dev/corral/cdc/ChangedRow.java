package dev.corral.cdc;

import dev.corral.cdc.LogMessage.Field;
import dev.corral.cdc.LogMessage.Layout;
import dev.corral.cdc.LogMessage.Row;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A row that was inserted, updated or deleted, for the function of a {@link TableMapping}. If an
 * update changes the key, the function gets the row as it was and as it is.
 *
 * <p>It has the columns of the table's replica identity: those of the primary key, unless {@code
 * ALTER TABLE … REPLICA IDENTITY} says otherwise. For the others the log does not have the former
 * value. Immutable.
 *
 * <p>Messages of exceptions have names of columns, and no values, because they are logged.
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
   * The value of a column, in the text form of PostgreSQL: {@code char(n)} is padded with blanks,
   * {@code numeric} has all its digits, such as {@code 1.50}, {@code timestamptz} is in UTC, such
   * as {@code 2026-01-31 12:00:00+00}, and {@code bytea} is {@code \x} with hexadecimal digits.
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
   * @throws NumberFormatException if it is no integer of 64 bits
   */
  public long longValue(String column) {
    return converted(column, Long::valueOf);
  }

  /**
   * The value of a column of type {@code integer} or {@code smallint}.
   *
   * @throws IllegalStateException if it is null
   * @throws NumberFormatException if it is no integer of 32 bits
   */
  public int intValue(String column) {
    return converted(column, Integer::valueOf);
  }

  /**
   * The value of a column of type {@code uuid}.
   *
   * @throws IllegalStateException if it is null
   * @throws IllegalArgumentException if it is no UUID
   */
  public UUID uuid(String column) {
    return converted(column, UUID::fromString);
  }

  @SuppressWarnings("UnusedException") // its message has the value
  private <T> T converted(String column, Function<String, T> conversion) {
    String text = required(column);
    try {
      return conversion.apply(text);
    } catch (NumberFormatException e) {
      throw new NumberFormatException(
          "column '%s' of table %s is no integer of this size".formatted(column, table.name()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "column '%s' of table %s is no UUID".formatted(column, table.name()));
    }
  }

  /** Whether an exception was thrown here, so that its message may be logged. */
  static boolean isThrown(Throwable failure) {
    StackTraceElement[] calls = failure.getStackTrace();
    return calls.length > 0 && calls[0].getClassName().equals(ChangedRow.class.getName());
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
