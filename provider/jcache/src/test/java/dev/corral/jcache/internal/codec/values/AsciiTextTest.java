package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.io.Output;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast path for ASCII texts produces the bytes of Kryo, or leaves the text to Kryo. */
class AsciiTextTest {

  private final Kryo kryo = new Kryo();

  private byte[] byKryo(String text) {
    Output output = new Output(16, -1);
    kryo.writeClassAndObject(output, text);
    return output.toBytes();
  }

  @Test
  void encode_ascii_hasTheBytesOfKryo() {
    for (int length = AsciiText.MIN_LENGTH; length < 8_191; length++) {
      String text = "\0?v~\u007f".repeat(length).substring(0, length);
      byte[] stored = byKryo(text);
      assertThat(AsciiText.encode(text)).isEqualTo(stored);
      assertThat(AsciiText.decode(stored, 0)).isEqualTo(text);
    }
  }

  @Test
  void encode_shortOrVeryLong_isLeftToKryo() {
    for (int length : new int[] {0, 1, 2, 32, 33, 39, 8_191, 8_192, 100_000}) {
      String text = "v".repeat(length);
      assertThat(AsciiText.encode(text)).isNull();
      assertThat(AsciiText.decode(byKryo(text), 0)).isIn(null, text);
    }
  }

  /** The last two are half of a surrogate pair, and the replacement character. */
  @ParameterizedTest
  @ValueSource(
      strings = {"\u0080", "\u00e9", "\u0176", "\u20ac", "\ud83d\ude00", "\ud83d", "\ufffd"})
  void encode_notAscii_isLeftToKryo(String unit) {
    for (int at = 0; at <= 100; at++) {
      String text = "?".repeat(at) + unit + "?".repeat(100 - at);
      assertThat(AsciiText.encode(text)).isNull();
      assertThat(AsciiText.decode(byKryo(text), 0)).isNull();
    }
    assertThat(AsciiText.encode(unit.repeat(100))).isNull();
    assertThat(AsciiText.decode(byKryo(unit.repeat(100)), 0)).isNull();
  }

  @Test
  void decode_afterAHeader_isTheText() {
    byte[] stored = byKryo("v".repeat(100));
    byte[] shifted = new byte[24 + stored.length];
    System.arraycopy(stored, 0, shifted, 24, stored.length);
    assertThat(AsciiText.decode(shifted, 24)).isEqualTo("v".repeat(100));
    assertThat(AsciiText.decode(shifted, 0)).isNull();
  }

  /** It decodes neither bytes that Kryo would refuse nor the bytes of another value. */
  @Test
  void decode_damaged_isLeftToKryo() {
    byte[] stored = byKryo("v".repeat(100));
    for (int length = 0; length < stored.length; length++) {
      assertThat(AsciiText.decode(Arrays.copyOf(stored, length), 0)).isNull();
    }
    assertThat(AsciiText.decode(Arrays.copyOf(stored, stored.length + 1), 0)).isNull();
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      byte[] damaged = stored.clone();
      damaged[random.nextInt(3)] = (byte) random.nextInt(256);
      String text = AsciiText.decode(damaged, 0);
      assertThat(text == null || Arrays.equals(damaged, byKryo(text))).isTrue();
    }
  }
}
