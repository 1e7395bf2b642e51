package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.Serial;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
@SuppressWarnings({
  "JdkObsolete",
  "NonApiType",
  "unused",
  "deprecation",
  "serial",
  "JavaUtilDate",
  "JavaTimeDefaultTimeZone",
  "UnnecessaryStringBuilder"
})
class KryoValueCodecTest {

  private static final ClassLoader LOADER = KryoValueCodecTest.class.getClassLoader();
  private static final String HERE = KryoValueCodecTest.class.getName();

  private final KryoValueCodec codec =
      new KryoValueCodec(LOADER, AllowList.of(List.of(HERE + "$*")), ClassCodes.NONE);

  enum Size {
    SMALL,
    LARGE {
      @Override
      public String toString() {
        return "large";
      }
    }
  }

  record Point(int x, Long y, String name, List<String> tags, Size size) {}

  static final class Node {
    String name;
    Node next;
    List<Node> all = new ArrayList<>();
    transient String cached = "fresh";
    private final int number;

    Node(String name, int number) {
      this.name = name;
      this.number = number;
    }
  }

  static final class Labelled extends ArrayList<String> {
    private static final long serialVersionUID = 1;
    String label;
  }

  static final class Once implements Serializable {
    private static final long serialVersionUID = 1;
    static final Once INSTANCE = new Once();

    @Serial
    private Object readResolve() throws ObjectStreamException {
      return INSTANCE;
    }
  }

  static final class Hooked implements Serializable {
    private static final long serialVersionUID = 1;
    transient Object content;

    @Serial
    private void writeObject(java.io.ObjectOutputStream out) throws IOException {
      out.writeObject(content);
    }

    @Serial
    private void readObject(java.io.ObjectInputStream in)
        throws IOException, ClassNotFoundException {
      content = in.readObject();
    }
  }

  static Stream<Object> values() {
    Map<String, Object> map = new HashMap<>();
    map.put("a", 1);
    map.put(null, null);
    // spotless:off
    return Stream.of(
        "", "text", "zwölf € 😀", 1, -1L, 1.5, 2.5f, 'c', true, (short) 3, (byte) 4,
        UUID.randomUUID(), URI.create("http://a/b"), new BigDecimal("1.50"),
        BigInteger.TEN.pow(40), Instant.now(), LocalDate.now(), LocalTime.now(),
        LocalDateTime.now(), ZonedDateTime.now(), OffsetDateTime.now(), OffsetTime.now(),
        Duration.ofNanos(5), Period.ofDays(3), Year.of(5), YearMonth.of(2020, 1), MonthDay.of(2,
        29), ZoneId.of("Europe/Berlin"), ZoneOffset.UTC, DayOfWeek.MONDAY,
        java.time.chrono.JapaneseDate.now(), new Date(5), new java.sql.Date(5), new
        java.sql.Time(7), java.sql.Timestamp.from(Instant.now()), Locale.GERMANY,
        Locale.forLanguageTag("zh-Hant-TW-u-nu-thai"), new Locale("x_y", "Z"),
        Currency.getInstance("EUR"), Optional.of("x"), Optional.empty(), OptionalInt.of(3),
        BitSet.valueOf(new long[] {5}), TimeZone.getTimeZone("Europe/Berlin"), new
        SimpleTimeZone(1000, "mine"), String.class, int.class, Size.class, Size.SMALL, Size.LARGE,
        new Point(1, null, "n", List.of("a"), Size.LARGE), List.of(), List.of(1), List.of(1, 2,
        3), Set.of(), Set.of(1), Set.of(1, 2, 3), Map.of(), Map.of(1, 2), Map.of(1, 2, 3, 4),
        Map.entry(1, 2), Stream.of("a", null).toList(), Arrays.asList(1, null), new
        ArrayList<>(List.of(1, 2, 3)).subList(1, 2), List.of(1, 2, 3).subList(1, 3), new
        LinkedList<>(List.of(1)), map, map.keySet(), new LinkedHashMap<>(Map.of("k", "v")), new
        TreeMap<>(Map.of(1, 2)), new ConcurrentHashMap<>(Map.of(1, 2)), new
        ConcurrentSkipListMap<>(Map.of(1, 2)), new HashSet<>(List.of(1)), new
        LinkedHashSet<>(List.of(1)), new TreeSet<>(List.of(2, 1)), new
        ConcurrentSkipListSet<>(List.of(1)), new CopyOnWriteArrayList<>(List.of(1)), new
        EnumMap<>(Map.of(Size.LARGE, 1)), EnumSet.of(Size.LARGE), EnumSet.noneOf(Size.class), new
        Vector<>(List.of(1)), new Hashtable<>(Map.of(1, 2)), new IdentityHashMap<>(),
        Collections.emptyList(), Collections.emptySet(), Collections.emptyMap(),
        Collections.singletonList(null), Collections.singleton(1), Collections.singletonMap(1, 2),
        Collections.nCopies(3, "x"), Collections.unmodifiableList(new ArrayList<>(List.of(1))),
        Collections.unmodifiableList(new LinkedList<>(List.of(1))),
        Collections.unmodifiableSet(new HashSet<>(List.of(new Point(1, 2L, "", null, null)))),
        Collections.unmodifiableMap(map), Collections.unmodifiableSortedSet(new
        TreeSet<>(Set.of(1))), Collections.unmodifiableNavigableMap(new TreeMap<>(Map.of(1, 2))),
        Collections.synchronizedList(new ArrayList<>(List.of(1))), Collections.synchronizedMap(new
        HashMap<>(Map.of(1, 2))), new AbstractMap.SimpleEntry<>(1, 2));
    // spotless:on
  }

  @ParameterizedTest
  @MethodSource("values")
  void decode_encodedValue_isEqual(Object value) {
    assertThat(roundTrip(value)).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("values")
  void decode_valueInAList_isEqual(Object value) {
    List<Object> list = new ArrayList<>(List.of("before", value, value, "after"));

    assertThat(roundTrip(list)).isEqualTo(list);
  }

  @Test
  void decode_commonValue_keepsItsClass() {
    for (Object value :
        List.of(
            new ArrayList<>(),
            new LinkedList<>(),
            List.of(),
            Arrays.asList(1),
            new TreeMap<>(),
            Collections.unmodifiableList(new ArrayList<>()),
            Collections.synchronizedMap(Map.of()),
            new ConcurrentHashMap<>(),
            EnumSet.noneOf(Size.class),
            new String[0],
            new int[0][],
            new Point[0])) {
      assertThat(roundTrip(value)).hasSameClassAs(value);
    }
  }

  @Test
  void decode_arrays_areEqual() {
    assertThat((Object[]) roundTrip(new Object[] {1, null, new int[] {1, 2}, "x"}))
        .isEqualTo(new Object[] {1, null, new int[] {1, 2}, "x"});
    assertThat((byte[]) roundTrip(new byte[] {1, -1})).isEqualTo(new byte[] {1, -1});
    assertThat((Serializable[]) roundTrip(new Serializable[] {1, "a"})).containsExactly(1, "a");
  }

  @Test
  void decode_sortedCollection_keepsItsComparator() {
    TreeSet<String> set = new TreeSet<>(Comparator.reverseOrder());
    set.addAll(List.of("a", "b"));
    TreeMap<String, Integer> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    map.put("A", 1);

    assertThat((TreeSet<?>) roundTrip(set)).first().isEqualTo("b");
    assertThat(((TreeMap<?, ?>) roundTrip(map)).get("a")).isEqualTo(1);
  }

  @Test
  void decode_cyclicGraph_keepsIdentity() {
    Node node = new Node("a", 7);
    node.next = node;
    node.all.add(node);
    node.cached = "stale";

    Node read = (Node) roundTrip(node);

    assertThat(read.next).isSameAs(read);
    assertThat(read.all.get(0)).isSameAs(read);
    assertThat(read.number).isEqualTo(7);
    assertThat(read.cached).isNull();
  }

  @Test
  void decode_subclassOfCollection_keepsItsFields() {
    Labelled labelled = new Labelled();
    labelled.add("x");
    labelled.label = "y";

    Labelled read = (Labelled) roundTrip(labelled);

    assertThat(read).containsExactly("x");
    assertThat(read.label).isEqualTo("y");
  }

  @Test
  void decode_classWithSerializationHooks_usesThem() {
    Hooked hooked = new Hooked();
    hooked.content = List.of(Once.INSTANCE);

    assertThat(roundTrip(Once.INSTANCE)).isSameAs(Once.INSTANCE);
    assertThat(((List<?>) ((Hooked) roundTrip(hooked)).content).get(0)).isSameAs(Once.INSTANCE);
  }

  @Test
  void decode_classWithoutEquals_hasTheSameState() {
    Exception failure = new IllegalStateException("why", new IOException("because"));

    assertThat(((Throwable) roundTrip(failure)).getCause()).hasMessage("because");
    assertThat(((Pattern) roundTrip(Pattern.compile("a+", Pattern.COMMENTS))).flags())
        .isEqualTo(Pattern.COMMENTS);
    assertThat(((AtomicInteger) roundTrip(new AtomicInteger(3))).get()).isEqualTo(3);
    assertThat(((AtomicLong) roundTrip(new AtomicLong(3))).get()).isEqualTo(3);
    assertThat(roundTrip(new StringBuilder("x"))).hasToString("x");
  }

  @Test
  void encode_commonValue_isSmall() {
    assertThat(codec.encode("alice")).hasSizeLessThan(8);
    assertThat(codec.encode(42L)).hasSizeLessThan(4);
    assertThat(codec.encode(UUID.randomUUID())).hasSize(17);
    assertThat(codec.encode(new ArrayList<>(List.of(1, 2, 3)))).hasSizeLessThan(12);
  }

  @Test
  void encode_knownValue_hasTheStoredFormOfAllReleases() {
    HexFormat hex = HexFormat.of();
    StringBuilder all = new StringBuilder();
    for (Object value :
        List.of(
            "alice",
            42,
            -7L,
            true,
            1.5,
            new UUID(1, 2),
            new BigDecimal("1.50"),
            Instant.ofEpochSecond(5),
            new ArrayList<>(List.of("a", 1)),
            List.of(1, 2),
            new Point(1, 2L, "n", null, Size.LARGE),
            new byte[] {1, 2},
            Optional.of("x"))) {
      all.append(hex.formatHex(codec.encode(value))).append('\n');
    }
    assertThat(all.toString()).isEqualTo(GOLDEN);
  }

  /** The line of {@link Point} contains the names of two classes of this test, and their codes. */
  private static final String GOLDEN =
      """
      03616c6963e5
      0254
      090d
      0501
      0a000000000000f83f
      1501000000000000000200000000000000
      1603009604
      180500
      2101020382610202
      2c010202020204
      0100b344b14f9a398f93c1016465762e636f7272616c2e6a63616368652e696e7465726e616c2e636f6465632e76616c7565732e4b72796f56616c7565436f6465635465737424506f696e740101826e0101a2c5a4b7e6608ba6c0016465762e636f7272616c2e6a63616368652e696e7465726e616c2e636f6465632e76616c7565732e4b72796f56616c7565436f646563546573742453697a654c415247c500020104
      1201030102
      2701038278
      """;

  @Test
  void encode_mutatedAfterwards_keepsTheBytes() {
    List<String> list = new ArrayList<>(List.of("a"));
    byte[] bytes = codec.encode(list);
    list.add("b");

    assertThat(codec.decode(bytes, 0)).isEqualTo(List.of("a"));
  }

  @Test
  void decode_atOffset_readsToTheEnd() {
    byte[] bytes = codec.encode("x");
    byte[] shifted = new byte[bytes.length + 3];
    System.arraycopy(bytes, 0, shifted, 3, bytes.length);

    assertThat(codec.decode(shifted, 3)).isEqualTo("x");
  }

  @Test
  void encode_manyThreads_areIndependent() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int seed = t;
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 2000; i++) {
                    Object value =
                        new ArrayList<>(List.of(seed, "v" + i, new Point(i, 1L, "", null, null)));
                    if (!roundTrip(value).equals(value)) {
                      return false;
                    }
                  }
                  return true;
                }));
      }
      for (Future<Boolean> each : all) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Object roundTrip(Object value) {
    return codec.decode(codec.encode(value), 0);
  }
}
