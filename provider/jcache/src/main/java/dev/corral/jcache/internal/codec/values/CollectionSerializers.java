package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.internal.codec.values.GraphReferences.Kind;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The serializers of arrays, collections and maps. The stored form is a count and the elements,
 * each with its class. Some have a header before the count, such as the comparator of a sorted
 * collection.
 *
 * <p>A mutable collection may contain itself, because it is created before its elements are read.
 * An immutable one may not. In a cycle, hash tables and sorted collections get their elements when
 * the cycle is complete, see {@link GraphReferences}.
 */
@SuppressWarnings({"unchecked", "rawtypes"})
final class CollectionSerializers {

  private CollectionSerializers() {}

  /**
   * A collection that does not compare its elements.
   *
   * @param empty creates a collection for a number of elements
   */
  static <C extends Collection<?>> Serializer<?> list(IntFunction<C> empty) {
    return new ElementSerializer<C>(Kind.PLAIN, Collection::toArray, in -> in.list(empty));
  }

  /**
   * A list that copies all its elements at each change.
   *
   * @param empty creates a list
   */
  static <C extends Collection<?>> Serializer<?> copyingList(IntFunction<C> empty) {
    return new ElementSerializer<C>(
        Kind.PLAIN, Collection::toArray, in -> in.listAtOnce(empty.apply(in.size())));
  }

  /** A set, which compares its elements. */
  static <C extends Collection<?>> Serializer<?> set(IntFunction<C> empty) {
    return new ElementSerializer<C>(
        Kind.SENSITIVE, Collection::toArray, in -> in.fillTable(empty.apply(in.size())));
  }

  /** A sorted collection. */
  static <C extends Collection<?>> Serializer<?> sorted(
      Function<C, @Nullable Comparator> comparator, Function<@Nullable Comparator, C> empty) {
    return new ElementSerializer<C>(
        Kind.SENSITIVE,
        comparator::apply,
        Collection::toArray,
        in -> in.fillTable(empty.apply((Comparator) in.header())));
  }

  /** A collection with a maximum size. */
  static <C extends Collection<?>> Serializer<?> bounded(
      Function<C, Integer> capacity, IntFunction<C> empty) {
    return new ElementSerializer<C>(
        Kind.PLAIN,
        capacity::apply,
        Collection::toArray,
        in -> in.list(size -> empty.apply((Integer) in.required())));
  }

  /**
   * A map, which compares its keys.
   *
   * @param empty creates a map for a number of keys and values
   */
  static <M extends Map<?, ?>> Serializer<?> map(IntFunction<M> empty) {
    return map(CollectionSerializers::flatten, empty);
  }

  /**
   * A map, which compares its keys.
   *
   * @param elements keys and values, alternating, and null after them for another kind of map
   * @param empty creates a map for a number of keys and values
   */
  static <M extends Map<?, ?>> Serializer<?> map(
      Function<M, @Nullable Object[]> elements, IntFunction<M> empty) {
    return new ElementSerializer<M>(
        Kind.SENSITIVE, elements, in -> in.fillTable(empty.apply(in.size())));
  }

  /** A map that has a header. */
  static <M extends Map<?, ?>> Serializer<?> mapWithHeader(
      Function<M, @Nullable Object> header, Function<@Nullable Object, M> empty) {
    return new ElementSerializer<M>(
        Kind.SENSITIVE,
        header,
        CollectionSerializers::flatten,
        in -> in.fillTable(empty.apply(in.header())));
  }

  /** A sorted map. */
  static <M extends Map<?, ?>> Serializer<?> sortedMap(
      Function<M, @Nullable Comparator> comparator, Function<@Nullable Comparator, M> empty) {
    return mapWithHeader(comparator::apply, header -> empty.apply((Comparator) header));
  }

  /** A map that compares the identities of its keys. */
  static <M extends Map<?, ?>> Serializer<?> identityMap(IntFunction<M> empty) {
    return new ElementSerializer<M>(
        Kind.PLAIN, CollectionSerializers::flatten, in -> in.put(empty.apply(in.size() / 2)));
  }

  /** An immutable object that is created from all its elements, and does not compare them. */
  static <T> Serializer<?> immutable(
      Function<T, @Nullable Object[]> elements, Function<@Nullable Object[], ?> create) {
    return new ElementSerializer<>(
        Kind.LATE, elements, in -> create.apply(in.fill(new Object[in.size()])));
  }

  /** An immutable set or map that is created from all its elements. */
  static <T> Serializer<?> immutableTable(
      Function<T, @Nullable Object[]> elements, Function<@Nullable Object[], ?> create) {
    return new ElementSerializer<>(Kind.LATE, elements, in -> in.checked(create));
  }

  /** An array of objects. */
  static Serializer<?> array() {
    return new ElementSerializer<Object[]>(
        Kind.PLAIN,
        array -> array,
        in -> {
          Object[] array = (Object[]) Array.newInstance(in.type().getComponentType(), in.size());
          in.kryo().reference(array);
          return in.fill(array);
        });
  }

  /** The list of {@link Arrays#asList}. */
  static Serializer<?> arrayAsList() {
    return new ElementSerializer<List<?>>(
        Kind.PLAIN,
        Collection::toArray,
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
  static @Nullable Object[] flatten(Map<?, ?> map) {
    List<@Nullable Object> flat = new ArrayList<>(2 * map.size());
    map.forEach(
        (key, value) -> {
          flat.add(key);
          flat.add(value);
        });
    return flat.toArray();
  }

  /** Stores a header if the object has one, a count and the elements. */
  private static final class ElementSerializer<T> extends Serializer<T> {

    private final Kind kind;
    private final @Nullable Function<? super T, @Nullable Object> header;
    private final Function<? super T, @Nullable Object[]> elements;
    private final Function<ElementInput, Object> read;

    ElementSerializer(
        Kind kind,
        Function<? super T, @Nullable Object[]> elements,
        Function<ElementInput, Object> read) {
      this(kind, null, elements, read);
    }

    ElementSerializer(
        Kind kind,
        @Nullable Function<? super T, @Nullable Object> header,
        Function<? super T, @Nullable Object[]> elements,
        Function<ElementInput, Object> read) {
      this.kind = kind;
      this.header = header;
      this.elements = elements;
      this.read = read;
    }

    @Override
    public void write(Kryo kryo, Output output, T object) {
      if (kind != Kind.PLAIN) {
        CheckedKryo.references(kryo).mark(kind);
      }
      if (header != null) {
        kryo.writeClassAndObject(output, header.apply(object));
      }
      @Nullable Object[] array = elements.apply(object);
      output.writeVarInt(array.length, /* optimizePositive= */ true);
      HashingBudget hashing = ((CheckedKryo) kryo).hashing();
      if (kind != Kind.PLAIN) {
        hashing.chargeTable(object.getClass(), Arrays.asList(array), 0);
      }
      hashing.setCount(array.length);
      for (Object element : array) {
        kryo.writeClassAndObject(output, element);
      }
    }

    @Override
    public T read(Kryo kryo, Input input, Class<? extends T> type) {
      @Nullable Object stored = header != null ? kryo.readClassAndObject(input) : null;
      int size = ((BoundedInput) input).bounded(input.readVarInt(/* optimizePositive= */ true));
      return (T) read.apply(new ElementInput((CheckedKryo) kryo, input, type, stored, size));
    }
  }

  /**
   * The elements of one object that is being read.
   *
   * @param type the class of the object
   * @param header null if the object has none, or a sorted collection has its natural order
   * @param size the number of elements; twice the number of entries of a map
   */
  private record ElementInput(
      CheckedKryo kryo, Input input, Class<?> type, @Nullable Object header, int size) {

    Object required() {
      if (header == null) {
        throw new IllegalArgumentException("A stored header is null");
      }
      return header;
    }

    /** Reads the elements into a collection that does not compare them. */
    Collection<?> list(IntFunction<? extends Collection<?>> empty) {
      Collection collection = empty.apply(size);
      kryo.reference(collection);
      for (int i = 0; i < size; i++) {
        collection.add(next());
      }
      return collection;
    }

    /** Reads the elements before it adds all of them. */
    Collection<?> listAtOnce(Collection<?> empty) {
      kryo.reference(empty);
      empty.addAll((List) Arrays.asList(fill(new Object[size])));
      return empty;
    }

    /** Reads the elements into a map that does not call their methods. */
    Map<?, ?> put(Map<?, ?> empty) {
      kryo.reference(empty);
      for (int i = 0; i < size / 2; i++) {
        Object key = next();
        ((Map) empty).put(key, next());
      }
      return empty;
    }

    /**
     * Reads the elements into a collection or map. From the first that refers to an incomplete
     * object, they are added when that object is complete.
     */
    Object fillTable(Object empty) {
      kryo.reference(empty);
      GraphReferences references = kryo.references();
      int id = references.current();
      int outer = references.beginScope();
      @Nullable List<@Nullable Object> late = null;
      int step = empty instanceof Map ? 2 : 1;
      int check = EqualHashes.MIN_SIZE;
      long charged = 0;
      for (int i = 0; i < size / step; i++) {
        Object element = next();
        Object value = step == 2 ? next() : null;
        if (references.dependsOnIncomplete()) {
          late = late == null ? new ArrayList<>() : late;
          late.add(element);
          if (step == 2) {
            late.add(value);
          }
        } else if (empty instanceof Map map) {
          map.put(element, value);
        } else {
          ((Collection) empty).add(element);
        }
        if (late == null && i == check) {
          charged = kryo.hashing().chargeTable(type, DeferredFill.elementsOf(empty), charged);
          check = EqualHashes.nextCheck(check);
        }
      }
      for (int i = size / step * step; i < size; i++) {
        next();
      }
      if (late != null) {
        addLate(id, empty, late);
      }
      references.endScope(outer);
      return empty;
    }

    /** A reference within the elements does not matter: its object is complete now. */
    private void addLate(int id, Object container, List<@Nullable Object> late) {
      GraphReferences references = kryo.references();
      int first = references.firstIncomplete();
      DeferredFill fill = DeferredFill.of(first, container, late);
      if (first <= id) {
        references.defer(fill);
      } else {
        DeferredFill.complete(List.of(fill), kryo.hashing());
      }
    }

    /** Creates an immutable set or map, and checks it when the cycle around it is complete. */
    Object checked(Function<@Nullable Object[], ?> create) {
      GraphReferences references = kryo.references();
      int id = references.current();
      int outer = references.beginScope();
      @Nullable Object[] elements = fill(new Object[size]);
      kryo.hashing().chargeTable(type, Arrays.asList(elements), 0);
      Object created = create.apply(elements);
      int first = references.firstIncomplete();
      if (first < id && (created instanceof Set || created instanceof Map)) {
        references.defer(DeferredFill.check(first, created));
      }
      references.endScope(outer);
      return created;
    }

    /** Reads the elements into an array, which it returns. */
    @Nullable Object[] fill(@Nullable Object[] array) {
      for (int i = 0; i < array.length; i++) {
        array[i] = next();
      }
      return array;
    }

    private @Nullable Object next() {
      return kryo.readClassAndObject(input);
    }
  }
}
