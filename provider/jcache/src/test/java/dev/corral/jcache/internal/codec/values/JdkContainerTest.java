package dev.corral.jcache.internal.codec.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Collections and maps of the JDK: equal, and with the same behavior. */
@NullUnmarked
@SuppressWarnings({"JdkObsolete", "NonApiType", "unchecked", "rawtypes", "IdentityHashMapUsage"})
class JdkContainerTest {

  enum Level {
    LOW,
    HIGH {
      @Override
      public String toString() {
        return "high";
      }
    }
  }

  enum Nothing {}

  /** No interface that Java serialization asks for. */
  record Plain(String text) {}

  private static final Plain PLAIN = new Plain("x");

  static Stream<Collection<?>> collections() {
    List<Plain> list = List.of(PLAIN, new Plain("y"));
    return Stream.of(
        new ArrayList<>(list),
        new LinkedList<>(list),
        new Vector<>(list),
        stackOf(list),
        new ArrayDeque<>(list),
        new ConcurrentLinkedQueue<>(list),
        new ConcurrentLinkedDeque<>(list),
        new LinkedBlockingQueue<>(list),
        new LinkedBlockingDeque<>(list),
        new CopyOnWriteArrayList<>(list),
        new CopyOnWriteArraySet<>(list),
        new HashSet<>(list),
        new LinkedHashSet<>(list),
        new TreeSet<>(List.of(2, 1)),
        new ConcurrentSkipListSet<>(List.of(2, 1)),
        new PriorityQueue<>(List.of(3, 1, 2)),
        new PriorityBlockingQueue<>(List.of(3, 1, 2)),
        ConcurrentHashMap.newKeySet(),
        Collections.newSetFromMap(new IdentityHashMap<>()),
        Collections.newSetFromMap(new ConcurrentHashMap<>()),
        Collections.checkedList(new ArrayList<>(list), Plain.class),
        Collections.checkedSet(new HashSet<>(list), Plain.class),
        Collections.asLifoQueue(new ArrayDeque<>(list)),
        Collections.unmodifiableCollection(new ArrayDeque<>(list)),
        Collections.unmodifiableList(new LinkedList<>(list)),
        Collections.unmodifiableList(Arrays.asList(PLAIN, null)),
        Collections.unmodifiableList(List.of(PLAIN)),
        Collections.unmodifiableSet(EnumSet.of(Level.HIGH)),
        Collections.unmodifiableSet(Set.of(PLAIN)),
        Collections.unmodifiableSortedSet(new TreeSet<>(List.of(1))),
        Collections.emptyNavigableSet(),
        Collections.synchronizedCollection(new ArrayDeque<>(list)),
        Collections.synchronizedList(Collections.unmodifiableList(new ArrayList<>(list))),
        Collections.synchronizedSet(new LinkedHashSet<>(list)),
        Collections.synchronizedNavigableSet(new TreeSet<>(List.of(1))),
        Collections.nCopies(3, PLAIN),
        Collections.singleton(null),
        Arrays.asList(PLAIN, null),
        List.of(),
        List.of(PLAIN),
        Stream.of(PLAIN, null, PLAIN).toList(),
        Stream.of(PLAIN, PLAIN, PLAIN).toList(),
        Set.of(PLAIN, new Plain("y"), new Plain("z")),
        EnumSet.allOf(Level.class),
        EnumSet.noneOf(Level.class));
  }

  private static <T> Stack<T> stackOf(List<T> list) {
    Stack<T> stack = new Stack<>();
    stack.addAll(list);
    return stack;
  }

  @ParameterizedTest
  @MethodSource("collections")
  void decode_collection_hasTheSameClassAndElements(Collection<?> value) {
    Collection<?> read = RoundTrip.of(value);

    assertThat(read.getClass().getName()).isEqualTo(value.getClass().getName());
    assertThat(read.toArray()).containsExactlyInAnyOrder(value.toArray());
    if (!(value instanceof Set)) {
      assertThat(read.toArray()).isEqualTo(value.toArray());
    }
    assertThat(containsNull(read)).isEqualTo(containsNull(value));
  }

  /** Some collections throw instead of answering. */
  private static Object containsNull(Collection<?> collection) {
    try {
      return collection.contains(null);
    } catch (RuntimeException e) {
      return e.getClass();
    }
  }

  static Stream<Map<?, ?>> maps() {
    Map<Plain, Object> map = Map.of(PLAIN, PLAIN);
    return Stream.of(
        new HashMap<>(map),
        new LinkedHashMap<>(map),
        new ConcurrentHashMap<>(map),
        new Hashtable<>(map),
        new WeakHashMap<>(map),
        new TreeMap<>(Map.of(1, PLAIN)),
        new TreeMap<>(Map.of(1, PLAIN, 2, PLAIN)).subMap(1, 2),
        new TreeMap<>(Map.of(1, PLAIN, 2, PLAIN)).descendingMap(),
        new ConcurrentSkipListMap<>(Map.of(1, PLAIN)),
        new ConcurrentSkipListMap<>(Map.of(1, PLAIN, 2, PLAIN)).tailMap(2),
        new EnumMap<>(Map.of(Level.HIGH, PLAIN)),
        new EnumMap<>(Level.class),
        Map.of(),
        Map.of(1, PLAIN),
        Map.of(1, PLAIN, 2, PLAIN),
        Collections.singletonMap(null, PLAIN),
        Collections.checkedMap(new HashMap<>(map), Plain.class, Object.class),
        Collections.unmodifiableMap(new LinkedHashMap<>(map)),
        Collections.unmodifiableMap(new EnumMap<>(Map.of(Level.LOW, PLAIN))),
        Collections.unmodifiableMap(Map.of(1, PLAIN)),
        Collections.unmodifiableNavigableMap(new TreeMap<>(Map.of(1, PLAIN))),
        Collections.synchronizedMap(new HashMap<>(map)),
        Collections.synchronizedSortedMap(new TreeMap<>(Map.of(1, PLAIN))),
        Collections.emptySortedMap());
  }

  @ParameterizedTest
  @MethodSource("maps")
  void decode_map_isEqualAndHasTheSameClass(Map<?, ?> value) {
    Map<?, ?> read = RoundTrip.of(value);

    assertThat(read).isEqualTo(value);
    assertThat(read.getClass().getName()).isEqualTo(value.getClass().getName());
  }

  @Test
  void decode_linkedHashMap_keepsItsKindOfOrder() {
    for (int size = 0; size < 4; size++) {
      LinkedHashMap<Object, Object> accessed = new LinkedHashMap<>(16, 0.75f, true);
      LinkedHashMap<Object, Object> inserted = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        accessed.put("k" + i, PLAIN);
        inserted.put("k" + i, PLAIN);
      }
      assertKindOfOrder(RoundTrip.of(accessed), accessed, true);
      assertKindOfOrder(RoundTrip.of(inserted), inserted, false);
      Map<Object, Object> wrapped = RoundTrip.of(Collections.synchronizedMap(accessed));
      assertKindOfOrder(wrapped, accessed, true);
    }
  }

  private static void assertKindOfOrder(
      Map<Object, Object> read, Map<Object, Object> value, boolean isAccessOrder) {
    assertThat(new ArrayList<>(read.keySet())).isEqualTo(new ArrayList<>(value.keySet()));
    read.put("first", 1);
    read.put("second", 2);
    read.get("first");
    List<Object> keys = new ArrayList<>(read.keySet());
    assertThat(keys.get(keys.size() - 1)).isEqualTo(isAccessOrder ? "first" : "second");
  }

  static Stream<Comparator<String>> comparators() {
    return Stream.of(
        null,
        Comparator.naturalOrder(),
        Comparator.reverseOrder(),
        String.CASE_INSENSITIVE_ORDER,
        Collections.reverseOrder(String.CASE_INSENSITIVE_ORDER),
        Comparator.nullsFirst(Comparator.naturalOrder()));
  }

  @ParameterizedTest
  @MethodSource("comparators")
  void decode_sortedContainer_ordersAndFindsAlike(Comparator<String> comparator) {
    List<String> texts = List.of("b", "A", "c", "a");
    for (Collection<String> empty :
        List.of(
            new TreeSet<>(comparator),
            new ConcurrentSkipListSet<>(comparator),
            new PriorityQueue<>(comparator),
            new PriorityBlockingQueue<>(3, comparator))) {
      empty.addAll(texts);
      Collection<String> read = RoundTrip.of(empty);
      assertThat(new ArrayList<>(read)).isEqualTo(new ArrayList<>(empty));
      read.addAll(List.of("B", "0"));
      empty.addAll(List.of("B", "0"));
      assertThat(new ArrayList<>(read)).isEqualTo(new ArrayList<>(empty));
    }
    for (NavigableMap<String, Integer> map :
        List.of(
            new TreeMap<String, Integer>(comparator),
            new ConcurrentSkipListMap<String, Integer>(comparator))) {
      texts.forEach(text -> map.put(text, 1));
      assertThat(RoundTrip.of(map)).isEqualTo(map);
      assertThat(RoundTrip.of(map).headMap("b", true)).isEqualTo(map.headMap("b", true));
      Map<String, Integer> view = Collections.unmodifiableMap(map);
      assertThat(RoundTrip.of(view).get("B")).isEqualTo(view.get("B"));
      assertThat(new ArrayList<>(RoundTrip.of(map.keySet())))
          .isEqualTo(new ArrayList<>(map.keySet()));
    }
  }

  @Test
  void decode_subMap_keepsItsBounds() {
    SortedMap<Integer, Plain> part = new TreeMap<>(Map.of(1, PLAIN, 5, PLAIN)).subMap(1, 4);

    SortedMap<Integer, Plain> read = RoundTrip.of(part);

    assertThat(read).isEqualTo(part);
    assertThatThrownBy(() -> read.put(4, PLAIN)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void decode_enumContainer_acceptsAllConstants() {
    EnumSet<Level> none = RoundTrip.of(EnumSet.noneOf(Level.class));
    EnumMap<Level, Plain> empty = RoundTrip.of(new EnumMap<>(Level.class));

    none.add(Level.HIGH);
    empty.put(Level.HIGH, PLAIN);

    assertThat(none).containsExactly(Level.HIGH);
    assertThat(empty).containsEntry(Level.HIGH, PLAIN);
    assertThat(EnumSet.complementOf(RoundTrip.of(EnumSet.of(Level.HIGH)))).containsOnly(Level.LOW);
  }

  @Test
  void decode_largeEnumSet_isEqual() {
    EnumSet<Character.UnicodeScript> large = EnumSet.allOf(Character.UnicodeScript.class);
    large.remove(Character.UnicodeScript.LATIN);
    KryoValueCodec open =
        new KryoValueCodec(
            getClass().getClassLoader(), AllowList.of(List.of("*")), ClassCodes.NONE);

    assertThat(open.decode(open.encode(large), 0)).isEqualTo(large).hasSameClassAs(large);
  }

  @Test
  void encode_enumSetOfNothing_isRefused() {
    assertThatThrownBy(() -> RoundTrip.of(EnumSet.noneOf(Nothing.class)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("without constants");
  }

  @Test
  void decode_boundedQueue_keepsItsCapacity() {
    LinkedBlockingQueue<Plain> queue = new LinkedBlockingQueue<>(3);
    queue.add(PLAIN);

    assertThat(RoundTrip.of(queue).remainingCapacity()).isEqualTo(2);
    assertThat(RoundTrip.of(new LinkedBlockingDeque<>(5)).remainingCapacity()).isEqualTo(5);
    assertThat(RoundTrip.of(new LinkedBlockingQueue<>()).remainingCapacity())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void decode_arrayAsList_writesThrough() {
    List<String> list = RoundTrip.of(Arrays.asList("a", "b"));

    list.set(0, "c");

    assertThat(list).containsExactly("c", "b");
    assertThatThrownBy(() -> list.add("d")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void decode_wrapper_showsTheSameCollection() {
    List<Plain> list = new ArrayList<>(List.of(PLAIN));
    Object[] both = {list, Collections.unmodifiableList(list), Collections.synchronizedList(list)};

    Object[] read = RoundTrip.of(both);
    ((List) read[0]).add(PLAIN);

    assertThat((List<?>) read[1]).hasSize(2);
    assertThat((List<?>) read[2]).hasSize(2);
    assertThatThrownBy(() -> ((List) read[1]).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void decode_checkedCollection_refusesOtherClasses() {
    List list = RoundTrip.of(Collections.checkedList(new ArrayList<>(List.of(1)), Integer.class));

    assertThatThrownBy(() -> list.add("text")).isInstanceOf(ClassCastException.class);
  }

  @Test
  void decode_identityMap_comparesIdentities() {
    Plain key = new Plain("k");
    IdentityHashMap<Plain, Integer> map = new IdentityHashMap<>();
    map.put(key, 1);
    map.put(new Plain("k"), 2);

    Object[] read = RoundTrip.of(new Object[] {key, map});

    assertThat((Map<?, ?>) read[1]).hasSize(2);
    assertThat(((Map<?, ?>) read[1]).get(read[0])).isEqualTo(1);
  }

  @Test
  void decode_properties_keepTheirDefaults() {
    Properties defaults = new Properties();
    defaults.setProperty("a", "1");
    Properties properties = new Properties(defaults);
    properties.setProperty("b", "2");

    assertThat(RoundTrip.of(properties).getProperty("a")).isEqualTo("1");
    assertThat(RoundTrip.of(properties).getProperty("b")).isEqualTo("2");
  }

  @Test
  void decode_copyOnWriteList_ofManyElements_isFast() {
    List<Integer> many = IntStream.range(0, 200_000).boxed().toList();

    assertThat(RoundTrip.of(new CopyOnWriteArrayList<>(many))).isEqualTo(many);
  }
}
