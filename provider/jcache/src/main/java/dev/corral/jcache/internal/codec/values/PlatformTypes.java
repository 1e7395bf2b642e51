package dev.corral.jcache.internal.codec.values;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads classes by their names, and recognizes primitive types and the classes of the JDK. */
public final class PlatformTypes {

  private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

  private static final Map<String, Class<?>> PRIMITIVES = new HashMap<>();

  static {
    for (Class<?> type :
        List.of(
            boolean.class,
            byte.class,
            char.class,
            short.class,
            int.class,
            long.class,
            float.class,
            double.class,
            void.class)) {
      PRIMITIVES.put(type.getName(), type);
    }
  }

  private PlatformTypes() {}

  /** The primitive type with this name; null if there is none. */
  public static @Nullable Class<?> primitive(String name) {
    return PRIMITIVES.get(name);
  }

  /**
   * The class of this name, uninitialized; also a primitive type or an array.
   *
   * <p>The class loader is called directly. {@link Class#forName} would make the JVM record the
   * class in the class loader; one that delegates, such as the default of a manager, would then
   * return the same class for ever, and keep its real class loader alive.
   *
   * @throws ClassNotFoundException if the class loader does not find it
   */
  public static Class<?> load(String name, ClassLoader loader) throws ClassNotFoundException {
    Class<?> primitive = primitive(name);
    if (primitive != null) {
      return primitive;
    }
    int dimensions = 0;
    while (dimensions < name.length() && name.charAt(dimensions) == '[') {
      dimensions++;
    }
    boolean isOfObjects = dimensions > 0 && name.startsWith("L", dimensions) && name.endsWith(";");
    if (dimensions > 0 && !isOfObjects) {
      return Class.forName(name, false, null);
    }
    String element = isOfObjects ? name.substring(dimensions + 1, name.length() - 1) : name;
    if (element.indexOf('/') >= 0) {
      throw new ClassNotFoundException(name);
    }
    Class<?> type = loader.loadClass(element);
    for (int i = 0; i < dimensions; i++) {
      type = type.arrayType();
    }
    return type;
  }

  /** Whether the class belongs to the JDK. */
  public static boolean isJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == PLATFORM;
  }
}
