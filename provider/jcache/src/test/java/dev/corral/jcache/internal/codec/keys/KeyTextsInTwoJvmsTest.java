package dev.corral.jcache.internal.codec.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.redis.ChildJvm;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TimeZone;
import javax.cache.CacheException;
import kotlin.Pair;
import org.junit.jupiter.api.Test;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.domain.Sort.Direction;

/** The texts of generated keys: one for each key, in every JVM. */
class KeyTextsInTwoJvmsTest {

  private static final int KEYS = 30_000;

  /** Pieces that are easily confused: escapes, halves of pairs, the same letter in two forms. */
  private static final List<String> PIECES =
      List.of(
          "",
          "a",
          "A",
          "é",
          "e\u0301",
          "\u212b",
          "\u00c5",
          "A\u030a",
          "ﬁ",
          "fi",
          "\uD83D\uDE00",
          "\uD83D",
          "\uDE00",
          "\uDFFF\uD800",
          "%",
          "%25",
          "%uD83D",
          "\\",
          "(",
          ")",
          ",",
          "'",
          "#",
          "#null",
          "#int:1",
          "1",
          "-1",
          "\u0000",
          "\n",
          "\u007f",
          "\u0085",
          "\u200b",
          "\u202e",
          "\ufeff",
          "\uffff",
          " ",
          "İ",
          "ı",
          "ß",
          "ẞ");

  private static KeyCodecs codecs() {
    return KeyCodecsTest.with(List.of(new KeyCodecsTest.CodeCodec("code")));
  }

  /** The same keys in every JVM. */
  private static List<Object> keys() {
    Random random = new Random(11);
    List<Object> keys = new ArrayList<>(PIECES);
    for (int i = 0; i < KEYS; i++) {
      keys.add(key(random, 3));
    }
    return keys;
  }

  private static Object key(Random random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return scalar(random);
    }
    Object one = key(random, depth - 1);
    Object two = key(random, depth - 1);
    return switch (random.nextInt(11)) {
      case 8 -> new SimpleKey(one, null, two);
      case 9 -> new SimpleKey(new Object[] {one}, new int[] {1, 2}, two);
      case 10 -> new Pair<>(one, two);
      case 0 -> new KeyCodecsTest.Any(one, two);
      case 1 -> Arrays.asList(one, null, two);
      case 2 -> new HashSet<>(Arrays.asList(one, two));
      case 3 -> new HashMap<>(Map.of(one, two));
      case 4 -> Optional.of(one);
      case 5 -> Map.entry(one, two);
      case 6 -> List.of(one);
      default -> List.of(one, two);
    };
  }

  private static Object scalar(Random random) {
    String text = piece(random) + piece(random);
    int number = random.nextInt(5) - 2;
    return switch (random.nextInt(12)) {
      case 10 -> Sort.by(number == 0 ? Direction.ASC : Direction.DESC, text + "x");
      case 11 -> PageRequest.of(number + 2, 10, Sort.by(text + "x"));
      case 0 -> number;
      case 1 -> (long) number;
      case 2 -> (double) number / 10;
      case 3 -> BigDecimal.valueOf(number, number);
      case 4 -> BigInteger.valueOf(number);
      case 5 -> new KeyCodecsTest.Sku(number, text);
      case 6 -> new KeyCodecsTest.Code(text);
      default -> text + piece(random);
    };
  }

  private static String piece(Random random) {
    return PIECES.get(random.nextInt(PIECES.size()));
  }

  @Test
  void encode_generatedKeys_isInjectiveAndReversible() {
    KeyCodecs codecs = codecs();
    Map<Object, String> texts = new HashMap<>();
    Map<String, Object> keys = new HashMap<>();
    for (Object key : keys()) {
      String text = codecs.encode(key);
      assertThat(texts.merge(key, text, (before, same) -> before)).isEqualTo(text);
      assertThat(keys.merge(text, key, (before, same) -> before)).isEqualTo(key);
      assertThat(codecs.decode(text)).isEqualTo(key);
      assertThat(new String(text.getBytes(UTF_8), UTF_8)).isEqualTo(text);
    }
    assertThat(texts).hasSameSizeAs(keys).hasSizeGreaterThan(KEYS / 2);
  }

  @Test
  void encode_sameLetterInTwoForms_isTwoKeys() {
    KeyCodecs codecs = codecs();
    String composed = Normalizer.normalize("Ångström é", Normalizer.Form.NFC);
    String decomposed = Normalizer.normalize("Ångström é", Normalizer.Form.NFD);

    assertThat(codecs.encode(composed)).isNotEqualTo(codecs.encode(decomposed));
    assertThat(codecs.decode(codecs.encode(decomposed))).isEqualTo(decomposed);
  }

  @Test
  void encode_inAnotherJvmWithOtherDefaults_isTheSame() throws Exception {
    try (ChildJvm child = ChildJvm.start(KeyTextsInTwoJvmsTest.class)) {
      assertThat(child.await("DIGEST")).isEqualTo(digest());
    }
  }

  /** Prints a digest of the texts of all keys. */
  public static void main(String[] arguments) throws NoSuchAlgorithmException {
    Locale.setDefault(Locale.forLanguageTag("tr-TR-u-nu-arab"));
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
    System.out.println("DIGEST " + digest());
  }

  private static String digest() throws NoSuchAlgorithmException {
    KeyCodecs codecs = codecs();
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    keys().forEach(key -> digest.update((codecs.encode(key) + "\n").getBytes(UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  @Test
  void decode_textThatIsNotCanonical_isRefused() {
    KeyCodecs codecs = codecs();
    for (String text :
        List.of(
            "01",
            "-0",
            "'a",
            "%41",
            "%2",
            "%uD83D%uDE00",
            "#int:+1",
            "#int:01",
            "#double:1.0",
            "#boolean:TRUE",
            "#boolean:no",
            "#decimal:1e3",
            "#char:ab",
            "#list:(#null,)x",
            "#null",
            "#set:(b,a)",
            "#set:(a,a)",
            "#map:(a)",
            "#map:(b,1,a,2)",
            "#uuid:1-1-1-1-1",
            "#period:P0Y",
            "#locale:EN",
            "#uri:HTTP://h",
            "#bytes:AQ==",
            "#optional:(a,b)",
            "#entry:(a,b,c)",
            "#zone:+1",
            "#objects:(a",
            "#list:(\\a)")) {
      assertThatThrownBy(() -> codecs.decode(text)).as(text).isInstanceOf(CacheException.class);
    }
    assertThat(codecs.decode("#list:()")).isEqualTo(List.of());
  }

  @Test
  void encodeAndDecode_numberOfManyDigits_isRefusedAtOnce() {
    KeyCodecs codecs = codecs();
    BigInteger large = BigInteger.ONE.shiftLeft(40_000);
    BigInteger limit = BigInteger.TEN.pow(9_999).subtract(BigInteger.ONE);
    for (Object key : List.of(large, new BigDecimal(large))) {
      assertThatThrownBy(() -> codecs.encode(key))
          .isInstanceOf(CacheException.class)
          .hasRootCauseMessage("a number of more than 10000 digits is no key");
    }
    for (Object key :
        List.of(limit, new BigDecimal(limit, 5_000), new BigDecimal("1E+2147483647"))) {
      assertThat(codecs.decode(codecs.encode(key))).isEqualTo(key);
    }
    String digits = "9".repeat(3_000_000);
    long start = System.nanoTime();
    for (String text : List.of("#bigint:" + digits, "#decimal:" + digits)) {
      assertThatThrownBy(() -> codecs.decode(text)).isInstanceOf(CacheException.class);
    }
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
  }

  @Test
  void decode_deeplyNestedText_isRefused() {
    KeyCodecs codecs = codecs();
    for (String form : List.of("#list:(", "#set:(", "#optional:(", "#map:(a,")) {
      assertThatThrownBy(() -> codecs.decode(form.repeat(100_000) + ")".repeat(100_000)))
          .isInstanceOf(CacheException.class);
    }
  }
}
