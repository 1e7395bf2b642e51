package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.corral.jcache.ValueOptions;
import dev.corral.jcache.codec.UndecodableValueException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArraySet;
import javax.cache.CacheException;
import org.assertj.core.util.Throwables;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the codec json stores, reads and refuses. */
class JsonValueCodecTest {

  private static final String HERE = JsonValueCodecTest.class.getName();
  static final AllowList ALLOWED =
      AllowList.of(List.of("!" + HERE + "$Forbidden", "!" + HERE + "$Hostile", HERE + "$*"));

  record Line(String sku, int count) {}

  enum Size {
    SMALL,
    LARGE {
      @Override
      public String toString() {
        return "large";
      }
    }
  }

  record Order(
      long id,
      @Nullable String note,
      List<Line> lines,
      Map<String, BigDecimal> prices,
      Optional<Size> size,
      Instant created) {}

  record Times(
      LocalDate date,
      ZonedDateTime zoned,
      OffsetDateTime offset,
      Duration duration,
      java.util.Date old) {}

  record Numbers(double real, float single, char letter, byte[] bytes, int[][] grid, UUID id) {}

  /** It inherits equals, has no getter, and its constructor is private. */
  @SuppressWarnings("UnusedVariable") // Jackson reads the fields
  static class Plain {
    private String name;
    private transient String cached = "cached";
    @JsonIgnore String ignored = "ignored";
    private List<Plain> children = List.of();

    @SuppressWarnings("NullAway") // set after construction
    private Plain() {}

    static Plain of(String name, Plain... children) {
      Plain plain = new Plain();
      plain.name = name;
      plain.children = List.of(children);
      return plain;
    }

    String getComputed() {
      throw new AssertionError("getters are not called");
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({@JsonSubTypes.Type(value = Circle.class, name = "circle")})
  interface Shape {}

  record Circle(int radius) implements Shape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface Named {}

  record Loose(Object content) {}

  record Nested(Set<Nested> all) {}

  record Holder(Forbidden inner) {}

  record Refers(Class<?> type) {}

  static class Forbidden {
    int number;
  }

  /** Not allowed, and named only in JSON; notes that it was initialized. */
  static class Hostile implements Named {
    static {
      System.setProperty("test.hostile", "initialized");
    }
  }

  static final class Loop {
    @Nullable Loop next;
  }

  static ValueFormat codec(Class<?> type) {
    return codec(ValueOptions.DEFAULTS.withCodec("json"), type);
  }

  private static ValueFormat codec(ValueOptions options, Class<?> type) {
    return new ValueFormats(
            "orders",
            "shop:",
            JsonValueCodecTest.class.getClassLoader(),
            ALLOWED,
            ClassCodes.NONE,
            KryoValueCodec.DEFAULT_MAX_DECODED_BYTES,
            Integer.MAX_VALUE)
        .create(options, type);
  }

  private static String text(byte[] stored) {
    return new String(stored, 2, stored.length - 2, UTF_8);
  }

  static byte[] stored(FormatTag tag, String json) {
    return tag.before(json.getBytes(UTF_8));
  }

  private static Order order() {
    Map<String, BigDecimal> prices = new LinkedHashMap<>();
    prices.put("z", new BigDecimal("1.50"));
    prices.put("a", new BigDecimal("2E+3"));
    return new Order(
        7, null, List.of(new Line("x", 1)), prices, Optional.of(Size.LARGE), Instant.EPOCH);
  }

  @Test
  void encode_configuredType_isPlainJsonWithSortedFields() {
    byte[] stored = codec(Order.class).encode(order());

    assertThat(stored).startsWith(0, 0x81);
    assertThat(text(stored))
        .isEqualTo(
            "{\"created\":\"1970-01-01T00:00:00Z\",\"id\":7,\"lines\":[{\"count\":1,\"sku\":\"x\"}],"
                + "\"note\":null,\"prices\":{\"z\":1.50,\"a\":2E+3},\"size\":\"LARGE\"}");
  }

  @SuppressWarnings("JavaUtilDate") // applications have it
  static List<Object> values() {
    return List.of(
        order(),
        new Times(
            LocalDate.of(2026, 2, 28),
            ZonedDateTime.parse("2026-10-25T02:30:00+01:00[Europe/Paris]"),
            OffsetDateTime.parse("2026-01-01T10:00:00.123456789+05:30"),
            Duration.ofNanos(1_234_567_890_123L),
            new java.util.Date(1_700_000_000_123L)),
        new Numbers(1.1, 2.5f, 'ü', new byte[] {1, -1}, new int[][] {{1}, {}}, new UUID(1, 2)),
        Plain.of("root", Plain.of("child"), Plain.of("")),
        new Circle(3),
        Size.LARGE,
        "text with \" and é and 😀",
        42L,
        Double.NaN,
        new BigDecimal("1.00"),
        List.of("a", "b"),
        Arrays.asList("a", null),
        Set.of("a", "b"),
        Map.of("k", "v"),
        new TreeMap<>(Map.of("k", List.of(Map.of()))),
        Collections.unmodifiableList(List.of(true, "x", 1)),
        new String[] {"a"},
        new Line[] {new Line("x", 2)});
  }

  @ParameterizedTest
  @MethodSource("values")
  void decode_anyValue_isTheSame(Object value) {
    for (Class<?> type : List.of(value.getClass(), Object.class)) {
      if (type.getName().startsWith("java.util.") || type.getSuperclass() == Size.class) continue;
      ValueFormat codec = codec(type);
      Object again = codec.decode(codec.encode(value), 0);
      if (value instanceof Plain || value instanceof Numbers) {
        assertThat(again).usingRecursiveComparison().isEqualTo(value);
      } else {
        assertThat(Objects.deepEquals(again, value)).as("%s: %s", value, again).isTrue();
      }
    }
  }

  @Test
  void encode_classOfAnObjectCache_isStoredByItsName() {
    byte[] stored = codec(Object.class).encode(new Line("x", 1));

    assertThat(text(stored))
        .isEqualTo("{\"@type\":\"" + HERE + "$Line\",\"value\":{\"count\":1,\"sku\":\"x\"}}");
  }

  @Test
  void jsonType_typeArguments_areRestored() {
    ValueOptions options =
        ValueOptions.DEFAULTS
            .withCodec("json")
            .withJsonType("java.util.List<" + Line.class.getName() + ">");
    ValueFormat codec = codec(options, List.class);
    List<Line> lines = List.of(new Line("x", 1));

    assertThat(text(codec.encode(lines))).isEqualTo("[{\"count\":1,\"sku\":\"x\"}]");
    assertThat(codec.decode(codec.encode(lines), 0)).isEqualTo(lines);
    assertThatThrownBy(() -> codec(List.class).encode(lines))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("it[0], of " + Line.class.getName() + ", is read as");
  }

  @Test
  void jsonType_malformedOrNotAllowed_isRefused() {
    for (String type : List.of("List<", "java.util.List<java.lang.Thread>", "no.such.Type")) {
      ValueOptions options = ValueOptions.DEFAULTS.withCodec("json").withJsonType(type);
      assertThatThrownBy(() -> codec(options, List.class))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(type);
    }
  }

  @Test
  void annotatedType_itsSubclass_isStoredByItsAnnotation() {
    ValueFormat codec = codec(Shape.class);

    assertThat(text(codec.encode(new Circle(3)))).isEqualTo("{\"@type\":\"circle\",\"radius\":3}");
    assertThat(codec.decode(codec.encode(new Circle(3)), 0)).isEqualTo(new Circle(3));
  }

  @Test
  @SuppressWarnings("NullAway") // a missing field
  void decode_fieldsAddedOrDropped_remainReadable() {
    ValueFormat codec = codec(Line.class);

    assertThat(codec.decode(stored(FormatTag.JSON, "{\"count\":3}"), 0))
        .isEqualTo(new Line(null, 3));
    assertThat(codec.decode(stored(FormatTag.JSON, "{\"sku\":\"x\",\"gone\":{\"a\":[1]}}"), 0))
        .isEqualTo(new Line("x", 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{",
        "[]",
        "5",
        "{}{}",
        "{\"count\":\"3\"}",
        "{\"count\":1.5}",
        "{\"count\":3000000000}",
        "{\"sku\":{}}",
        "{\"count\":1e999999999}"
      })
  void decode_anotherKind_isUndecodableAndNotConverted(String json) {
    assertThatThrownBy(() -> codec(Line.class).decode(stored(FormatTag.JSON, json), 0))
        .isInstanceOf(UndecodableValueException.class);
  }

  @Test
  void decode_secretInDamagedJson_isInNoMessage() {
    ValueFormat codec = codec(Order.class);
    for (String json :
        List.of(
            "{\"id\":\"s3cret\"}",
            "{\"prices\":{\"s3cret\":\"s3cret\"}}",
            "{\"created\":\"s3cret\"}",
            "{\"size\":\"s3cret\"}",
            "s3cret")) {
      assertThatThrownBy(() -> codec.decode(stored(FormatTag.JSON, json), 0))
          .isInstanceOf(UndecodableValueException.class)
          .satisfies(it -> assertThat(Throwables.getStackTrace(it)).doesNotContain("s3cret"));
    }
  }

  /** What JSON cannot read back is refused, with the path and the classes. */
  @Test
  void encode_valueThatIsNotReadAsItWas_isRefused() throws Exception {
    Loop loop = new Loop();
    loop.next = loop;
    Nested deep = new Nested(Set.of());
    for (int i = 0; i < 300; i++) {
      deep = new Nested(Set.of(deep));
    }
    Map<Object, String> reasons =
        Map.of(
            new Loose(5L),
            "its field content, of java.lang.Long, is read as java.lang.Integer",
            new Loose(new Line("x", 1)),
            "its field content, of " + HERE + "$Line",
            new Loose(InetAddress.getLoopbackAddress()),
            "cannot be stored by the codec json",
            new Loose(new CopyOnWriteArraySet<>()),
            "cannot be stored by the codec json",
            new Refers(String.class),
            "java.lang.Class cannot be stored by the codec json",
            new Holder(new Forbidden()),
            "$Forbidden is refused",
            loop,
            "cycle",
            deep,
            "cannot be stored");
    assertThatThrownBy(() -> codec(Object.class).encode(Map.of(1, "x")))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("a key of it, of class java.lang.Integer");
    reasons.forEach(
        (value, reason) ->
            assertThatThrownBy(() -> codec(value.getClass()).encode(value))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining(reason));
    assertThatThrownBy(() -> codec(Holder.class).encode(new Holder(new Forbidden())))
        .hasMessageContaining("(at inner)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"@type\":\"%s$Hostile\",\"value\":{}}",
        "{\"@type\":\"[L%s$Hostile;\",\"value\":[{}]}",
        "{\"@type\":\"java.util.ArrayList<%s$Hostile>\",\"value\":[]}",
        "{\"@type\":\"java.lang.Class\",\"value\":\"%s$Hostile\"}",
        "{\"@type\":\"%1$s$Loose\",\"value\":{\"content\":[\"%1$s$Hostile\",{}]}}",
        "{\"@type\":\"%s$Refers\",\"value\":{\"type\":\"%1$s$Hostile\"}}"
      })
  void decode_classThatIsNotAllowed_isNeverInitialized(String json) {
    byte[] stored = stored(FormatTag.JSON_WITH_TYPE, json.formatted(HERE));
    ValueFormat codec = codec(Object.class);
    if (json.contains("Loose")) {
      assertThat(((Loose) codec.decode(stored, 0)).content()).isInstanceOf(List.class);
    } else {
      assertThatThrownBy(() -> codec.decode(stored, 0))
          .isInstanceOf(UndecodableValueException.class);
    }
    byte[] annotated =
        stored(FormatTag.JSON, "{\"@class\":\"java.util.ArrayList<" + HERE + "$Hostile>\"}");
    assertThatThrownBy(() -> codec(Named.class).decode(annotated, 0))
        .isInstanceOf(UndecodableValueException.class);
    assertThat(System.getProperty("test.hostile")).isNull();
  }

  /** 100 KB of levels; and 4 MB of empty objects, which 4 KB of a compressed value contain. */
  @Test
  void decode_hostileSizes_endWithinTheBudget() {
    ValueFormat deep = codec(Object.class);
    String name = "{\"@type\":\"java.util.List\",\"value\":";
    assertThatThrownBy(
            () -> deep.decode(stored(FormatTag.JSON_WITH_TYPE, name + "[".repeat(100_000)), 0))
        .isInstanceOf(UndecodableValueException.class);
    byte[] objects =
        stored(FormatTag.JSON_WITH_TYPE, name + "[" + "{},".repeat(1_400_000) + "{}]}");
    assertThatThrownBy(() -> deep.decode(objects, 0, 4_000))
        .isInstanceOf(UndecodableValueException.class)
        .hasMessageContaining("max-decoded-size");
  }
}
