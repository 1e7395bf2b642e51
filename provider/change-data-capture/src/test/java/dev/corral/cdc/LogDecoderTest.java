package dev.corral.cdc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.cdc.LogMessage.RowChange;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages of {@code pgoutput}, byte by byte as PostgreSQL documents them. */
class LogDecoderTest {

  private static final int TABLE = 16_385;

  private final LogDecoder decoder = new LogDecoder(it -> it == TABLE);

  @Test
  void decode_transaction_hasNumberAndEnd() {
    LogMessage begin = decode(it -> it.put((byte) 'B').putLong(7).putLong(8).putInt(-3));
    LogMessage commit =
        decode(it -> it.put((byte) 'C').put((byte) 0).putLong(9).putLong(10).putLong(1_000_000));

    assertThat(begin).isEqualTo(new LogMessage.Begin(-3));
    assertThat(commit).isEqualTo(new LogMessage.Commit(10, 946_684_801_000_000L));
  }

  @Test
  void decode_update_hasIdentityBeforeAndAfter() {
    layout();
    RowChange change =
        (RowChange)
            decode(
                it -> {
                  it.put((byte) 'U').putInt(TABLE).put((byte) 'K');
                  row(it, "7", null, null);
                  it.put((byte) 'N');
                  row(it, "8", "grün", "skipped");
                });

    ChangedRow after =
        new ChangedRow(change.table(), Objects.requireNonNull(change.after()), change.before());
    ChangedRow before =
        new ChangedRow(change.table(), Objects.requireNonNull(change.before()), null);
    assertThat(after.table()).isEqualTo("public.customer");
    assertThat(after.longValue("id")).isEqualTo(8);
    assertThat(after.intValue("id")).isEqualTo(8);
    assertThat(after.text("region")).isEqualTo("grün");
    assertThat(before.longValue("id")).isEqualTo(7);
    assertThat(before.text("region")).isNull();
    assertThatThrownBy(() -> after.text("note"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("REPLICA IDENTITY");
    assertThatThrownBy(() -> after.text("nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[id, region, note]");
    assertThatThrownBy(() -> before.longValue("region"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is null");
    assertThatThrownBy(() -> after.uuid("region"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("column 'region' of table public.customer is no UUID");
    assertThatThrownBy(() -> after.longValue("region"))
        .isInstanceOf(NumberFormatException.class)
        .hasMessageStartingWith("column 'region' of table public.customer is no integer")
        .matches(ChangedRow::isThrown);
  }

  @Test
  void decode_largeValueIsUnchanged_isTakenFromTheRowBefore() {
    layout();
    RowChange change =
        (RowChange)
            decode(
                it -> {
                  it.put((byte) 'U').putInt(TABLE).put((byte) 'O');
                  row(it, "7", "large", null);
                  it.put((byte) 'N').putShort((short) 3);
                  field(it, "7");
                  it.put((byte) 'u');
                  field(it, null);
                });
    LogMessage.Row row = Objects.requireNonNull(change.after());

    assertThat(new ChangedRow(change.table(), row, change.before()).text("region"))
        .isEqualTo("large");
    assertThatThrownBy(() -> new ChangedRow(change.table(), row, null).text("region"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void decode_otherTablesAndMessages_areSkipped() {
    LogMessage foreign = decode(it -> it.put((byte) 'I').putInt(TABLE + 1).put((byte) 'N'));
    LogMessage type = decode(it -> it.put((byte) 'Y').putInt(1));
    LogMessage truncate =
        decode(it -> it.put((byte) 'T').putInt(2).put((byte) 0).putInt(TABLE).putInt(5));

    assertThat(foreign).isInstanceOf(LogMessage.Other.class);
    assertThat(type).isInstanceOf(LogMessage.Other.class);
    assertThat(truncate).isEqualTo(new LogMessage.Truncate(List.of(TABLE, 5)));
    assertThatThrownBy(() -> decode(it -> it.put((byte) 'D').putInt(TABLE).put((byte) 'K')))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unknown table");
  }

  private void layout() {
    LogMessage layout =
        decode(
            it -> {
              it.put((byte) 'R').putInt(TABLE);
              zeroTerminated(it, "public");
              zeroTerminated(it, "customer");
              it.put((byte) 'd').putShort((short) 3);
              column(it, 1, "id");
              column(it, 1, "region");
              column(it, 0, "note");
            });
    assertThat(layout).isInstanceOf(LogMessage.Other.class);
  }

  private static void column(ByteBuffer bytes, int flags, String name) {
    bytes.put((byte) flags);
    zeroTerminated(bytes, name);
    bytes.putInt(20).putInt(-1);
  }

  private static void row(ByteBuffer bytes, @Nullable String... fields) {
    bytes.putShort((short) fields.length);
    for (String each : fields) {
      field(bytes, each);
    }
  }

  private static void field(ByteBuffer bytes, @Nullable String text) {
    if (text == null) {
      bytes.put((byte) 'n');
      return;
    }
    byte[] encoded = text.getBytes(UTF_8);
    bytes.put((byte) 't').putInt(encoded.length).put(encoded);
  }

  private static void zeroTerminated(ByteBuffer bytes, String text) {
    bytes.put(text.getBytes(UTF_8)).put((byte) 0);
  }

  private LogMessage decode(Consumer<ByteBuffer> writer) {
    ByteBuffer bytes = ByteBuffer.allocate(1_000);
    writer.accept(bytes);
    return decoder.decode(bytes.flip().slice());
  }
}
