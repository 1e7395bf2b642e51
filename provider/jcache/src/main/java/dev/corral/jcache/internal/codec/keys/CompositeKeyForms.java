package dev.corral.jcache.internal.codec.keys;

import static dev.corral.jcache.internal.codec.keys.KeyForm.composite;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
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

/** The forms of keys with parts that are the same whatever classes the parts have. */
final class CompositeKeyForms {

  /** Arrays of these are all decoded as {@code Object[]}: composite ids come as any of them. */
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
          parts -> new java.util.AbstractMap.SimpleImmutableEntry<>(parts[0], parts[1]));

  static final KeyForm SET = new SetForm();

  static final KeyForm MAP = new MapForm();

  private CompositeKeyForms() {}

  /** Whether all arrays of such elements are alike. */
  static boolean isUntyped(Class<?> element) {
    return UNTYPED.contains(element);
  }

  /** Elements in the order of their texts. */
  private static final class SetForm implements KeyForm {
    @Override
    public String name() {
      return "set";
    }

    @Override
    public void write(Object key, KeyWriter out) {
      Set<String> texts = new TreeSet<>();
      for (Object element : (Set<?>) key) {
        texts.add(out.apart(element));
      }
      out.written(texts);
    }

    @Override
    public Object read(KeyReader in) {
      return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(in.parts())));
    }
  }

  /** Keys and values in turn, in the order of the keys' texts. */
  private static final class MapForm implements KeyForm {
    @Override
    public String name() {
      return "map";
    }

    @Override
    public void write(Object key, KeyWriter out) {
      Map<String, String> texts = new TreeMap<>();
      ((Map<?, ?>) key).forEach((k, v) -> texts.put(out.apart(k), out.apart(v)));
      List<String> flat = new ArrayList<>();
      texts.forEach(
          (k, v) -> {
            flat.add(k);
            flat.add(v);
          });
      out.written(flat);
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

  /** An array with its element type. */
  record ArrayForm(KeyClasses classes) implements KeyForm {
    @Override
    public String name() {
      return "array";
    }

    @Override
    public void write(Object key, KeyWriter out) {
      out.head(key.getClass().getComponentType().getName());
      Object[] parts = new Object[Array.getLength(key)];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = Array.get(key, i);
      }
      out.parts(parts);
    }

    @Override
    public Object read(KeyReader in) {
      Class<?> element = classes.load(in.head());
      @Nullable Object[] parts = in.parts();
      Object array = Array.newInstance(element, parts.length);
      for (int i = 0; i < parts.length; i++) {
        Array.set(array, i, parts[i]);
      }
      return array;
    }
  }

  /** A class, by name. */
  record ClassForm(KeyClasses classes) implements KeyForm {
    @Override
    public String name() {
      return "class";
    }

    @Override
    public void write(Object key, KeyWriter out) {
      out.text(((Class<?>) key).getName());
    }

    @Override
    public Object read(KeyReader in) {
      return classes.load(in.text());
    }
  }

  /** An enum constant, by the name of its enum and its own. */
  record EnumForm(KeyClasses classes) implements KeyForm {
    @Override
    public String name() {
      return "enum";
    }

    @Override
    public void write(Object key, KeyWriter out) {
      Enum<?> constant = (Enum<?>) key;
      out.text(constant.getDeclaringClass().getName() + ":" + constant.name());
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Object read(KeyReader in) {
      String text = in.text();
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw KeyReader.malformed();
      }
      Class<?> type = classes.load(text.substring(0, colon));
      return Enum.valueOf((Class) type.asSubclass(Enum.class), text.substring(colon + 1));
    }
  }

  /** A record, by its class and components. */
  record RecordForm(KeyClasses classes) implements KeyForm {

    /** Whether equality is what the compiler made of the components, as far as one can see. */
    static boolean isTransparent(Class<?> type) {
      try {
        Method equals = type.getDeclaredMethod("equals", Object.class);
        return Modifier.isFinal(equals.getModifiers());
      } catch (NoSuchMethodException e) {
        return false;
      }
    }

    @Override
    public String name() {
      return "record";
    }

    @Override
    public void write(Object key, KeyWriter out) {
      out.head(key.getClass().getName());
      out.parts(classes.recordOf(key.getClass()).components(key));
    }

    @Override
    public Object read(KeyReader in) {
      Class<?> type = classes.load(in.head());
      return classes.recordOf(type).create(in.parts());
    }
  }
}
