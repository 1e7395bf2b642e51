package dev.corral.jcache.internal.redis.codec;

import com.esotericsoftware.kryo.kryo5.Registration;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.util.DefaultClassResolver;
import dev.corral.jcache.spi.UndecodableValueException;
import java.util.HashMap;
import java.util.Map;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Finds classes by the manager's loader only, and lets none pass that is not allowed. */
@SuppressWarnings("rawtypes")
final class AllowedClassResolver extends DefaultClassResolver {

  private static final Map<String, Class<?>> PRIMITIVES = new HashMap<>();

  static {
    for (Class<?> type :
        new Class<?>[] {
          boolean.class,
          byte.class,
          char.class,
          short.class,
          int.class,
          long.class,
          float.class,
          double.class,
          void.class
        }) {
      PRIMITIVES.put(type.getName(), type);
    }
  }

  private final ClassLoader loader;
  private final AllowList allowList;
  private final Map<String, Class<?>> classes = new HashMap<>();

  AllowedClassResolver(ClassLoader loader, AllowList allowList) {
    this.loader = loader;
    this.allowList = allowList;
  }

  /** The primitive type of a name, or null. */
  static @Nullable Class<?> primitive(String name) {
    return PRIMITIVES.get(name);
  }

  @Override
  public Registration registerImplicit(Class type) {
    if (!allowList.allows(type)) {
      throw new CacheException(allowList.refusal(type));
    }
    return super.registerImplicit(type);
  }

  @Override
  protected void writeName(Output output, Class type, Registration registration) {
    super.writeName(output, registration.getType(), registration);
  }

  @Override
  protected Class getTypeByName(String className) {
    Class<?> known = classes.get(className);
    if (known == null) {
      known = load(className);
      classes.put(className, known);
    }
    return known;
  }

  private Class<?> load(@Nullable String className) {
    if (className == null || className.isEmpty()) {
      throw new UndecodableValueException("A stored class has no name", null);
    }
    Class<?> type = primitive(className);
    if (type != null) {
      return type;
    }
    try {
      type = Class.forName(className, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new UndecodableValueException(
          "The class of a stored value is not to be found by the cache manager's class loader: "
              + className,
          e);
    }
    if (!allowList.allows(type)) {
      throw new UndecodableValueException(allowList.refusal(type), null);
    }
    return type;
  }
}
