package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.kryo5.io.Output;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A text has the bytes that Kryo gives it, and is read as what it was. */
class TextOutputTest {

  private static void assertWrittenAsByKryo(@Nullable String text) {
    Output kryo = new Output(16, -1);
    kryo.writeString(text);
    TextOutput ours = new TextOutput(16);
    ours.writeString(text);
    assertThat(ours.toBytes()).isEqualTo(kryo.toBytes());
    BoundedInput input = new BoundedInput();
    input.open(ours.toBytes(), 0);
    assertThat(input.readString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v", "?", "\u007f", "\u0080", "\u00e9", "\u20ac", "\ud83d\ude00", "\0"})
  void writeString_anyLength_isAsByKryo(String unit) {
    for (int length = 0; length < 200; length++) {
      assertWrittenAsByKryo(unit.repeat(length));
      assertWrittenAsByKryo("v".repeat(length) + unit);
      assertWrittenAsByKryo(unit + "v".repeat(length));
    }
    assertWrittenAsByKryo(unit.repeat(100_000));
  }

  /** Java allows it, though it is no text: what is to be read is what was written. */
  @Test
  void writeString_halfOfAPair_isNotTakenForAQuestionMark() {
    assertWrittenAsByKryo("v".repeat(100) + "\ud83d");
    assertWrittenAsByKryo("\ude00" + "?".repeat(100));
  }

  @Test
  void writeString_null_isAsByKryo() {
    assertWrittenAsByKryo(null);
  }
}
