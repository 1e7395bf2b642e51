package dev.corral.jcache.internal.codec.values;

import static dev.corral.jcache.internal.codec.values.CollectionSerializers.bounded;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.copyingList;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.identityMap;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.immutable;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.immutableTable;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.list;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.map;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.set;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.sorted;
import static dev.corral.jcache.internal.codec.values.CollectionSerializers.sortedMap;

import com.esotericsoftware.kryo.kryo5.Serializer;
import java.lang.reflect.Modifier;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
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
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.WeakHashMap;
import java.util.concurrent.BlockingQueue;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The serializers of the JDK's collections and maps, by their exact class. */
@SuppressWarnings({"unchecked", "rawtypes", "JdkObsolete", "NonApiType"})
final class JdkContainers {

  private static final int INITIAL_QUEUE = 11;
  private static final Class<?> IMMUTABLE_SUB_LIST = List.of(1, 2).subList(0, 1).getClass();

  private final Map<Class<?>, Serializer<?>> serializers = new HashMap<>();

  private JdkContainers(ObjectStreamSerializer objectStream) {
    addCollections();
    addQueues();
    addMaps(objectStream);
    addImmutables();
    addConstants();
    addWrappers();
  }

  /** New serializers, for one Kryo. */
  static Map<Class<?>, Serializer<?>> serializers(ObjectStreamSerializer objectStream) {
    return new JdkContainers(objectStream).serializers;
  }

  /**
   * A serializer that stores the elements of a view, such as a sub-list, a key set or an entry, and
   * reads a copy; null if the class is none of these. A view has a class that no field can have, so
   * its copy fits into the field.
   */
  static @Nullable Serializer<?> copyOf(Class<?> type) {
    if (Modifier.isPublic(type.getModifiers())) {
      return null;
    } else if (List.class.isAssignableFrom(type)) {
      return list(ArrayList::new);
    } else if (Queue.class.isAssignableFrom(type)) {
      return list(size -> new LinkedList<>());
    } else if (SortedSet.class.isAssignableFrom(type)) {
      return CollectionSerializers.<Collection<?>>sorted(
          set -> ((SortedSet<?>) set).comparator(), TreeSet::new);
    } else if (Set.class.isAssignableFrom(type)) {
      return set(LinkedHashSet::new);
    } else if (Collection.class.isAssignableFrom(type)) {
      return list(ArrayList::new);
    } else if (SortedMap.class.isAssignableFrom(type)) {
      return CollectionSerializers.<SortedMap<?, ?>>sortedMap(SortedMap::comparator, TreeMap::new);
    } else if (Map.class.isAssignableFrom(type)) {
      return map(size -> new LinkedHashMap<>(size / 2));
    } else if (Map.Entry.class.isAssignableFrom(type)) {
      return immutable(JdkContainers::parts, parts -> new SimpleEntry<>(parts[0], parts[1]));
    }
    return null;
  }

  private void addCollections() {
    serializers.put(ArrayList.class, list(ArrayList::new));
    serializers.put(LinkedList.class, list(size -> new LinkedList<>()));
    serializers.put(Vector.class, list(Vector::new));
    serializers.put(Stack.class, list(size -> new Stack<>()));
    serializers.put(CopyOnWriteArrayList.class, copyingList(size -> new CopyOnWriteArrayList<>()));
    serializers.put(CopyOnWriteArraySet.class, set(size -> new CopyOnWriteArraySet<>()));
    serializers.put(HashSet.class, set(HashSet::new));
    serializers.put(LinkedHashSet.class, set(LinkedHashSet::new));
    serializers.put(Arrays.asList(1).getClass(), CollectionSerializers.arrayAsList());
    serializers.put(TreeSet.class, sorted(TreeSet::comparator, TreeSet::new));
    serializers.put(
        ConcurrentSkipListSet.class,
        sorted(ConcurrentSkipListSet::comparator, ConcurrentSkipListSet::new));
    serializers.put(EnumSet.class, new EnumSerializers.OfSet());
  }

  private void addQueues() {
    serializers.put(ArrayDeque.class, list(ArrayDeque::new));
    serializers.put(ConcurrentLinkedQueue.class, list(size -> new ConcurrentLinkedQueue<>()));
    serializers.put(ConcurrentLinkedDeque.class, list(size -> new ConcurrentLinkedDeque<>()));
    serializers.put(
        LinkedBlockingQueue.class, bounded(JdkContainers::capacityOf, LinkedBlockingQueue::new));
    serializers.put(
        LinkedBlockingDeque.class, bounded(JdkContainers::capacityOf, LinkedBlockingDeque::new));
    serializers.put(PriorityQueue.class, sorted(PriorityQueue::comparator, PriorityQueue::new));
    serializers.put(
        PriorityBlockingQueue.class,
        sorted(
            PriorityBlockingQueue::comparator,
            comparator -> new PriorityBlockingQueue<>(INITIAL_QUEUE, comparator)));
  }

  private static int capacityOf(BlockingQueue<?> queue) {
    return queue.size() + queue.remainingCapacity();
  }

  private void addMaps(ObjectStreamSerializer objectStream) {
    serializers.put(HashMap.class, map(size -> new HashMap<>(size / 2)));
    serializers.put(LinkedHashMap.class, map(AccessOrder::flatten, AccessOrder::empty));
    serializers.put(ConcurrentHashMap.class, map(size -> new ConcurrentHashMap<>(size / 2)));
    serializers.put(Hashtable.class, map(size -> new Hashtable<>(size / 2 + 1)));
    serializers.put(WeakHashMap.class, map(size -> new WeakHashMap<>()));
    serializers.put(IdentityHashMap.class, identityMap(size -> new IdentityHashMap<>(size / 2)));
    serializers.put(TreeMap.class, sortedMap(TreeMap::comparator, TreeMap::new));
    serializers.put(
        ConcurrentSkipListMap.class,
        sortedMap(ConcurrentSkipListMap::comparator, ConcurrentSkipListMap::new));
    serializers.put(EnumMap.class, new EnumSerializers.OfMap(objectStream));
  }

  private void addImmutables() {
    Serializer<?> list = immutable(JdkContainers::elements, JdkContainers::listOf);
    Serializer<?> set = immutableTable((Collection<?> c) -> c.toArray(), Set::of);
    Serializer<?> map = immutableTable(CollectionSerializers::flatten, JdkContainers::mapOf);
    for (Object each : List.of(List.of(), List.of(1), List.of(1, 2, 3))) {
      serializers.put(each.getClass(), list);
    }
    serializers.put(IMMUTABLE_SUB_LIST, list);
    for (Object each : List.of(Set.of(), Set.of(1), Set.of(1, 2, 3))) {
      serializers.put(each.getClass(), set);
    }
    for (Object each : List.of(Map.of(), Map.of(1, 1), Map.of(1, 1, 2, 2))) {
      serializers.put(each.getClass(), map);
    }
    serializers.put(
        Map.entry(1, 1).getClass(), immutable(JdkContainers::parts, e -> Map.entry(e[0], e[1])));
  }

  private void addConstants() {
    for (Object each :
        List.of(Collections.emptyList(), Collections.emptySet(), Collections.emptyMap())) {
      serializers.put(each.getClass(), immutable(any -> new Object[0], none -> each));
    }
    serializers.put(
        Collections.singletonList(1).getClass(),
        immutable((Collection<?> c) -> c.toArray(), e -> Collections.singletonList(e[0])));
    serializers.put(
        Collections.singleton(1).getClass(),
        immutable((Collection<?> c) -> c.toArray(), e -> Collections.singleton(e[0])));
    serializers.put(
        Collections.singletonMap(1, 1).getClass(),
        immutable(CollectionSerializers::flatten, e -> Collections.singletonMap(e[0], e[1])));
  }

  private void addWrappers() {
    this.<Collection>wrapper(new ArrayList(), Collections::unmodifiableCollection);
    this.<List>wrapper(new ArrayList(), Collections::unmodifiableList);
    this.<List>wrapper(new LinkedList(), Collections::unmodifiableList);
    this.<Set>wrapper(new HashSet(), Collections::unmodifiableSet);
    this.<SortedSet>wrapper(new TreeSet(), Collections::unmodifiableSortedSet);
    this.<NavigableSet>wrapper(new TreeSet(), Collections::unmodifiableNavigableSet);
    this.<Map>wrapper(new HashMap(), Collections::unmodifiableMap);
    this.<SortedMap>wrapper(new TreeMap(), Collections::unmodifiableSortedMap);
    this.<NavigableMap>wrapper(new TreeMap(), Collections::unmodifiableNavigableMap);
    this.<Collection>wrapper(new ArrayList(), Collections::synchronizedCollection);
    this.<List>wrapper(new ArrayList(), Collections::synchronizedList);
    this.<List>wrapper(new LinkedList(), Collections::synchronizedList);
    this.<Set>wrapper(new HashSet(), Collections::synchronizedSet);
    this.<SortedSet>wrapper(new TreeSet(), Collections::synchronizedSortedSet);
    this.<NavigableSet>wrapper(new TreeSet(), Collections::synchronizedNavigableSet);
    this.<Map>wrapper(new HashMap(), Collections::synchronizedMap);
    this.<SortedMap>wrapper(new TreeMap(), Collections::synchronizedSortedMap);
    this.<NavigableMap>wrapper(new TreeMap(), Collections::synchronizedNavigableMap);
  }

  private <C> void wrapper(C example, Function<? super C, ?> wrap) {
    serializers.put(wrap.apply(example).getClass(), new WrapperSerializer(wrap));
  }

  private static Object[] parts(Map.Entry<?, ?> entry) {
    return new Object[] {entry.getKey(), entry.getValue()};
  }

  /** The elements of an immutable list, and null after them if it accepts null. */
  private static @Nullable Object[] elements(List<?> list) {
    @Nullable Object[] elements = list.toArray();
    return acceptsNull(list, elements) ? Arrays.copyOf(elements, elements.length + 1) : elements;
  }

  /** {@code List.copyOf} returns a list that does not accept null unchanged. */
  private static boolean acceptsNull(List<?> list, @Nullable Object[] elements) {
    for (Object each : elements) {
      if (each == null) {
        return true;
      }
    }
    if (list.getClass() != IMMUTABLE_SUB_LIST) {
      return List.copyOf(list) != list;
    }
    try {
      return !list.contains(null);
    } catch (NullPointerException e) {
      return false;
    }
  }

  private static Object listOf(@Nullable Object[] elements) {
    int last = elements.length - 1;
    return last >= 0 && elements[last] == null
        ? Arrays.stream(elements, 0, last).toList()
        : List.of(elements);
  }

  private static Object mapOf(@Nullable Object[] flat) {
    Map.Entry[] entries = new Map.Entry[flat.length / 2];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = Map.entry(flat[2 * i], flat[2 * i + 1]);
    }
    return Map.ofEntries(entries);
  }
}
