package dev.corral.cdc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.cdc.LogMessage.Field;
import dev.corral.cdc.LogMessage.Layout;
import dev.corral.cdc.LogMessage.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the messages of PostgreSQL's output plugin {@code pgoutput}, version 1 of its protocol,
 * in the order of the log. Of rows it decodes the replica identity, and skips rows of tables that
 * no cache depends on. Used by one thread.
 */
final class LogDecoder {

  /** 2000-01-01, from which PostgreSQL counts, in µs since 1970. */
  private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

  private static final LogMessage OTHER = new LogMessage.Other();
  private static final int IN_IDENTITY = 1;

  private final IntPredicate isMapped;
  private final Map<Integer, Layout> layouts = new HashMap<>();

  /**
   * @param isMapped whether a cache depends on the table with this OID
   */
  LogDecoder(IntPredicate isMapped) {
    this.isMapped = isMapped;
  }

  /**
   * The next message.
   *
   * @param bytes the message, without the header of the replication protocol
   */
  LogMessage decode(ByteBuffer bytes) {
    return switch (bytes.get()) {
      case 'B' -> begin(bytes);
      case 'C' -> commit(bytes);
      case 'R' -> layout(bytes);
      case 'I', 'U', 'D' -> row(bytes);
      case 'T' -> truncate(bytes);
      default -> OTHER;
    };
  }

  private static LogMessage begin(ByteBuffer bytes) {
    skip(bytes, Long.BYTES + Long.BYTES);
    return new LogMessage.Begin(bytes.getInt());
  }

  private static LogMessage commit(ByteBuffer bytes) {
    skip(bytes, 1 + Long.BYTES);
    long end = bytes.getLong();
    return new LogMessage.Commit(end, POSTGRES_EPOCH_MICROS + bytes.getLong());
  }

  private LogMessage layout(ByteBuffer bytes) {
    int id = bytes.getInt();
    String schema = zeroTerminated(bytes);
    String name = zeroTerminated(bytes);
    skip(bytes, 1);
    int count = bytes.getShort();
    List<String> columns = new ArrayList<>(count);
    List<Boolean> inIdentity = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      inIdentity.add((bytes.get() & IN_IDENTITY) != 0);
      columns.add(zeroTerminated(bytes));
      skip(bytes, Integer.BYTES + Integer.BYTES);
    }
    layouts.put(id, new Layout(id, schema + "." + name, columns, inIdentity));
    return OTHER;
  }

  private LogMessage row(ByteBuffer bytes) {
    int id = bytes.getInt();
    if (!isMapped.test(id)) {
      return OTHER;
    }
    Layout table = layouts.get(id);
    if (table == null) {
      throw new IllegalStateException("the log has a row of an unknown table with OID " + id);
    }
    Row before = null;
    Row after = null;
    while (bytes.hasRemaining()) {
      switch (bytes.get()) {
        case 'K', 'O' -> before = row(table, bytes);
        case 'N' -> after = row(table, bytes);
        default ->
            throw new IllegalStateException("the log has a malformed row of " + table.name());
      }
    }
    return new LogMessage.RowChange(table, before, after);
  }

  private static Row row(Layout table, ByteBuffer bytes) {
    int count = bytes.getShort();
    List<Field> fields = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean isNeeded = i < table.inIdentity().size() && table.inIdentity().get(i);
      Field field = field(bytes, isNeeded);
      fields.add(field == null ? Field.NULL : field);
    }
    return new Row(fields);
  }

  /** Null if the field is not needed. */
  private static @Nullable Field field(ByteBuffer bytes, boolean isNeeded) {
    byte kind = bytes.get();
    return switch (kind) {
      case 'n' -> Field.NULL;
      case 'u' -> Field.UNCHANGED;
      case 't' -> {
        int length = bytes.getInt();
        if (isNeeded) {
          yield Field.of(text(bytes, length));
        }
        skip(bytes, length);
        yield null;
      }
      default -> throw new IllegalStateException("the log has a field of the unknown kind " + kind);
    };
  }

  private static LogMessage truncate(ByteBuffer bytes) {
    int count = bytes.getInt();
    skip(bytes, 1);
    List<Integer> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(bytes.getInt());
    }
    return new LogMessage.Truncate(ids);
  }

  private static String zeroTerminated(ByteBuffer bytes) {
    int length = 0;
    while (bytes.get(bytes.position() + length) != 0) {
      length++;
    }
    String text = text(bytes, length);
    skip(bytes, 1);
    return text;
  }

  private static String text(ByteBuffer bytes, int length) {
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, UTF_8);
  }

  private static void skip(ByteBuffer bytes, int count) {
    bytes.position(bytes.position() + count);
  }
}
