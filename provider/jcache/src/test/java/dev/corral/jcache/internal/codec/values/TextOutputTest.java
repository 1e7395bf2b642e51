package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.kryo5.io.Output;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts are written to the bytes of Kryo, and read unchanged. */
class TextOutputTest {

  private static void assertWrittenAsKryoDoes(@Nullable String text) {
    Output kryo = new Output(16, -1);
    kryo.writeString(text);
    TextOutput output = new TextOutput(16);
    output.writeString(text);
    assertThat(output.toBytes()).isEqualTo(kryo.toBytes());
    BoundedInput input = new BoundedInput(new DecodingBudget(0), new HashingBudget());
    byte[] bytes = output.toBytes();
    input.open(bytes, 0, bytes.length);
    assertThat(input.readString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v", "?", "\u007f", "\u0080", "\u00e9", "\u20ac", "\ud83d\ude00", "\0"})
  void writeString_anyLength_hasTheBytesOfKryo(String unit) {
    for (int length = 0; length < 200; length++) {
      assertWrittenAsKryoDoes(unit.repeat(length));
      assertWrittenAsKryoDoes("v".repeat(length) + unit);
      assertWrittenAsKryoDoes(unit + "v".repeat(length));
    }
    assertWrittenAsKryoDoes(unit.repeat(100_000));
  }

  /** Java strings may contain lone surrogates, which have no ASCII or UTF-8 encoding. */
  @Test
  void writeString_loneSurrogate_doesNotBecomeAQuestionMark() {
    assertWrittenAsKryoDoes("v".repeat(100) + "\ud83d");
    assertWrittenAsKryoDoes("\ude00" + "?".repeat(100));
  }

  @Test
  void writeString_null_hasTheBytesOfKryo() {
    assertWrittenAsKryoDoes(null);
  }
}
