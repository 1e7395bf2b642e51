package dev.corral.jcache.internal.codec.values;

import static dev.corral.jcache.internal.codec.values.CollectionForms.filled;
import static dev.corral.jcache.internal.codec.values.CollectionForms.made;
import static dev.corral.jcache.internal.codec.values.CollectionForms.map;
import static dev.corral.jcache.internal.codec.values.CollectionForms.sorted;
import static dev.corral.jcache.internal.codec.values.CollectionForms.sortedMap;
import static dev.corral.jcache.internal.codec.values.CollectionForms.wrapped;

import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.serializers.DefaultArraySerializers;
import com.esotericsoftware.kryo.kryo5.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.kryo5.serializers.OptionalSerializers;
import com.esotericsoftware.kryo.kryo5.serializers.TimeSerializers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
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
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The forms of the classes of the JDK that are smaller or wider than their Java serialization. */
@SuppressWarnings({"unchecked", "rawtypes", "JdkObsolete", "NonApiType"})
public final class JdkForms {

  private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

  /** Immutable values without parts: their identity is not kept, so sharing costs no byte. */
  private final Map<Class<?>, Serializer<?>> values = new LinkedHashMap<>();

  private final Map<Class<?>, Serializer<?>> others = new LinkedHashMap<>();

  JdkForms(JavaForm java) {
    addValues(java);
    addMutableValues();
    addCollections();
    addMaps();
    addImmutables();
    addViews();
  }

  /** Whether the class belongs to the JDK. */
  public static boolean isJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == PLATFORM;
  }

  /**
   * The classes that are written by number, from the first on; their order is part of the format,
   * so new ones go to the end and none is ever removed.
   */
  static List<Class<?>> numbered() {
    return List.of(
        byte[].class,
        Object[].class,
        String[].class,
        UUID.class,
        BigDecimal.class,
        BigInteger.class,
        Instant.class,
        LocalDate.class,
        LocalDateTime.class,
        LocalTime.class,
        Duration.class,
        ZonedDateTime.class,
        OffsetDateTime.class,
        Date.class,
        java.sql.Timestamp.class,
        ArrayList.class,
        HashMap.class,
        LinkedHashMap.class,
        HashSet.class,
        LinkedHashSet.class,
        TreeMap.class,
        Optional.class,
        Class.class,
        int[].class,
        long[].class,
        List.of(1, 2, 3).getClass(),
        List.of(1).getClass(),
        Map.of(1, 1, 2, 2).getClass(),
        Map.of(1, 1).getClass(),
        Set.of(1, 2, 3).getClass(),
        Set.of(1).getClass(),
        Arrays.asList(1).getClass(),
        EnumSet.class,
        java.io.Serializable[].class,
        LinkedList.class,
        TreeSet.class,
        Currency.class,
        Locale.class,
        URI.class);
  }

  /** Whether instances are immutable values without parts. */
  boolean isValue(Class<?> type) {
    return values.containsKey(type);
  }

  /** The form of a class of the JDK, or null if it has none here. */
  @Nullable Serializer<?> of(Class<?> type) {
    Serializer<?> form = values.get(type);
    if (form == null) {
      form = others.get(type);
    }
    if (form == null && type.isArray()) {
      return CollectionForms.array();
    }
    return form;
  }

  /** A copy of what only a view shows: a sub-list, a key set, an entry; null if it is none. */
  static @Nullable Serializer<?> copyOf(Class<?> type) {
    if (List.class.isAssignableFrom(type)) {
      return filled(ArrayList::new);
    } else if (SortedSet.class.isAssignableFrom(type)) {
      return sorted(TreeSet::new, set -> set);
    } else if (Set.class.isAssignableFrom(type)) {
      return filled(size -> new LinkedHashSet<>());
    } else if (Collection.class.isAssignableFrom(type)) {
      return filled(ArrayList::new);
    } else if (SortedMap.class.isAssignableFrom(type)) {
      return sortedMap(TreeMap::new, map -> map);
    } else if (Map.class.isAssignableFrom(type)) {
      return map(size -> new LinkedHashMap<>(), map -> map);
    } else if (Map.Entry.class.isAssignableFrom(type)) {
      return made(JdkForms::parts, parts -> new SimpleEntry<>(parts[0], parts[1]));
    }
    return null;
  }

  private void addValues(JavaForm java) {
    values.put(String.class, new DefaultSerializers.StringSerializer());
    values.put(UUID.class, new DefaultSerializers.UUIDSerializer());
    values.put(BigInteger.class, new DefaultSerializers.BigIntegerSerializer());
    values.put(BigDecimal.class, new DefaultSerializers.BigDecimalSerializer());
    values.put(URI.class, new DefaultSerializers.URISerializer());
    values.put(Pattern.class, new DefaultSerializers.PatternSerializer());
    values.put(Class.class, new DefaultSerializers.ClassSerializer());
    values.put(Currency.class, new DefaultSerializers.CurrencySerializer());
    values.put(Locale.class, new TextForm<>(Locale::toLanguageTag, Locale::forLanguageTag, java));
    values.put(Instant.class, new TimeSerializers.InstantSerializer());
    values.put(Duration.class, new TimeSerializers.DurationSerializer());
    values.put(LocalDate.class, new TimeSerializers.LocalDateSerializer());
    values.put(LocalTime.class, new TimeSerializers.LocalTimeSerializer());
    values.put(LocalDateTime.class, new TimeSerializers.LocalDateTimeSerializer());
    values.put(ZoneOffset.class, new TimeSerializers.ZoneOffsetSerializer());
    values.put(ZoneId.of("Europe/Berlin").getClass(), new TimeSerializers.ZoneIdSerializer());
    values.put(OffsetTime.class, new TimeSerializers.OffsetTimeSerializer());
    values.put(OffsetDateTime.class, new TimeSerializers.OffsetDateTimeSerializer());
    values.put(ZonedDateTime.class, new TimeSerializers.ZonedDateTimeSerializer());
    values.put(Year.class, new TimeSerializers.YearSerializer());
    values.put(YearMonth.class, new TimeSerializers.YearMonthSerializer());
    values.put(MonthDay.class, new TimeSerializers.MonthDaySerializer());
    values.put(Period.class, new TimeSerializers.PeriodSerializer());
    values.put(OptionalInt.class, new OptionalSerializers.OptionalIntSerializer());
    values.put(OptionalLong.class, new OptionalSerializers.OptionalLongSerializer());
    values.put(OptionalDouble.class, new OptionalSerializers.OptionalDoubleSerializer());
    others.put(
        TimeZone.getTimeZone("Europe/Berlin").getClass(),
        new TextForm<>(TimeZone::getID, TimeZone::getTimeZone, java));
  }

  private void addMutableValues() {
    others.put(byte[].class, new DefaultArraySerializers.ByteArraySerializer());
    others.put(char[].class, new DefaultArraySerializers.CharArraySerializer());
    others.put(short[].class, new DefaultArraySerializers.ShortArraySerializer());
    others.put(int[].class, new DefaultArraySerializers.IntArraySerializer());
    others.put(long[].class, new DefaultArraySerializers.LongArraySerializer());
    others.put(float[].class, new DefaultArraySerializers.FloatArraySerializer());
    others.put(double[].class, new DefaultArraySerializers.DoubleArraySerializer());
    others.put(boolean[].class, new DefaultArraySerializers.BooleanArraySerializer());
    others.put(StringBuilder.class, new DefaultSerializers.StringBuilderSerializer());
    others.put(StringBuffer.class, new DefaultSerializers.StringBufferSerializer());
    others.put(BitSet.class, new DefaultSerializers.BitSetSerializer());
    others.put(Date.class, new DefaultSerializers.DateSerializer());
    others.put(java.sql.Date.class, new DefaultSerializers.DateSerializer());
    others.put(java.sql.Time.class, new DefaultSerializers.DateSerializer());
    others.put(java.sql.Timestamp.class, new DefaultSerializers.TimestampSerializer());
    others.put(AtomicBoolean.class, new DefaultSerializers.AtomicBooleanSerializer());
    others.put(AtomicInteger.class, new DefaultSerializers.AtomicIntegerSerializer());
    others.put(AtomicLong.class, new DefaultSerializers.AtomicLongSerializer());
    others.put(AtomicReference.class, new DefaultSerializers.AtomicReferenceSerializer());
    others.put(Optional.class, new OptionalSerializers.OptionalSerializer());
  }

  private void addCollections() {
    others.put(ArrayList.class, filled(ArrayList::new));
    others.put(LinkedList.class, filled(size -> new LinkedList<>()));
    others.put(ArrayDeque.class, filled(ArrayDeque::new));
    others.put(CopyOnWriteArrayList.class, filled(size -> new CopyOnWriteArrayList<>()));
    others.put(CopyOnWriteArraySet.class, filled(size -> new CopyOnWriteArraySet<>()));
    others.put(HashSet.class, filled(HashSet::new));
    others.put(LinkedHashSet.class, filled(LinkedHashSet::new));
    others.put(Arrays.asList(1).getClass(), CollectionForms.arrayList());
    others.put(TreeSet.class, sorted(TreeSet::new, set -> set));
    others.put(ConcurrentSkipListSet.class, sorted(ConcurrentSkipListSet::new, set -> set));
    others.put(PriorityQueue.class, sorted(PriorityQueue::new, queue -> queue));
    others.put(EnumSet.class, new DefaultSerializers.EnumSetSerializer());
  }

  private void addMaps() {
    others.put(HashMap.class, map(HashMap::new, map -> map));
    others.put(LinkedHashMap.class, map(LinkedHashMap::new, map -> map));
    others.put(ConcurrentHashMap.class, map(ConcurrentHashMap::new, map -> map));
    others.put(TreeMap.class, sortedMap(TreeMap::new, map -> map));
    others.put(ConcurrentSkipListMap.class, sortedMap(ConcurrentSkipListMap::new, map -> map));
  }

  private void addImmutables() {
    Serializer<?> list = made((Collection<?> c) -> c.toArray(), JdkForms::listOf);
    Serializer<?> set = made((Collection<?> c) -> c.toArray(), Set::of);
    Serializer<?> map = made(CollectionForms::flat, JdkForms::mapOf);
    for (Object each :
        List.of(List.of(), List.of(1), List.of(1, 2, 3), List.of(1, 2).subList(0, 1))) {
      others.put(each.getClass(), list);
    }
    for (Object each : List.of(Set.of(), Set.of(1), Set.of(1, 2, 3))) {
      others.put(each.getClass(), set);
    }
    for (Object each : List.of(Map.of(), Map.of(1, 1), Map.of(1, 1, 2, 2))) {
      others.put(each.getClass(), map);
    }
    others.put(Map.entry(1, 1).getClass(), made(JdkForms::parts, e -> Map.entry(e[0], e[1])));
    others.put(Collections.emptyList().getClass(), constant(Collections.emptyList()));
    others.put(Collections.emptySet().getClass(), constant(Collections.emptySet()));
    others.put(Collections.emptyMap().getClass(), constant(Collections.emptyMap()));
    others.put(
        Collections.singletonList(1).getClass(),
        made((Collection<?> c) -> c.toArray(), e -> Collections.singletonList(e[0])));
    others.put(
        Collections.singleton(1).getClass(),
        made((Collection<?> c) -> c.toArray(), e -> Collections.singleton(e[0])));
    others.put(
        Collections.singletonMap(1, 1).getClass(),
        made(CollectionForms::flat, e -> Collections.singletonMap(e[0], e[1])));
  }

  private void addViews() {
    view(ArrayList::new, Collections::unmodifiableCollection);
    view(ArrayList::new, Collections::unmodifiableList);
    view(LinkedList::new, Collections::unmodifiableList);
    view(LinkedHashSet::new, Collections::unmodifiableSet);
    view(ArrayList::new, Collections::synchronizedCollection);
    view(ArrayList::new, Collections::synchronizedList);
    view(LinkedList::new, Collections::synchronizedList);
    view(LinkedHashSet::new, Collections::synchronizedSet);
    sortedView(Collections::unmodifiableSortedSet);
    sortedView(Collections::unmodifiableNavigableSet);
    sortedView(Collections::synchronizedSortedSet);
    sortedView(Collections::synchronizedNavigableSet);
    mapView(Collections::unmodifiableMap);
    mapView(Collections::synchronizedMap);
    sortedMapView(Collections::unmodifiableSortedMap);
    sortedMapView(Collections::unmodifiableNavigableMap);
    sortedMapView(Collections::synchronizedSortedMap);
    sortedMapView(Collections::synchronizedNavigableMap);
  }

  private <C extends Collection> void view(
      java.util.function.Supplier<C> empty, Function<C, ? extends Collection> view) {
    Class<?> type = view.apply(empty.get()).getClass();
    others.put(type, wrapped(size -> (Collection<?>) empty.get(), c -> view.apply((C) c)));
  }

  private void sortedView(Function<TreeSet, ? extends Collection> view) {
    Class<?> type = view.apply(new TreeSet()).getClass();
    others.put(type, sorted(TreeSet::new, set -> view.apply(set)));
  }

  private void mapView(Function<Map, Map> view) {
    Class<?> type = view.apply(new HashMap()).getClass();
    others.put(type, map(size -> new LinkedHashMap<>(), view));
  }

  private void sortedMapView(Function<TreeMap, ? extends Map> view) {
    Class<?> type = view.apply(new TreeMap()).getClass();
    others.put(type, sortedMap(TreeMap::new, map -> view.apply(map)));
  }

  private static Serializer<?> constant(Object constant) {
    return made(any -> new Object[0], none -> constant);
  }

  private static Object[] parts(Map.Entry<?, ?> entry) {
    return new Object[] {entry.getKey(), entry.getValue()};
  }

  private static Object listOf(Object[] elements) {
    return Arrays.asList(elements).contains(null)
        ? Stream.of(elements).toList()
        : List.of(elements);
  }

  private static Object mapOf(Object[] flat) {
    Map.Entry[] entries = new Map.Entry[flat.length / 2];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = Map.entry(flat[2 * i], flat[2 * i + 1]);
    }
    return Map.ofEntries(entries);
  }
}
