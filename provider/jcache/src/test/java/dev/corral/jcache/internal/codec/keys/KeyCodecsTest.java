package dev.corral.jcache.internal.codec.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.codec.KeyCodec;
import dev.corral.jcache.internal.codec.values.AllowList;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
@SuppressWarnings({"JavaUtilDate", "unused", "JdkObsolete", "UnnecessaryStringBuilder"})
class KeyCodecsTest {

  private static final String HERE = KeyCodecsTest.class.getName();

  enum Size {
    SMALL,
    LARGE {
      @Override
      public String toString() {
        return "large";
      }
    }
  }

  record Sku(int number, String colour) {}

  record Any(Object first, Object second) {}

  record None() {}

  record Blind(String text) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Blind blind && blind.text.equalsIgnoreCase(text);
    }

    @Override
    public int hashCode() {
      return text.toLowerCase(Locale.ROOT).hashCode();
    }
  }

  static final class Plain {}

  static final class Code {
    final String code;

    Code(String code) {
      this.code = code;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Code that && that.code.equals(code);
    }

    @Override
    public int hashCode() {
      return code.hashCode();
    }
  }

  record CodeCodec(String name) implements KeyCodec<Code> {
    @Override
    public boolean handles(Class<?> type) {
      return type == Code.class;
    }

    @Override
    public String encode(Code key) {
      return key.code;
    }

    @Override
    public Code decode(String text) {
      return new Code(text);
    }
  }

  private final KeyCodecs codecs = with(List.of(new CodeCodec("code")));

  static KeyCodecs with(List<KeyCodec<?>> custom) {
    return new KeyCodecs(
        custom, AllowList.of(List.of(HERE + "$*")), KeyCodecsTest.class.getClassLoader());
  }

  @Test
  void encode_commonKey_isReadable() {
    assertThat(codecs.encode(42L)).isEqualTo("42");
    assertThat(codecs.encode(-7L)).isEqualTo("-7");
    assertThat(codecs.encode("alice")).isEqualTo("alice");
    assertThat(codecs.encode("a b{c}:d 😀")).isEqualTo("a b{c}:d 😀");
    assertThat(codecs.encode("42")).isEqualTo("'42");
    assertThat(codecs.encode("'x")).isEqualTo("''x");
    assertThat(codecs.encode("#x")).isEqualTo("'#x");
    assertThat(codecs.encode("")).isEmpty();
    assertThat(codecs.encode(42)).isEqualTo("#int:42");
    assertThat(codecs.encode(1.5)).isEqualTo("#double:1.5");
    assertThat(codecs.encode(0.1)).isEqualTo("#double:0x1.999999999999ap-4");
    assertThat(codecs.encode(new UUID(1, 2)))
        .isEqualTo("#uuid:00000000-0000-0001-0000-000000000002");
    assertThat(codecs.encode(Size.LARGE)).isEqualTo("#enum:" + HERE + "$Size:LARGE");
    assertThat(codecs.encode(new Sku(3, "a,b")))
        .isEqualTo("#record:" + HERE + "$Sku(#int:3,a\\,b)");
    assertThat(codecs.encode(List.of(1L, ""))).isEqualTo("#list:(1,')");
    assertThat(codecs.encode("%\n\u0000\uD800x")).isEqualTo("%25%0A%00%uD800x");
    assertThat(codecs.encode(new Code("x"))).isEqualTo("#code:x");
    assertThat(codecs.encode(LocalDate.EPOCH)).isEqualTo("#local-date:1970-01-01");
  }

  @Test
  void encode_equalKeys_haveEqualTexts() {
    Map<Object, Object> one = new HashMap<>();
    Map<Object, Object> two = new TreeMap<>(Collections.reverseOrder());
    for (int i = 0; i < 50; i++) {
      one.put("k" + i, i);
    }
    for (int i = 49; i >= 0; i--) {
      two.put("k" + i, i);
    }

    assertSame(new ArrayList<>(List.of(1, 2)), List.of(1, 2));
    assertSame(Arrays.asList(1, 2), List.of(1, 2, 3).subList(0, 2));
    assertSame(one, two);
    assertSame(one.keySet(), new HashSet<>(two.keySet()));
    assertSame(Map.entry(1, 2), new java.util.AbstractMap.SimpleEntry<>(1, 2));
    assertSame(
        URI.create("HTTP://User@HOST:80/a%c3?q#F"), URI.create("http://User@host:80/a%C3?q#F"));
    assertSame(Double.NaN, Double.longBitsToDouble(0x7ff8000000000001L));
    assertSame(new Any(List.of(1), "x"), new Any(Arrays.asList(1), "x"));
    assertSame(ZoneId.of("+01:00"), ZoneOffset.ofHours(1));
  }

  private void assertSame(Object one, Object two) {
    assertThat(one).isEqualTo(two);
    assertThat(codecs.encode(one)).isEqualTo(codecs.encode(two));
  }

  @Test
  void encode_hostileKeys_areInjectiveAndReversible() {
    Random random = new Random(7);
    Set<Object> keys = new HashSet<>(scalars());
    List<Object> pool = new ArrayList<>(keys);
    for (int i = 0; i < 40_000; i++) {
      Object key = random(random, pool);
      keys.add(key);
      if (i % 10 == 0) {
        pool.add(key);
      }
    }
    Map<String, Object> byText = new HashMap<>();
    for (Object key : keys) {
      String text = codecs.encode(key);
      assertThat(byText.put(text, key)).as(text).isNull();
      assertThat(codecs.decode(text)).as(text).isEqualTo(key);
      assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .isEqualTo(text);
      assertThat(text.chars().noneMatch(Character::isISOControl)).isTrue();
    }
    assertThat(keys).hasSizeGreaterThan(30_000);
  }

  private static Object random(Random random, List<Object> pool) {
    Object one = pool.get(random.nextInt(pool.size()));
    Object two = pool.get(random.nextInt(pool.size()));
    if (String.valueOf(one).length() + String.valueOf(two).length() > 300) {
      return hostile(random);
    }
    return switch (random.nextInt(12)) {
      case 0 -> new Any(one, two);
      case 1 -> Arrays.asList(one, null, two);
      case 2 -> List.of(one);
      case 3 -> new HashSet<>(Arrays.asList(one, two));
      case 4 -> new HashMap<>(Map.of(one, two));
      case 5 -> Optional.of(one);
      case 6 -> new Sku(random.nextInt(), hostile(random));
      case 7 -> Map.entry(one, two);
      case 8 -> new Any(null, hostile(random));
      case 9 -> new Code(hostile(random));
      default -> hostile(random);
    };
  }

  private static String hostile(Random random) {
    String alphabet = "ab(),\\'#:%%u-19\u0000\n\uD83D\uDE00\uD800=null{}é\u0085";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static List<Object> scalars() {
    List<Object> keys = new ArrayList<>();
    for (String text : List.of("", "42", "-", "'", "#int:42", "#null", "#", "a", "%25", "true")) {
      keys.add(text);
    }
    for (int i : new int[] {0, 1, -1, 42, 127}) {
      keys.addAll(
          List.of(
              i,
              (long) i,
              (short) i,
              (byte) i,
              (double) i,
              (float) i,
              i + 0.1,
              i + 0.1f,
              BigInteger.valueOf(i),
              BigDecimal.valueOf(i),
              BigDecimal.valueOf(i, 1),
              BigDecimal.valueOf(i, -3),
              (char) Math.abs(i),
              Instant.ofEpochSecond(i, 5),
              LocalDate.ofEpochDay(i),
              Duration.ofNanos(i),
              Period.of(i, i, i),
              Year.of(i),
              new Timestamp(i),
              LocalTime.ofNanoOfDay(Math.abs(i)),
              new java.sql.Time(i),
              YearMonth.of(i * 500, 2)));
    }
    keys.addAll(
        List.of(
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Double.NaN,
            -0.0,
            0.0,
            Double.MIN_VALUE,
            1e300,
            Double.POSITIVE_INFINITY,
            Float.NaN,
            -0.0f,
            true,
            false,
            '\uD800',
            Size.SMALL,
            Size.LARGE,
            DayOfWeek.MONDAY,
            new Date(9),
            new java.sql.Date(10),
            Instant.MAX,
            Instant.MIN,
            LocalDateTime.MAX,
            LocalDateTime.MIN,
            OffsetDateTime.MAX,
            OffsetTime.MIN));
    keys.addAll(
        List.of(
            ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin")),
            ZonedDateTime.of(2024, 10, 27, 2, 30, 0, 0, ZoneId.of("Europe/Berlin"))
                .withLaterOffsetAtOverlap(),
            MonthDay.of(2, 29),
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("UTC+1"),
            ZoneOffset.UTC,
            Locale.ROOT,
            Locale.GERMANY,
            Locale.forLanguageTag("zh-Hant-TW-u-nu-thai"),
            Currency.getInstance("EUR"),
            URI.create("a:b"),
            URI.create("file:////x"),
            URI.create("http://h?q=a,(b)#f"),
            URI.create(""),
            String.class,
            int.class,
            long[].class,
            new None(),
            Optional.empty(),
            List.of(),
            Set.of(),
            Map.of(),
            List.of("")));
    return keys;
  }

  @Test
  void encode_array_hasItsElements() {
    assertThat(codecs.encode(new int[] {1, 2})).isEqualTo("#array:int(#int:1,#int:2)");
    assertThat((int[]) codecs.decode("#array:int(#int:1,#int:2)")).containsExactly(1, 2);
    assertThat(codecs.encode(new byte[] {1, 2, -1})).isEqualTo("#bytes:AQL_");
    assertThat((byte[]) codecs.decode("#bytes:AQL_")).containsExactly(1, 2, -1);
    assertThat(codecs.encode(new Object[] {1L, "x"}))
        .isEqualTo(codecs.encode(new java.io.Serializable[] {1L, "x"}));
    assertThat((Object[]) codecs.decode("#objects:(1,x)")).containsExactly(1L, "x");
    assertThat((String[]) codecs.decode(codecs.encode(new String[] {"a", null})))
        .containsExactly("a", null);
  }

  @Test
  void encode_longKey_isNotTruncated() {
    String key = "k".repeat(10_240) + "\n";

    assertThat(codecs.decode(codecs.encode(key))).isEqualTo(key);
  }
}
