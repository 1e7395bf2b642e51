package dev.corral.jcache.internal.codec.keys;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The forms of Spring's keys: {@code SimpleKey} of Spring's cache annotations, and {@code
 * PageRequest}, {@code Sort} and unpaged requests of Spring Data. Their classes are found by name,
 * so Corral does not depend on Spring. Examples: {@code #spring:(alice,#int:3)}, {@code
 * #spring-page:(0,20,#spring-sort:(name ASC))}.
 */
final class SpringKeyForms {

  private static final String DATA = "org.springframework.data.domain.";
  private static final String SIMPLE_KEY = "org.springframework.cache.interceptor.SimpleKey";
  private static final String SORT = DATA + "Sort";

  private final Map<String, KeyForm> forms = new LinkedHashMap<>();
  private final KeyClasses classes;
  private final SortOrders orders;
  private final ClassValue<Field> params =
      new ClassValue<>() {
        @Override
        protected Field computeValue(Class<?> type) {
          try {
            Field field = type.getDeclaredField("params");
            field.setAccessible(true);
            return field;
          } catch (NoSuchFieldException e) {
            throw unsupported(type, e);
          }
        }
      };

  SpringKeyForms(KeyClasses classes) {
    this.classes = classes;
    this.orders = new SortOrders(classes);
    add(
        "spring",
        SIMPLE_KEY,
        key ->
            objects((@Nullable Object[]) ObjectKeyForm.required(params.get(key.getClass()), key)),
        (type, parts) -> construct(type, new Class<?>[] {Object[].class}, new Object[] {parts}));
    add(
        "spring-page",
        DATA + "PageRequest",
        page ->
            new Object[] {
              ((Integer) call(page, "getPageNumber")).longValue(),
              ((Integer) call(page, "getPageSize")).longValue(),
              call(page, "getSort")
            },
        (type, parts) ->
            callStatic(
                type,
                "of",
                new Class<?>[] {int.class, int.class, classes.ofLibrary(SORT)},
                Math.toIntExact((Long) part(parts, 0)),
                Math.toIntExact((Long) part(parts, 1)),
                part(parts, 2)));
    add("spring-sort", SORT, orders::texts, orders::sort);
    forms.put(DATA + "Sort$TypedSort", forms.get(SORT));
    add(
        "spring-unpaged",
        DATA + "Unpaged",
        unpaged -> new Object[] {call(unpaged, "getSort")},
        (type, parts) ->
            callStatic(
                classes.ofLibrary(DATA + "Pageable"),
                "unpaged",
                new Class<?>[] {classes.ofLibrary(SORT)},
                part(parts, 0)));
  }

  private void add(
      String name,
      String className,
      Function<Object, @Nullable Object[]> parts,
      BiFunction<Class<?>, @Nullable Object[], Object> create) {
    forms.put(
        className,
        KeyForm.composite(name, parts, read -> create.apply(classes.ofLibrary(className), read)));
  }

  /** The form of a class; null if the class is none of these. */
  @Nullable KeyForm of(Class<?> type) {
    return forms.get(type.getName());
  }

  Collection<KeyForm> all() {
    return forms.values();
  }

  /**
   * {@code SimpleKey} compares its arguments deeply. Then arrays of objects are equal if their
   * elements are, whatever the types of the arrays, so all have one form.
   */
  private static @Nullable Object[] objects(@Nullable Object[] array) {
    @Nullable Object[] copy = new Object[array.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = array[i] instanceof Object[] nested ? objects(nested) : array[i];
    }
    return copy;
  }

  private static Object part(@Nullable Object[] parts, int index) {
    Object part = parts[index];
    if (part == null) {
      throw KeyReader.malformed();
    }
    return part;
  }

  private static Object call(Object object, String method) {
    try {
      Method found = object.getClass().getMethod(method);
      found.setAccessible(true);
      return found.invoke(object);
    } catch (ReflectiveOperationException e) {
      throw unsupported(object.getClass(), e);
    }
  }

  private static Object callStatic(
      Class<?> type, String method, Class<?>[] parameters, Object... arguments) {
    try {
      return type.getMethod(method, parameters).invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException("A stored key is malformed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw unsupported(type, e);
    }
  }

  private static Object construct(Class<?> type, Class<?>[] parameters, Object[] arguments) {
    try {
      return type.getConstructor(parameters).newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw unsupported(type, e);
    }
  }

  private static IllegalArgumentException unsupported(Class<?> type, Exception cause) {
    return new IllegalArgumentException(
        "Corral does not support this release of Spring: class %s differs".formatted(type), cause);
  }

  /**
   * The orders of a {@code Sort} as texts: property, direction, and what is not the default, such
   * as {@code name ASC IGNORE_CASE NULLS_LAST}.
   */
  private record SortOrders(KeyClasses classes) {

    private static final String ORDER = SORT + "$Order";
    private static final String IGNORE_CASE = " IGNORE_CASE";
    private static final String NATIVE = "NATIVE";

    @Nullable Object[] texts(Object sort) {
      List<Object> texts = new ArrayList<>();
      for (Object order : (Collection<?>) call(sort, "toList")) {
        if (!order.getClass().getName().equals(ORDER)) {
          throw new CacheException(KeyRefusals.of(order.getClass()));
        }
        String nulls = name(call(order, "getNullHandling"));
        texts.add(
            call(order, "getProperty")
                + " "
                + name(call(order, "getDirection"))
                + (call(order, "isIgnoreCase").equals(true) ? IGNORE_CASE : "")
                + (nulls.equals(NATIVE) ? "" : " " + nulls));
      }
      return texts.toArray();
    }

    private static String name(Object constant) {
      return ((Enum<?>) constant).name();
    }

    Object sort(Class<?> type, @Nullable Object[] parts) {
      Class<?> orderType = classes.ofLibrary(ORDER);
      List<Object> orders =
          Arrays.stream(parts)
              .map(text -> order(orderType, (String) Objects.requireNonNull(text)))
              .toList();
      return callStatic(type, "by", new Class<?>[] {List.class}, orders);
    }

    /** Reads the words after the property from the last one, because a property may have spaces. */
    private Object order(Class<?> type, String text) {
      String rest = text;
      String nulls = NATIVE;
      for (String each : List.of("NULLS_FIRST", "NULLS_LAST")) {
        if (rest.endsWith(" " + each)) {
          nulls = each;
          rest = rest.substring(0, rest.length() - each.length() - 1);
          break;
        }
      }
      boolean ignoresCase = rest.endsWith(IGNORE_CASE);
      rest = ignoresCase ? rest.substring(0, rest.length() - IGNORE_CASE.length()) : rest;
      int space = rest.lastIndexOf(' ');
      if (space < 0) {
        throw KeyReader.malformed();
      }
      Object order =
          callStatic(type, "by", new Class<?>[] {String.class}, rest.substring(0, space));
      order = with(order, "Direction", rest.substring(space + 1));
      order = with(order, "NullHandling", nulls);
      return ignoresCase ? call(order, "ignoreCase") : order;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object with(Object order, String enumName, String constant) {
      Class<?> type = classes.ofLibrary(SORT + "$" + enumName);
      Object value = Enum.valueOf((Class) type.asSubclass(Enum.class), constant);
      try {
        return order.getClass().getMethod("with", type).invoke(order, value);
      } catch (ReflectiveOperationException e) {
        throw unsupported(order.getClass(), e);
      }
    }
  }
}
