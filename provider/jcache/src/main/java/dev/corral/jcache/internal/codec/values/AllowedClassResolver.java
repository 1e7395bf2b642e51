package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Registration;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.util.DefaultClassResolver;
import com.esotericsoftware.kryo.kryo5.util.IdentityObjectIntMap;
import com.esotericsoftware.kryo.kryo5.util.IntMap;
import dev.corral.jcache.codec.UndecodableValueException;
import java.util.HashMap;
import java.util.Map;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Finds classes by the manager's loader only, and lets none pass that is not allowed. */
@SuppressWarnings("rawtypes")
public final class AllowedClassResolver extends DefaultClassResolver {

  /** What Kryo puts before a class without a number. */
  private static final int NAMED = NAME + 2;

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
  private final ClassCodes codes;
  private final Map<String, Class<?>> classes = new HashMap<>();
  private final Map<Class<?>, Long> codeOf = new HashMap<>();
  private final Map<Long, Class<?>> ofCode = new HashMap<>();

  AllowedClassResolver(ClassLoader loader, AllowList allowList, ClassCodes codes) {
    this.loader = loader;
    this.allowList = allowList;
    this.codes = codes;
  }

  /** The primitive type of a name, or null. */
  public static @Nullable Class<?> primitive(String name) {
    return PRIMITIVES.get(name);
  }

  @Override
  public Registration registerImplicit(Class type) {
    if (!allowList.allows(type)) {
      throw new CacheException(allowList.refusal(type));
    }
    return super.registerImplicit(type);
  }

  /**
   * A class's first place in a value has its code, negative and with the name if the code is not
   * known to all; its further places only the number of the first.
   */
  @Override
  protected void writeName(Output output, Class type, Registration registration) {
    Class<?> named = registration.getType();
    output.writeByte(NAMED);
    if (classToNameId == null) {
      classToNameId = new IdentityObjectIntMap<>();
    }
    int before = classToNameId.get(named, -1);
    int id = before < 0 ? nextNameId++ : before;
    output.writeVarInt(id, /* optimizePositive= */ true);
    if (before < 0) {
      classToNameId.put(named, id);
      long code = codeOf(named);
      boolean known = codes.isKnown(code, named.getName());
      output.writeLong(known ? code : ~code);
      if (!known) {
        output.writeString(named.getName());
      }
    }
  }

  @Override
  protected Registration readName(Input input) {
    int id = input.readVarInt(/* optimizePositive= */ true);
    if (nameIdToClass == null) {
      nameIdToClass = new IntMap<>();
    }
    Class<?> type = nameIdToClass.get(id);
    if (type == null) {
      long code = input.readLong();
      type = code < 0 ? checked(getTypeByName(input.readString()), ~code) : typeOf(code);
      nameIdToClass.put(id, type);
    }
    return kryo.getRegistration(type);
  }

  private Class<?> typeOf(long code) {
    Class<?> known = ofCode.get(code);
    if (known == null) {
      String name = codes.nameOf(code);
      if (name == null) {
        throw new UndecodableValueException(
            "The class of a stored value is not in the table of the cache's classes", null);
      }
      known = checked(getTypeByName(name), code);
    }
    return known;
  }

  private Class<?> checked(Class<?> type, long code) {
    if (codeOf(type) != code) {
      throw new UndecodableValueException(
          "The class of a stored value has other fields here than where it was stored: "
              + type.getName(),
          null);
    }
    ofCode.put(code, type);
    return type;
  }

  private long codeOf(Class<?> type) {
    return codeOf.computeIfAbsent(type, ClassLayout::codeOf);
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
