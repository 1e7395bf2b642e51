package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The serializers of arrays, collections and maps. The stored form is a count and the elements,
 * each with its class; sorted collections and maps have their comparator before the count.
 *
 * <p>A mutable collection may contain itself, because it is created before its elements are read.
 * An immutable one may not.
 */
@SuppressWarnings({"unchecked", "rawtypes"})
final class CollectionSerializers {

  private CollectionSerializers() {}

  /**
   * A mutable collection.
   *
   * @param empty creates a collection for a number of elements
   */
  static <C extends Collection<?>> Serializer<?> collection(IntFunction<C> empty) {
    return collectionView(empty, collection -> collection);
  }

  /** A view of a collection. The class of the collection behind the view is not stored. */
  static <C extends Collection<?>> Serializer<?> collectionView(
      IntFunction<C> empty, Function<? super C, ?> view) {
    return unsorted(
        (Collection<?> c) -> c.toArray(), in -> in.addAll(empty.apply(in.size()), view));
  }

  /** A sorted collection, or a view of it. */
  static <C extends Collection<?>> Serializer<?> sortedCollection(
      Function<@Nullable Comparator, C> empty, Function<? super C, ?> view) {
    return sorted(
        (Collection<?> c) -> c.toArray(), in -> in.addAll(empty.apply(in.comparator()), view));
  }

  /** A mutable map, or a view of it. */
  static <M extends Map<?, ?>> Serializer<?> map(
      IntFunction<M> empty, Function<? super M, ?> view) {
    return unsorted(
        CollectionSerializers::flatten, in -> in.putAll(empty.apply(in.size() / 2), view));
  }

  /** A sorted map, or a view of it. */
  static <M extends Map<?, ?>> Serializer<?> sortedMap(
      Function<@Nullable Comparator, M> empty, Function<? super M, ?> view) {
    return sorted(
        CollectionSerializers::flatten, in -> in.putAll(empty.apply(in.comparator()), view));
  }

  /** An immutable object that is created from all its elements. */
  static <T> Serializer<?> immutable(Function<T, Object[]> elements, Function<Object[], ?> create) {
    return unsorted(elements, in -> create.apply(in.fill(new Object[in.size()])));
  }

  /** An array of objects. */
  static Serializer<?> array() {
    return unsorted(
        (Object[] array) -> array,
        in -> {
          Object[] array = (Object[]) Array.newInstance(in.type().getComponentType(), in.size());
          in.kryo().reference(array);
          return in.fill(array);
        });
  }

  /** The list of {@link Arrays#asList}. */
  static Serializer<?> arrayAsList() {
    return unsorted(
        (List<?> list) -> list.toArray(),
        in -> {
          Object[] array = new Object[in.size()];
          List<Object> list = Arrays.asList(array);
          in.kryo().reference(list);
          in.fill(array);
          return list;
        });
  }

  /**
   * The keys and values of a map, alternating. The result is atomic if the map's {@code forEach}
   * is.
   */
  static Object[] flatten(Map<?, ?> map) {
    List<@Nullable Object> flat = new ArrayList<>(2 * map.size());
    map.forEach(
        (key, value) -> {
          flat.add(key);
          flat.add(value);
        });
    return flat.toArray();
  }

  private static <T> Serializer<T> unsorted(
      Function<? super T, Object[]> elements, Function<ElementInput, Object> read) {
    return new ElementSerializer<>(/* sorted= */ false, elements, read);
  }

  private static <T> Serializer<T> sorted(
      Function<? super T, Object[]> elements, Function<ElementInput, Object> read) {
    return new ElementSerializer<>(/* sorted= */ true, elements, read);
  }

  /** Stores a comparator if the object is sorted, a count and the elements. */
  private static final class ElementSerializer<T> extends Serializer<T> {

    private final boolean sorted;
    private final Function<? super T, Object[]> elements;
    private final Function<ElementInput, Object> read;

    ElementSerializer(
        boolean sorted,
        Function<? super T, Object[]> elements,
        Function<ElementInput, Object> read) {
      this.sorted = sorted;
      this.elements = elements;
      this.read = read;
    }

    @Override
    public void write(Kryo kryo, Output output, T object) {
      if (sorted) {
        kryo.writeClassAndObject(output, comparatorOf(object));
      }
      Object[] array = elements.apply(object);
      output.writeVarInt(array.length, /* optimizePositive= */ true);
      for (Object element : array) {
        kryo.writeClassAndObject(output, element);
      }
    }

    @Override
    public T read(Kryo kryo, Input input, Class<? extends T> type) {
      @Nullable Comparator comparator = sorted ? (Comparator) kryo.readClassAndObject(input) : null;
      int size = ((BoundedInput) input).bounded(input.readVarInt(/* optimizePositive= */ true));
      return (T) read.apply(new ElementInput(kryo, input, type, comparator, size));
    }

    private static @Nullable Object comparatorOf(Object sorted) {
      if (sorted instanceof SortedSet<?> set) {
        return set.comparator();
      }
      return sorted instanceof SortedMap<?, ?> map
          ? map.comparator()
          : ((PriorityQueue<?>) sorted).comparator();
    }
  }

  /**
   * The elements of one object that is being read.
   *
   * @param type the class of the object
   * @param comparator null if the object is not sorted, or has its natural order
   * @param size the number of elements; twice the number of entries of a map
   */
  private record ElementInput(
      Kryo kryo, Input input, Class<?> type, @Nullable Comparator comparator, int size) {

    /** Reads the elements into a collection; returns its view. */
    <C extends Collection<?>> Object addAll(C collection, Function<? super C, ?> view) {
      Object result = view.apply(collection);
      kryo.reference(result);
      for (int i = 0; i < size; i++) {
        ((Collection) collection).add(next());
      }
      return result;
    }

    /** Reads the elements into a map; returns its view. */
    <M extends Map<?, ?>> Object putAll(M map, Function<? super M, ?> view) {
      Object result = view.apply(map);
      kryo.reference(result);
      for (int i = 0; i < size; i += 2) {
        Object key = next();
        ((Map) map).put(key, next());
      }
      return result;
    }

    /** Reads the elements into an array, which it returns. */
    Object[] fill(Object[] array) {
      for (int i = 0; i < array.length; i++) {
        array[i] = next();
      }
      return array;
    }

    private Object next() {
      return kryo.readClassAndObject(input);
    }
  }
}
