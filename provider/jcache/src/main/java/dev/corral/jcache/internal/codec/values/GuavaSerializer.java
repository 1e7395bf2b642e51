package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The serializer of one immutable collection of Guava: its content as a collection or map of the
 * JDK, which has the budgets of such a one. A collection that hashes its elements cannot be in a
 * cycle with them.
 */
@SuppressWarnings({"unchecked", "rawtypes", "NonApiType"})
final class GuavaSerializer extends Serializer<Object> {

  private final Class<?> type;
  private final Form form;

  GuavaSerializer(Class<?> type, Form form) {
    this.type = type;
    this.form = form;
  }

  /**
   * How objects of one public class are stored.
   *
   * @param name the simple name of the class
   * @param content the class of the content, which no other class replaces
   * @param toJdk the content of an object
   * @param create an object with this content
   */
  record Form(
      String name,
      Class<?> content,
      BiFunction<Class<?>, Object, Object> toJdk,
      BiFunction<Class<?>, Object, Object> create) {

    /** Whether creating an object calls code of its elements. */
    boolean hashes() {
      return !name.equals("ImmutableList");
    }
  }

  /** The forms of all supported classes. */
  static List<Form> forms() {
    return List.of(
        new Form(
            "ImmutableList",
            ArrayList.class,
            (type, list) -> new ArrayList<>((Collection<?>) list),
            (type, list) -> copyOf(type, "copyOf", Collection.class, list)),
        new Form(
            "ImmutableSet",
            LinkedHashSet.class,
            (type, set) -> new LinkedHashSet<>((Collection<?>) set),
            (type, set) -> copyOf(type, "copyOf", Collection.class, set)),
        new Form(
            "ImmutableMap",
            LinkedHashMap.class,
            (type, map) -> new LinkedHashMap<>((Map<?, ?>) map),
            (type, map) -> copyOf(type, "copyOf", Map.class, map)),
        new Form(
            "ImmutableSortedSet",
            TreeSet.class,
            (type, set) -> sorted((SortedSet) set),
            (type, set) -> copyOf(type, "copyOfSorted", SortedSet.class, set)),
        new Form(
            "ImmutableSortedMap",
            TreeMap.class,
            (type, map) -> sorted((SortedMap) map),
            (type, map) -> copyOf(type, "copyOfSorted", SortedMap.class, map)),
        new Form(
            "ImmutableBiMap",
            ArrayList.class,
            (type, map) -> bothSides((Map<?, ?>) map),
            GuavaSerializer::biMap),
        new Form(
            "ImmutableListMultimap",
            LinkedHashMap.class,
            (type, map) -> lists(type, map),
            (type, map) -> multimap(type, requireValues((Map<?, ?>) map, ArrayList.class))),
        new Form(
            "ImmutableSetMultimap",
            LinkedHashMap.class,
            (type, map) -> sets(type, map),
            (type, map) -> multimap(type, requireValues((Map<?, ?>) map, LinkedHashSet.class))),
        new Form(
            "ImmutableMultiset",
            LinkedHashMap.class,
            GuavaSerializer::counts,
            GuavaSerializer::multiset),
        new Form(
            "ImmutableTable", LinkedHashMap.class, GuavaSerializer::rows, GuavaSerializer::table));
  }

  @Override
  public void write(Kryo kryo, Output output, Object object) {
    CheckedKryo.references(kryo).mark(GraphReferences.Kind.LATE);
    ((CheckedKryo) kryo).hashing().setUnordered();
    kryo.writeClassAndObject(output, form.toJdk().apply(type, object));
  }

  @Override
  public Object read(Kryo kryo, Input input, Class<? extends Object> ignored) {
    GraphReferences references = CheckedKryo.references(kryo);
    ((CheckedKryo) kryo).hashing().setUnordered();
    int outer = references.beginScope();
    Object content = kryo.readClassAndObject(input);
    if (content == null || content.getClass() != form.content()) {
      throw new UndecodableValueException("A stored object of " + type + " is damaged", null);
    }
    if (references.dependsOnIncomplete() && form.hashes()) {
      throw new UndecodableValueException(
          "An object of class "
              + type.getName()
              + " contains itself, or an element that does, and needs its hash code",
          null);
    }
    references.endScope(outer);
    return form.create().apply(type, content);
  }

  // ---- The content.

  private static Object sorted(SortedSet set) {
    TreeSet copy = new TreeSet(jdkComparator(set.comparator()));
    copy.addAll(set);
    return copy;
  }

  private static Object sorted(SortedMap map) {
    TreeMap copy = new TreeMap(jdkComparator(map.comparator()));
    copy.putAll(map);
    return copy;
  }

  /** Null, which is the natural order, in place of Guava's comparator for it. */
  private static @Nullable Comparator jdkComparator(@Nullable Comparator comparator) {
    boolean isNatural =
        comparator != null && comparator.getClass().getSimpleName().equals("NaturalOrdering");
    return isNatural ? null : comparator;
  }

  /** The map, and the set of its values, which are hashed too. */
  private static Object bothSides(Map<?, ?> map) {
    List<Object> sides = new ArrayList<>();
    sides.add(new LinkedHashMap<>(map));
    sides.add(new LinkedHashSet<>(map.values()));
    return sides;
  }

  private static Object lists(Class<?> type, Object multimap) {
    Map<Object, Object> content = new LinkedHashMap<>();
    ((Map<?, Collection<?>>) LibraryContainers.call(type, multimap, "asMap"))
        .forEach((key, values) -> content.put(key, new ArrayList<>(values)));
    return content;
  }

  private static Object sets(Class<?> type, Object multimap) {
    Map<Object, Object> content = new LinkedHashMap<>();
    ((Map<?, Collection<?>>) LibraryContainers.call(type, multimap, "asMap"))
        .forEach((key, values) -> content.put(key, new LinkedHashSet<>(values)));
    return content;
  }

  private static Object counts(Class<?> type, Object multiset) {
    Map<Object, Object> content = new LinkedHashMap<>();
    for (Object element : (Collection<?>) LibraryContainers.call(type, multiset, "elementSet")) {
      content.put(element, call(type, multiset, "count", List.of(Object.class), element));
    }
    return content;
  }

  private static Object rows(Class<?> type, Object table) {
    Map<Object, Object> content = new LinkedHashMap<>();
    ((Map<?, Map<?, ?>>) LibraryContainers.call(type, table, "rowMap"))
        .forEach((row, cells) -> content.put(row, new LinkedHashMap<>(cells)));
    return content;
  }

  // ---- Creation.

  private static Object copyOf(Class<?> type, String method, Class<?> parameter, Object content) {
    return call(type, null, method, List.of(parameter), content);
  }

  /** All values must have been hashed as elements of the set, which has a budget. */
  private static Object biMap(Class<?> type, Object content) {
    List<?> sides = (List<?>) content;
    Map<?, ?> map = (Map<?, ?>) requireClass(sides.get(0), LinkedHashMap.class);
    Iterator<?> values = ((Set<?>) requireClass(sides.get(1), LinkedHashSet.class)).iterator();
    for (Object value : map.values()) {
      if (!values.hasNext() || !isSame(value, values.next())) {
        throw new IllegalArgumentException("The values of a stored map are not unique");
      }
    }
    return copyOf(type, "copyOf", Map.class, map);
  }

  /** An object without parts, such as a String, may be read as several equal ones. */
  private static boolean isSame(Object value, Object hashed) {
    return value == hashed || (!HashingBudget.hashesItsParts(value) && value.equals(hashed));
  }

  /** Another class might hash its elements without a budget, or might not hash them. */
  private static Map<?, ?> requireValues(Map<?, ?> map, Class<?> type) {
    map.values().forEach(value -> requireClass(value, type));
    return map;
  }

  private static Object requireClass(@Nullable Object part, Class<?> type) {
    if (part == null || part.getClass() != type) {
      throw new IllegalArgumentException("A stored collection has a part of another class");
    }
    return part;
  }

  private static Object multimap(Class<?> type, Object content) {
    Object builder = call(type, null, "builder", List.of());
    ((Map<?, ?>) content)
        .forEach(
            (key, values) ->
                call(
                    builder.getClass(),
                    builder,
                    "putAll",
                    List.of(Object.class, Iterable.class),
                    key,
                    values));
    return LibraryContainers.call(builder.getClass(), builder, "build");
  }

  private static Object multiset(Class<?> type, Object content) {
    Object builder = call(type, null, "builder", List.of());
    ((Map<?, ?>) content)
        .forEach(
            (element, count) ->
                call(
                    builder.getClass(),
                    builder,
                    "addCopies",
                    List.of(Object.class, int.class),
                    element,
                    count));
    return LibraryContainers.call(builder.getClass(), builder, "build");
  }

  private static Object table(Class<?> type, Object content) {
    Object builder = call(type, null, "builder", List.of());
    List<Class<?>> parameters = List.of(Object.class, Object.class, Object.class);
    ((Map<?, Map<?, ?>>) requireValues((Map<?, ?>) content, LinkedHashMap.class))
        .forEach(
            (row, cells) ->
                cells.forEach(
                    (column, value) ->
                        call(builder.getClass(), builder, "put", parameters, row, column, value)));
    return LibraryContainers.call(builder.getClass(), builder, "build");
  }

  private static Object call(
      Class<?> type,
      @Nullable Object object,
      String method,
      List<Class<?>> parameters,
      @Nullable Object... arguments) {
    try {
      Method found = type.getMethod(method, parameters.toArray(Class<?>[]::new));
      return found.invoke(object, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(method + " of " + type + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Corral does not support this release of %s".formatted(type.getName()), e);
    }
  }
}
