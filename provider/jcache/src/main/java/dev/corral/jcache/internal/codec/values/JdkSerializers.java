package dev.corral.jcache.internal.codec.values;

import static dev.corral.jcache.internal.codec.values.CollectionSerializers.collection;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.collectionView;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.immutable;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.map;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.sortedCollection;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.sortedMap;

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

/** Serializers of JDK classes that are more compact, or accept more, than Java serialization. */
@SuppressWarnings({"unchecked", "rawtypes", "JdkObsolete", "NonApiType"})
final class JdkSerializers {

  /** Immutable values without parts. Their identity is not preserved, which saves a byte each. */
  private final Map<Class<?>, Serializer<?>> values = new LinkedHashMap<>();

  /** All other classes; references to the same object are preserved. */
  private final Map<Class<?>, Serializer<?>> withIdentity = new LinkedHashMap<>();

  JdkSerializers(ObjectStreamSerializer objectStream) {
    addValues(objectStream);
    addMutableValues();
    addCollections();
    addMaps();
    addImmutables();
    addViews();
  }

  /**
   * The classes that are stored by number. Their order is part of the stored format: new classes
   * are appended, and no class is ever removed.
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

  /** The serializer of a class; null if the class has none here. */
  @Nullable Serializer<?> of(Class<?> type) {
    Serializer<?> found = values.get(type);
    if (found == null) {
      found = withIdentity.get(type);
    }
    return found == null && type.isArray() ? CollectionSerializers.array() : found;
  }

  /**
   * A serializer that stores the elements of a view, such as a sub-list, a key set or an entry, and
   * reads a copy; null if the class is none of these.
   */
  static @Nullable Serializer<?> copyOf(Class<?> type) {
    if (List.class.isAssignableFrom(type)) {
      return collection(ArrayList::new);
    } else if (SortedSet.class.isAssignableFrom(type)) {
      return sortedCollection(TreeSet::new, set -> set);
    } else if (Set.class.isAssignableFrom(type)) {
      return collection(size -> new LinkedHashSet<>());
    } else if (Collection.class.isAssignableFrom(type)) {
      return collection(ArrayList::new);
    } else if (SortedMap.class.isAssignableFrom(type)) {
      return sortedMap(TreeMap::new, map -> map);
    } else if (Map.class.isAssignableFrom(type)) {
      return map(size -> new LinkedHashMap<>(), map -> map);
    } else if (Map.Entry.class.isAssignableFrom(type)) {
      return immutable(JdkSerializers::parts, parts -> new SimpleEntry<>(parts[0], parts[1]));
    }
    return null;
  }

  private void addValues(ObjectStreamSerializer objectStream) {
    values.put(String.class, new DefaultSerializers.StringSerializer());
    values.put(UUID.class, new DefaultSerializers.UUIDSerializer());
    values.put(BigInteger.class, new DefaultSerializers.BigIntegerSerializer());
    values.put(BigDecimal.class, new DefaultSerializers.BigDecimalSerializer());
    values.put(URI.class, new DefaultSerializers.URISerializer());
    values.put(Pattern.class, new PatternSerializer());
    values.put(Class.class, new DefaultSerializers.ClassSerializer());
    values.put(Currency.class, new DefaultSerializers.CurrencySerializer());
    values.put(
        Locale.class,
        new TextSerializer<>(Locale::toLanguageTag, Locale::forLanguageTag, objectStream));
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
    withIdentity.put(
        TimeZone.getTimeZone("Europe/Berlin").getClass(),
        new TextSerializer<>(TimeZone::getID, TimeZone::getTimeZone, objectStream));
  }

  private void addMutableValues() {
    withIdentity.put(byte[].class, new DefaultArraySerializers.ByteArraySerializer());
    withIdentity.put(char[].class, new DefaultArraySerializers.CharArraySerializer());
    withIdentity.put(short[].class, new DefaultArraySerializers.ShortArraySerializer());
    withIdentity.put(int[].class, new DefaultArraySerializers.IntArraySerializer());
    withIdentity.put(long[].class, new DefaultArraySerializers.LongArraySerializer());
    withIdentity.put(float[].class, new DefaultArraySerializers.FloatArraySerializer());
    withIdentity.put(double[].class, new DefaultArraySerializers.DoubleArraySerializer());
    withIdentity.put(boolean[].class, new DefaultArraySerializers.BooleanArraySerializer());
    withIdentity.put(StringBuilder.class, new DefaultSerializers.StringBuilderSerializer());
    withIdentity.put(StringBuffer.class, new DefaultSerializers.StringBufferSerializer());
    withIdentity.put(BitSet.class, new DefaultSerializers.BitSetSerializer());
    withIdentity.put(Date.class, new DefaultSerializers.DateSerializer());
    withIdentity.put(java.sql.Date.class, new DefaultSerializers.DateSerializer());
    withIdentity.put(java.sql.Time.class, new DefaultSerializers.DateSerializer());
    withIdentity.put(java.sql.Timestamp.class, new DefaultSerializers.TimestampSerializer());
    withIdentity.put(AtomicBoolean.class, new DefaultSerializers.AtomicBooleanSerializer());
    withIdentity.put(AtomicInteger.class, new DefaultSerializers.AtomicIntegerSerializer());
    withIdentity.put(AtomicLong.class, new DefaultSerializers.AtomicLongSerializer());
    withIdentity.put(AtomicReference.class, new DefaultSerializers.AtomicReferenceSerializer());
    withIdentity.put(Optional.class, new OptionalSerializers.OptionalSerializer());
  }

  private void addCollections() {
    withIdentity.put(ArrayList.class, collection(ArrayList::new));
    withIdentity.put(LinkedList.class, collection(size -> new LinkedList<>()));
    withIdentity.put(ArrayDeque.class, collection(ArrayDeque::new));
    withIdentity.put(CopyOnWriteArrayList.class, collection(size -> new CopyOnWriteArrayList<>()));
    withIdentity.put(CopyOnWriteArraySet.class, collection(size -> new CopyOnWriteArraySet<>()));
    withIdentity.put(HashSet.class, collection(HashSet::new));
    withIdentity.put(LinkedHashSet.class, collection(LinkedHashSet::new));
    withIdentity.put(Arrays.asList(1).getClass(), CollectionSerializers.arrayAsList());
    withIdentity.put(TreeSet.class, sortedCollection(TreeSet::new, set -> set));
    withIdentity.put(
        ConcurrentSkipListSet.class, sortedCollection(ConcurrentSkipListSet::new, set -> set));
    withIdentity.put(PriorityQueue.class, sortedCollection(PriorityQueue::new, queue -> queue));
    withIdentity.put(EnumSet.class, new DefaultSerializers.EnumSetSerializer());
  }

  private void addMaps() {
    withIdentity.put(HashMap.class, map(HashMap::new, map -> map));
    withIdentity.put(LinkedHashMap.class, map(LinkedHashMap::new, map -> map));
    withIdentity.put(ConcurrentHashMap.class, map(ConcurrentHashMap::new, map -> map));
    withIdentity.put(TreeMap.class, sortedMap(TreeMap::new, map -> map));
    withIdentity.put(
        ConcurrentSkipListMap.class, sortedMap(ConcurrentSkipListMap::new, map -> map));
  }

  private void addImmutables() {
    Serializer<?> list = immutable((Collection<?> c) -> c.toArray(), JdkSerializers::listOf);
    Serializer<?> set = immutable((Collection<?> c) -> c.toArray(), Set::of);
    Serializer<?> map = immutable(CollectionSerializers::flatten, JdkSerializers::mapOf);
    for (Object each :
        List.of(List.of(), List.of(1), List.of(1, 2, 3), List.of(1, 2).subList(0, 1))) {
      withIdentity.put(each.getClass(), list);
    }
    for (Object each : List.of(Set.of(), Set.of(1), Set.of(1, 2, 3))) {
      withIdentity.put(each.getClass(), set);
    }
    for (Object each : List.of(Map.of(), Map.of(1, 1), Map.of(1, 1, 2, 2))) {
      withIdentity.put(each.getClass(), map);
    }
    withIdentity.put(
        Map.entry(1, 1).getClass(), immutable(JdkSerializers::parts, e -> Map.entry(e[0], e[1])));
    withIdentity.put(Collections.emptyList().getClass(), constant(Collections.emptyList()));
    withIdentity.put(Collections.emptySet().getClass(), constant(Collections.emptySet()));
    withIdentity.put(Collections.emptyMap().getClass(), constant(Collections.emptyMap()));
    withIdentity.put(
        Collections.singletonList(1).getClass(),
        immutable((Collection<?> c) -> c.toArray(), e -> Collections.singletonList(e[0])));
    withIdentity.put(
        Collections.singleton(1).getClass(),
        immutable((Collection<?> c) -> c.toArray(), e -> Collections.singleton(e[0])));
    withIdentity.put(
        Collections.singletonMap(1, 1).getClass(),
        immutable(CollectionSerializers::flatten, e -> Collections.singletonMap(e[0], e[1])));
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
    withIdentity.put(
        type, collectionView(size -> (Collection<?>) empty.get(), c -> view.apply((C) c)));
  }

  private void sortedView(Function<TreeSet, ? extends Collection> view) {
    Class<?> type = view.apply(new TreeSet()).getClass();
    withIdentity.put(type, sortedCollection(TreeSet::new, set -> view.apply(set)));
  }

  private void mapView(Function<Map, Map> view) {
    Class<?> type = view.apply(new HashMap()).getClass();
    withIdentity.put(type, map(size -> new LinkedHashMap<>(), view));
  }

  private void sortedMapView(Function<TreeMap, ? extends Map> view) {
    Class<?> type = view.apply(new TreeMap()).getClass();
    withIdentity.put(type, sortedMap(TreeMap::new, map -> view.apply(map)));
  }

  private static Serializer<?> constant(Object constant) {
    return immutable(any -> new Object[0], none -> constant);
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
