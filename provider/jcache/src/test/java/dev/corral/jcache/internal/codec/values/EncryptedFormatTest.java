package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.codec.UndecodableValueException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.cache.configuration.Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are encrypted. */
@SuppressWarnings("serial") // the factories are not serialized
class EncryptedFormatTest {

  private static final byte[] OLD = key(1);
  private static final byte[] NEW = key(2);

  private static byte[] key(int seed) {
    byte[] key = new byte[EncryptionKeys.KEY_BYTES];
    Arrays.fill(key, (byte) seed);
    return key;
  }

  private static ValueFormat format(String cache, Factory<EncryptionKeys> keys) {
    ClassLoader loader = EncryptedFormatTest.class.getClassLoader();
    return new ValueFormats(
            cache,
            "shop:",
            loader,
            AllowList.of(List.of()),
            ClassCodes.NONE,
            1 << 20,
            /* compressAbove= */ 100)
        .create(ValueOptions.DEFAULTS.withEncryption(keys), Object.class);
  }

  private final ValueFormat old = format("users", () -> EncryptionKeys.of("old", OLD));
  private final ValueFormat rotated =
      format("users", () -> EncryptionKeys.of("new", NEW).and("old", OLD));
  private final ValueFormat after = format("users", () -> EncryptionKeys.of("new", NEW));

  @Test
  void encode_oneValueRepeatedly_hasOtherBytesEachTimeAndNoPlainText() {
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      byte[] stored = old.encode("the secret text");
      assertThat(new String(stored, ISO_8859_1)).doesNotContain("secret").contains("old");
      assertThat(stored).startsWith(0, 0x85, 3);
      nonces.add(new String(stored, 6, 12, ISO_8859_1));
      assertThat(old.decode(stored, 0)).isEqualTo("the secret text");
    }
    assertThat(nonces).hasSize(1_000);
  }

  @Test
  void decode_rotatedKeys_readOldValuesUntilTheOldKeyIsRemoved() {
    byte[] before = old.encode("value");

    assertThat(rotated.decode(before, 0)).isEqualTo("value");
    assertThat(after.decode(rotated.encode("value"), 0)).isEqualTo("value");
    assertThatThrownBy(() -> after.decode(before, 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("does not have, 'old'");
  }

  @Test
  void decode_anyChangedBit_isUndecodable() {
    byte[] stored = old.encode("value");
    for (int i = 0; i < stored.length * 8; i++) {
      byte[] damaged = stored.clone();
      damaged[i / 8] ^= (byte) (1 << (i % 8));
      assertThatThrownBy(() -> old.decode(damaged, 0))
          .isInstanceOf(UndecodableValueException.class);
    }
    for (int length = 0; length < stored.length; length++) {
      byte[] cut = Arrays.copyOf(stored, length);
      assertThatThrownBy(() -> old.decode(cut, 0)).isInstanceOf(UndecodableValueException.class);
    }
  }

  @Test
  void decode_valueOfAnotherCacheOrAnotherKeyOfTheId_isUndecodable() {
    byte[] stored = old.encode("value");
    ValueFormat other = format("orders", () -> EncryptionKeys.of("old", OLD));
    ValueFormat sameId = format("users", () -> EncryptionKeys.of("old", NEW));

    for (ValueFormat each : List.of(other, sameId)) {
      assertThatThrownBy(() -> each.decode(stored, 0))
          .isInstanceOf(UndecodableValueException.class)
          .hasMessageContaining("another cache");
    }
  }

  /** Otherwise a user of Redis without the key could add values. */
  @Test
  void decode_plainValue_isUndecodable() {
    KryoValueCodec plain =
        new KryoValueCodec(getClass().getClassLoader(), AllowList.of(List.of()), ClassCodes.NONE);

    assertThatThrownBy(() -> old.decode(plain.encode("value"), 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("configured with encryption");
    assertThatThrownBy(() -> plain.decode(old.encode("value"), 0))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("an encrypted cache");
  }

  @Test
  void compression_beforeEncryption_makesTheValueSmaller() {
    String text = "all work and no play ".repeat(100);
    byte[] stored = old.encode(text);

    assertThat(stored).hasSizeLessThan(200);
    assertThat(old.decode(stored, 0)).isEqualTo(text);
  }

  @Test
  void keys_inTexts_areNotShown() throws Exception {
    String secret = Base64.getEncoder().encodeToString(OLD);
    EncryptionKeys keys = EncryptionKeys.parse(List.of("2026-11:" + secret, " b:" + secret));

    assertThat(keys.ids()).containsExactly("2026-11", "b");
    assertThat(keys.encryptingId()).isEqualTo("2026-11");
    assertThat(keys).hasToString("EncryptionKeys[2026-11, b]");
    assertThatThrownBy(
            () ->
                new java.io.ObjectOutputStream(java.io.OutputStream.nullOutputStream())
                    .writeObject(keys))
        .isInstanceOf(java.io.NotSerializableException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":", "a", "a:c2VjcmV0", "a:s3cret!", "s3cret:", "a b:%s", ":%s"})
  void parse_malformed_isRefusedWithoutTheText(String text) {
    String secret = Base64.getEncoder().encodeToString(OLD);
    assertThatThrownBy(() -> EncryptionKeys.parse(List.of(text.formatted(secret))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key number 1")
        .hasNoCause()
        .message()
        .doesNotContain("s3cret", "c2VjcmV0", secret);
    assertThatThrownBy(() -> EncryptionKeys.parse(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EncryptionKeys.parse(List.of("a:" + secret, "a:" + secret)))
        .hasMessageContaining("key number 2");
  }
}
