package dev.corral.jcache.internal.codec.keys;

import static dev.corral.jcache.internal.codec.keys.KeyForm.composite;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The forms of collections, arrays, records, enum constants and classes. */
final class CompositeKeyForms {

  /**
   * Arrays with these element types are all decoded as {@code Object[]}, because composite ids of
   * Hibernate use any of them.
   */
  private static final Set<Class<?>> UNTYPED =
      Set.of(Object.class, java.io.Serializable.class, Comparable.class);

  static final KeyForm LIST =
      composite(
          "list",
          list -> ((Collection<?>) list).toArray(),
          parts -> Collections.unmodifiableList(Arrays.asList(parts)));

  static final KeyForm OBJECTS = composite("objects", array -> (Object[]) array, parts -> parts);

  static final KeyForm OPTIONAL =
      composite(
          "optional",
          optional -> ((Optional<?>) optional).stream().toArray(),
          parts -> parts.length == 0 ? Optional.empty() : Optional.of(parts[0]));

  static final KeyForm ENTRY =
      composite(
          "entry",
          entry ->
              new Object[] {
                ((Map.Entry<?, ?>) entry).getKey(), ((Map.Entry<?, ?>) entry).getValue()
              },
          parts -> new SimpleImmutableEntry<>(parts[0], parts[1]));

  static final KeyForm SET = new SetForm();

  static final KeyForm MAP = new MapForm();

  private CompositeKeyForms() {}

  /** Whether arrays with this element type have the form {@link #OBJECTS}. */
  static boolean isUntyped(Class<?> element) {
    return UNTYPED.contains(element);
  }

  /** Whether a record has the {@code equals} of the compiler, which compares all components. */
  static boolean hasGeneratedEquals(Class<?> recordType) {
    try {
      Method equals = recordType.getDeclaredMethod("equals", Object.class);
      return Modifier.isFinal(equals.getModifiers());
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  /** An array by its element type and its elements. */
  static KeyForm arrayForm(KeyClasses classes) {
    return KeyForm.typed(
        "array",
        classes,
        array -> array.getClass().getComponentType(),
        CompositeKeyForms::elements,
        CompositeKeyForms::arrayOf);
  }

  private static Object[] elements(Object array) {
    Object[] elements = new Object[Array.getLength(array)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = Array.get(array, i);
    }
    return elements;
  }

  private static Object arrayOf(Class<?> element, @Nullable Object[] parts) {
    Object array = Array.newInstance(element, parts.length);
    for (int i = 0; i < parts.length; i++) {
      Array.set(array, i, parts[i]);
    }
    return array;
  }

  /** A record by its class and its components. */
  static KeyForm recordForm(KeyClasses classes) {
    return KeyForm.typed(
        "record",
        classes,
        Object::getClass,
        key -> classes.recordOf(key.getClass()).components(key),
        (type, parts) -> classes.recordOf(type).create(parts));
  }

  /** A class by its name. */
  static KeyForm classForm(KeyClasses classes) {
    return KeyForm.<Class<?>>leaf("class", Class::getName, classes::load);
  }

  /** An enum constant by the name of its enum and its own name. */
  static KeyForm enumForm(KeyClasses classes) {
    return KeyForm.<Enum<?>>leaf(
        "enum",
        constant -> constant.getDeclaringClass().getName() + ":" + constant.name(),
        text -> constantOf(text, classes));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Enum<?> constantOf(String text, KeyClasses classes) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw KeyReader.malformed();
    }
    Class<?> type = classes.load(text.substring(0, colon));
    return Enum.valueOf((Class) type.asSubclass(Enum.class), text.substring(colon + 1));
  }

  /** The elements, in the order of their texts. */
  private static final class SetForm implements KeyForm {
    @Override
    public String name() {
      return "set";
    }

    @Override
    public void write(Object key, KeyWriter out) {
      Set<String> texts = new TreeSet<>();
      for (Object element : (Set<?>) key) {
        texts.add(out.nested(element));
      }
      out.nestedTexts(texts);
    }

    @Override
    public Object read(KeyReader in) {
      return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(in.parts())));
    }
  }

  /** Keys and values alternate, in the order of the keys' texts. */
  private static final class MapForm implements KeyForm {
    @Override
    public String name() {
      return "map";
    }

    @Override
    public void write(Object key, KeyWriter out) {
      Map<String, String> texts = new TreeMap<>();
      ((Map<?, ?>) key).forEach((k, v) -> texts.put(out.nested(k), out.nested(v)));
      List<String> flat = new ArrayList<>();
      texts.forEach(
          (k, v) -> {
            flat.add(k);
            flat.add(v);
          });
      out.nestedTexts(flat);
    }

    @Override
    public Object read(KeyReader in) {
      @Nullable Object[] parts = in.parts();
      Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
      for (int i = 0; i < parts.length; i += 2) {
        map.put(parts[i], parts[i + 1]);
      }
      return Collections.unmodifiableMap(map);
    }
  }
}
