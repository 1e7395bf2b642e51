package dev.corral.jcache.internal.codec.keys;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The form of Kotlin's data classes whose {@code equals} the compiler generated: the class and the
 * properties of the primary constructor, such as {@code #data:com.shop.UserKey(acme,#int:3)}. So
 * are Kotlin's {@code Pair} and {@code Triple}. Corral does not depend on Kotlin.
 */
final class KotlinDataForm implements KeyForm {

  /** Every cache can read them. */
  private static final Set<String> LIBRARY = Set.of("kotlin.Pair", "kotlin.Triple");

  private final KeyClasses classes;
  private final ClassValue<Properties> properties =
      new ClassValue<>() {
        @Override
        protected Properties computeValue(Class<?> type) {
          Properties found = Properties.of(type);
          if (found == null) {
            throw new IllegalArgumentException(type.getName() + " is no data class of Kotlin");
          }
          return found;
        }
      };

  KotlinDataForm(KeyClasses classes) {
    this.classes = classes;
  }

  /** Whether a class has this form. */
  static boolean fits(Class<?> type) {
    return Properties.of(type) != null;
  }

  @Override
  public String name() {
    return "data";
  }

  @Override
  public void write(Object key, KeyWriter out) {
    out.head(key.getClass().getName());
    out.parts(properties.get(key.getClass()).of(key));
  }

  @Override
  public Object read(KeyReader in) {
    String name = in.head();
    Class<?> type = LIBRARY.contains(name) ? classes.ofLibrary(name) : classes.load(name);
    return properties.get(type).create(in.parts());
  }

  /** The properties of the primary constructor, and the constructor. */
  private record Properties(List<Method> getters, Constructor<?> constructor) {

    static @Nullable Properties of(Class<?> type) {
      if (!KotlinMetadata.isPlainDataClass(type)) {
        return null;
      }
      List<Method> getters = new ArrayList<>();
      Method next = component(type, 1);
      while (next != null) {
        next.setAccessible(true);
        getters.add(next);
        next = component(type, getters.size() + 1);
      }
      try {
        Constructor<?> constructor =
            type.getDeclaredConstructor(
                getters.stream().map(Method::getReturnType).toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        return getters.isEmpty() ? null : new Properties(getters, constructor);
      } catch (NoSuchMethodException e) {
        return null;
      }
    }

    /** The compiler adds a suffix to the names of internal getters, and of some types. */
    private static @Nullable Method component(Class<?> type, int number) {
      String name = "component" + number;
      for (Method method : type.getDeclaredMethods()) {
        if (method.getParameterCount() == 0
            && !Modifier.isStatic(method.getModifiers())
            && (method.getName().equals(name)
                || method.getName().startsWith(name + "$")
                || method.getName().startsWith(name + "-"))) {
          return method;
        }
      }
      return null;
    }

    @Nullable Object[] of(Object key) {
      @Nullable Object[] values = new Object[getters.size()];
      try {
        for (int i = 0; i < values.length; i++) {
          values[i] = getters.get(i).invoke(key);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("Cannot read the properties of " + key.getClass(), e);
      }
      return values;
    }

    Object create(@Nullable Object[] values) {
      try {
        return constructor.newInstance(values);
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(
            "Cannot create an object of data class " + constructor.getName(), e);
      }
    }
  }
}
