package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.codec.EncryptionKeys;
import dev.corral.jcache.codec.UndecodableValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.cache.CacheException;

/**
 * Decodes a value by the codecs json and java, compressed or not, and decrypts it. A result can be
 * stored again, unless storing it is refused.
 */
public final class OtherFormatsFuzzTarget {

  private static final ValueFormat JSON = format("json", Object.class);
  private static final ValueFormat TYPED_JSON = format("json", JsonValueCodecTest.Order.class);
  private static final ValueFormat JAVA = format("java", Object.class);
  private static final ValueFormat ENCRYPTED =
      formats()
          .create(
              ValueOptions.DEFAULTS.withEncryption(() -> EncryptionKeys.of("a", new byte[32])),
              Object.class);

  private OtherFormatsFuzzTarget() {}

  private static ValueFormats formats() {
    return new ValueFormats(
        "fuzz",
        "shop:",
        OtherFormatsFuzzTarget.class.getClassLoader(),
        AllowList.of(List.of(JsonValueCodecTest.class.getName() + "$*")),
        ClassCodes.NONE,
        KryoValueCodec.DEFAULT_MAX_DECODED_BYTES,
        /* compressAbove= */ 300);
  }

  private static ValueFormat format(String codec, Class<?> type) {
    return formats().create(ValueOptions.DEFAULTS.withCodec(codec), type);
  }

  public static void fuzzJson(byte[] input) {
    decode(JSON, input);
    decode(TYPED_JSON, input);
  }

  public static void fuzzJava(byte[] input) {
    decode(JAVA, input);
  }

  public static void fuzzEncrypted(byte[] input) {
    decode(ENCRYPTED, input);
  }

  private static void decode(ValueFormat format, byte[] input) {
    Object value;
    try {
      value = format.decode(input, 0);
    } catch (UndecodableValueException e) {
      return;
    }
    byte[] again;
    try {
      again = format.encode(value);
    } catch (CacheException e) {
      return;
    }
    Object unused = format.decode(again, 0);
  }

  public static List<byte[]> jsonSeeds() {
    List<byte[]> seeds = new ArrayList<>();
    JsonValueCodecTest.values().forEach(value -> seeds.add(JSON.encode(value)));
    seeds.add(TYPED_JSON.encode(JsonValueCodecTest.values().get(0)));
    seeds.add(JSON.encode("all work and no play ".repeat(100)));
    seeds.add(
        FormatTag.JSON_WITH_TYPE.before(
            "{\"@type\":\"java.util.ArrayList<java.lang.Thread>\",\"value\":[]}".getBytes(UTF_8)));
    return seeds;
  }

  public static List<byte[]> javaSeeds() {
    return List.of(
        JAVA.encode("text"),
        JAVA.encode(Map.of("k", List.of(1, 2L, 3.0))),
        JAVA.encode(new ArrayList<>(Arrays.asList(java.time.Instant.EPOCH, null, new long[4]))),
        JAVA.encode("all work and no play ".repeat(100)),
        JavaValueCodecTest.stream(new java.util.HashSet<>(List.of(java.util.Set.of(1)))));
  }

  public static List<byte[]> encryptedSeeds() {
    return List.of(ENCRYPTED.encode("text"), ENCRYPTED.encode("all work ".repeat(100)));
  }
}
