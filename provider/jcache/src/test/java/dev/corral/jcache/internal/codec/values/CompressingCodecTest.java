package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.codec.UndecodableValueException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which values are compressed, and how damaged values are refused. */
class CompressingCodecTest {

  private static final int ABOVE = 1_000;
  private static final String LARGE = "all work and no play ".repeat(500);

  private final KryoValueCodec plain =
      new KryoValueCodec(getClass().getClassLoader(), AllowList.of(List.of()), ClassCodes.NONE);
  private final ValueFormat compressing = new CompressingCodec(plain, ABOVE);
  private final ValueFormat off = new CompressingCodec(plain, Integer.MAX_VALUE);

  @Test
  void encode_largeValue_isSmallerAndAnyThresholdReadsIt() {
    byte[] bytes = compressing.encode(LARGE);
    assertThat(bytes).hasSizeLessThan(LARGE.length() / 10);
    assertThat(compressing.decode(bytes, 0)).isEqualTo(LARGE);
    assertThat(off.decode(bytes, 0)).isEqualTo(LARGE);
    assertThat(compressing.decode(off.encode(LARGE), 0)).isEqualTo(LARGE);
  }

  @Test
  void decode_atOffset_isTheValue() {
    byte[] bytes = compressing.encode(LARGE);
    byte[] shifted = new byte[bytes.length + 24];
    System.arraycopy(bytes, 0, shifted, 24, bytes.length);
    assertThat(compressing.decode(shifted, 24)).isEqualTo(LARGE);
  }

  @Test
  void encode_smallOrIncompressibleValue_isNotCompressed() {
    byte[] noise = new byte[10 * ABOVE];
    new Random(1).nextBytes(noise);
    for (Object value : List.of("small", 42, noise)) {
      assertThat(compressing.encode(value)).isEqualTo(plain.encode(value));
    }
    String text = Base64.getEncoder().encodeToString(noise);
    assertThat(compressing.decode(compressing.encode(text), 0)).isEqualTo(text);
  }

  @Test
  void encode_sizeAroundTheThreshold_isDecodable() {
    for (int length = ABOVE - 20; length < ABOVE + 20; length++) {
      String value = "x".repeat(length);
      assertThat(compressing.decode(compressing.encode(value), 0)).isEqualTo(value);
    }
  }

  @Test
  void decode_enormousStatedLength_isRefusedBeforeAllocation() {
    byte[] bytes = {0, Byte.MAX_VALUE, -1, -1, -1, 1, 2, 3};
    assertThatThrownBy(() -> compressing.decode(bytes, 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("stated length");
  }

  @Test
  void decode_truncatedOrExtended_isUndecodable() {
    byte[] bytes = compressing.encode(LARGE);
    for (int length :
        new int[] {1, 4, 5, 6, bytes.length / 2, bytes.length - 1, bytes.length + 1}) {
      assertThatThrownBy(() -> compressing.decode(Arrays.copyOf(bytes, length), 0))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(UndecodableValueException.class);
    }
  }

  @Test
  void decode_damaged_isUndecodableOrAValue() {
    byte[] bytes = compressing.encode(LARGE);
    Random random = new Random(2);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(compressing.decode(damaged, 0)).isNotNull();
      } catch (UndecodableValueException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
