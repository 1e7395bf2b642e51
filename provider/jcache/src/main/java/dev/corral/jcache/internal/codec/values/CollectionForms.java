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
 * The forms of arrays, collections and maps: a count, then the elements, each with its class.
 *
 * <p>What is filled after it was made may contain itself; what is made of its elements may not.
 */
@SuppressWarnings({"unchecked", "rawtypes"})
final class CollectionForms {

  private CollectionForms() {}

  /** A collection that is made with room for some elements, and filled. */
  static <C extends Collection<?>> Serializer<?> filled(IntFunction<C> empty) {
    return wrapped(empty, collection -> collection);
  }

  /** A view of a collection; the elements are kept, not the kind of collection below. */
  static <C extends Collection<?>> Serializer<?> wrapped(
      IntFunction<C> empty, Function<? super C, ?> view) {
    return new Form<Collection<?>>(Collection::toArray) {
      @Override
      Object read(Kryo kryo, BoundedInput input, int size, Class<?> type) {
        C collection = empty.apply(size);
        Object result = view.apply(collection);
        kryo.reference(result);
        for (int i = 0; i < size; i++) {
          ((Collection) collection).add(kryo.readClassAndObject(input));
        }
        return result;
      }
    };
  }

  /** A sorted collection, with its comparator. */
  static <C extends Collection<?>> Serializer<?> sorted(
      Function<@Nullable Comparator, C> empty, Function<? super C, ?> view) {
    return new SortedForm<Collection<?>>(Collection::toArray) {
      @Override
      Object read(
          Kryo kryo, BoundedInput input, int size, @Nullable Comparator<Object> comparator) {
        C collection = empty.apply(comparator);
        Object result = view.apply(collection);
        kryo.reference(result);
        for (int i = 0; i < size; i++) {
          ((Collection) collection).add(kryo.readClassAndObject(input));
        }
        return result;
      }
    };
  }

  /** A map that is filled, behind a view. */
  static <M extends Map<?, ?>> Serializer<?> map(
      IntFunction<M> empty, Function<? super M, ?> view) {
    return new Form<Map<?, ?>>(CollectionForms::flat) {
      @Override
      Object read(Kryo kryo, BoundedInput input, int size, Class<?> type) {
        M map = empty.apply(size / 2);
        Object result = view.apply(map);
        kryo.reference(result);
        fill((Map) map, kryo, input, size);
        return result;
      }
    };
  }

  /** A sorted map, with its comparator. */
  static <M extends Map<?, ?>> Serializer<?> sortedMap(
      Function<@Nullable Comparator, M> empty, Function<? super M, ?> view) {
    return new SortedForm<Map<?, ?>>(CollectionForms::flat) {
      @Override
      Object read(
          Kryo kryo, BoundedInput input, int size, @Nullable Comparator<Object> comparator) {
        M map = empty.apply(comparator);
        Object result = view.apply(map);
        kryo.reference(result);
        fill((Map) map, kryo, input, size);
        return result;
      }
    };
  }

  /** Something that is made of all its elements at once. */
  static <T> Serializer<?> made(Function<T, Object[]> elements, Function<Object[], ?> maker) {
    return new Form<T>(elements) {
      @Override
      Object read(Kryo kryo, BoundedInput input, int size, Class<?> type) {
        Object[] array = new Object[size];
        for (int i = 0; i < size; i++) {
          array[i] = kryo.readClassAndObject(input);
        }
        return maker.apply(array);
      }
    };
  }

  /** An array of objects. */
  static Serializer<?> array() {
    return new Form<Object[]>(array -> array) {
      @Override
      Object read(Kryo kryo, BoundedInput input, int size, Class<?> type) {
        Object[] array = (Object[]) Array.newInstance(type.getComponentType(), size);
        kryo.reference(array);
        for (int i = 0; i < size; i++) {
          array[i] = kryo.readClassAndObject(input);
        }
        return array;
      }
    };
  }

  /** The list that {@link Arrays#asList} makes. */
  static Serializer<?> arrayList() {
    return new Form<List<?>>(List::toArray) {
      @Override
      Object read(Kryo kryo, BoundedInput input, int size, Class<?> type) {
        Object[] array = new Object[size];
        List<Object> list = Arrays.asList(array);
        kryo.reference(list);
        for (int i = 0; i < size; i++) {
          array[i] = kryo.readClassAndObject(input);
        }
        return list;
      }
    };
  }

  /** The keys and values of a map in turn; atomic where the map's own {@code forEach} is. */
  static Object[] flat(Map<?, ?> map) {
    List<@Nullable Object> flat = new ArrayList<>(2 * map.size());
    map.forEach(
        (key, value) -> {
          flat.add(key);
          flat.add(value);
        });
    return flat.toArray();
  }

  private static void fill(Map map, Kryo kryo, BoundedInput input, int size) {
    for (int i = 0; i < size; i += 2) {
      Object key = kryo.readClassAndObject(input);
      map.put(key, kryo.readClassAndObject(input));
    }
  }

  /** A count and elements. */
  private abstract static class Form<T> extends Serializer<T> {

    private final Function<? super T, Object[]> elements;

    Form(Function<? super T, Object[]> elements) {
      this.elements = elements;
    }

    @Override
    public void write(Kryo kryo, Output output, T object) {
      Object[] array = elements.apply(object);
      output.writeVarInt(array.length, /* optimizePositive= */ true);
      for (Object element : array) {
        kryo.writeClassAndObject(output, element);
      }
    }

    @Override
    public T read(Kryo kryo, Input input, Class<? extends T> type) {
      BoundedInput bounded = (BoundedInput) input;
      int size = bounded.bounded(input.readVarInt(/* optimizePositive= */ true));
      return (T) read(kryo, bounded, size, type);
    }

    abstract Object read(Kryo kryo, BoundedInput input, int size, Class<?> type);
  }

  /** A comparator, a count and elements. */
  private abstract static class SortedForm<T> extends Serializer<T> {

    private final Function<? super T, Object[]> elements;

    SortedForm(Function<? super T, Object[]> elements) {
      this.elements = elements;
    }

    @Override
    public void write(Kryo kryo, Output output, T object) {
      kryo.writeClassAndObject(output, comparatorOf(object));
      Object[] array = elements.apply(object);
      output.writeVarInt(array.length, /* optimizePositive= */ true);
      for (Object element : array) {
        kryo.writeClassAndObject(output, element);
      }
    }

    @Override
    public T read(Kryo kryo, Input input, Class<? extends T> type) {
      Comparator<Object> comparator = (Comparator<Object>) kryo.readClassAndObject(input);
      BoundedInput bounded = (BoundedInput) input;
      int size = bounded.bounded(input.readVarInt(/* optimizePositive= */ true));
      return (T) read(kryo, bounded, size, comparator);
    }

    abstract Object read(
        Kryo kryo, BoundedInput input, int size, @Nullable Comparator<Object> comparator);

    private static @Nullable Object comparatorOf(Object sorted) {
      if (sorted instanceof SortedSet<?> set) {
        return set.comparator();
      }
      return sorted instanceof SortedMap<?, ?> map
          ? map.comparator()
          : ((PriorityQueue<?>) sorted).comparator();
    }
  }
}
