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
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the classes of a value, as class codes or by name. It loads classes only by the
 * cache manager's class loader, and refuses those that are not allowed.
 */
@SuppressWarnings("rawtypes")
final class AllowedClassResolver extends DefaultClassResolver {

  /** The first byte of a class without a registered number, as in Kryo. */
  private static final int UNREGISTERED = NAME + 2;

  private final ClassLoader loader;
  private final AllowList allowList;
  private final ClassCodes codes;
  private final Map<String, Class<?>> classByName = new HashMap<>();
  private final Map<Class<?>, Long> codeByClass = new HashMap<>();
  private final Map<Class<?>, String> textByClass = new HashMap<>();
  private final Map<Long, Class<?>> classByCode = new HashMap<>();

  AllowedClassResolver(ClassLoader loader, AllowList allowList, ClassCodes codes) {
    this.loader = loader;
    this.allowList = allowList;
    this.codes = codes;
  }

  @Override
  public Registration registerImplicit(Class type) {
    Class<?> stored = LibraryContainers.storedAs(type);
    if (stored != null) {
      return registerAs(type, stored);
    } else if (LibraryContainers.isProxy(type)) {
      Registration proxy = new Registration(type, LibraryContainers.proxyMark(), NAME);
      classToRegistration.put(type, proxy);
      return proxy;
    }
    if (!allowList.allows(type)) {
      throw new RefusedClassException(type, allowList.refusal(type));
    }
    OwnClasses.require(type, loader);
    return super.registerImplicit(type);
  }

  /** Objects of the class are written with the name, or the number, of another class. */
  private Registration registerAs(Class<?> type, Class<?> stored) {
    Registration other = kryo.getRegistration(stored);
    Registration alias =
        new Registration(
            stored, LibraryContainers.writer(type, other.getSerializer()), other.getId());
    classToRegistration.put(type, alias);
    return alias;
  }

  /**
   * Writes a class by its number within the value. At its first occurrence, the class code follows.
   * If the code is not published yet, its complement, a negative number, and the class name follow
   * instead.
   */
  @Override
  protected void writeName(Output output, Class type, Registration registration) {
    Class<?> named = registration.getType();
    output.writeByte(UNREGISTERED);
    if (classToNameId == null) {
      classToNameId = new IdentityObjectIntMap<>();
    }
    int before = classToNameId.get(named, -1);
    int id = before < 0 ? nextNameId++ : before;
    output.writeVarInt(id, /* optimizePositive= */ true);
    if (before < 0) {
      classToNameId.put(named, id);
      long code = codeOf(named);
      boolean published = codes.publish(code, textOf(named));
      output.writeLong(published ? code : ~code);
      if (!published) {
        output.writeString(named.getName());
      }
    }
  }

  /** Publishes also the classes whose codes are in the text. */
  private String textOf(Class<?> type) {
    String known = textByClass.get(type);
    if (known != null) {
      return known;
    }
    String text = ClassLayout.textOf(type);
    textByClass.put(type, text);
    for (Class<?> part : ClassLayout.partsOf(type)) {
      var unused = codes.publish(codeOf(part), textOf(part));
    }
    return text;
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
    Class<?> known = classByCode.get(code);
    if (known == null) {
      String text = codes.nameOf(code);
      if (text == null) {
        throw new UndecodableValueException(
            "The class table of the cache has no class for a code in a stored value", null);
      }
      try {
        known = checked(getTypeByName(ClassLayout.nameIn(text)), code);
      } catch (UndecodableValueException e) {
        codes.reject(code, text);
        throw e;
      }
    }
    return known;
  }

  private Class<?> checked(Class<?> type, long code) {
    if (codeOf(type) != code) {
      throw new UndecodableValueException(
          "In this JVM, the fields of class "
              + type.getName()
              + " differ from those of the stored value",
          null);
    }
    classByCode.put(code, type);
    return type;
  }

  private long codeOf(Class<?> type) {
    return codeByClass.computeIfAbsent(type, ClassLayout::codeOf);
  }

  @Override
  protected Class getTypeByName(String className) {
    Class<?> known = classByName.get(className);
    if (known == null) {
      known = load(className);
      classByName.put(className, known);
    }
    return known;
  }

  private Class<?> load(@Nullable String className) {
    if (className == null || className.isEmpty()) {
      throw new UndecodableValueException("A stored value has a class without a name", null);
    }
    Class<?> type = PlatformTypes.primitive(className);
    if (type != null) {
      return type;
    }
    if (!allowList.mayAllow(className)) {
      throw new UndecodableValueException(allowList.refusal(className), null);
    }
    try {
      type = PlatformTypes.load(className, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new UndecodableValueException(
          "The cache manager's class loader cannot find class " + className + " of a stored value",
          e);
    }
    if (!allowList.allows(type)) {
      throw new UndecodableValueException(allowList.refusal(type), null);
    }
    return type;
  }
}
