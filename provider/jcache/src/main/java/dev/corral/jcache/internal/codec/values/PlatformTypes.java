package dev.corral.jcache.internal.codec.values;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Recognizes primitive types and the classes of the JDK. */
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

  /** Whether the class belongs to the JDK. */
  public static boolean isJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == PLATFORM;
  }
}
