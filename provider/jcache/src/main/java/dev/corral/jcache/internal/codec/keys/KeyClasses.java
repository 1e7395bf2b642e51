package dev.corral.jcache.internal.codec.keys;

import static java.util.stream.Stream.concat;

import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.ModuleAccess;
import dev.corral.jcache.internal.codec.values.PlatformTypes;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Loads the classes of keys by the cache manager's class loader, if they are allowed. */
final class KeyClasses {

  private final ClassLoader loader;
  private final AllowList allowList;
  private final ClassValue<RecordComponents> records =
      new ClassValue<>() {
        @Override
        protected RecordComponents computeValue(Class<?> type) {
          return RecordComponents.of(type);
        }
      };

  KeyClasses(ClassLoader loader, AllowList allowList) {
    this.loader = loader;
    this.allowList = allowList;
  }

  AllowList allowList() {
    return allowList;
  }

  /**
   * The class of this name, uninitialized; also a primitive type.
   *
   * @throws IllegalArgumentException if the class is missing or not allowed
   */
  Class<?> load(String name) {
    Class<?> type = PlatformTypes.primitive(name);
    if (type != null) {
      return type;
    }
    if (!allowList.mayAllow(name)) {
      throw new IllegalArgumentException(allowList.refusal(name));
    }
    try {
      type = PlatformTypes.load(name, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalArgumentException(
          "The cache manager's class loader cannot find class " + name + " of a key", e);
    }
    if (!allowList.allows(type)) {
      throw new IllegalArgumentException(allowList.refusal(type));
    }
    return type;
  }

  /**
   * A class whose name is a constant of Corral's, uninitialized. It need not be allowed: a stored
   * text can name the form, but no class.
   *
   * @throws IllegalArgumentException if the class is missing, or refused by a pattern of the user
   */
  Class<?> ofLibrary(String name) {
    try {
      Class<?> type = PlatformTypes.load(name, loader);
      if (allowList.refuses(type)) {
        throw new IllegalArgumentException(allowList.refusal(type));
      }
      return type;
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalArgumentException(
          "The cache manager's class loader cannot find class " + name + " of a key", e);
    }
  }

  /** Whether the class loader has another class of this name, so that it cannot read the key. */
  boolean isForeign(Class<?> type) {
    try {
      return PlatformTypes.load(type.getName(), loader) != type;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** The components of a record class. */
  RecordComponents recordOf(Class<?> type) {
    return records.get(type);
  }

  /** Reads the components of records of one class, and creates such records. */
  record RecordComponents(List<Method> accessors, Constructor<?> constructor) {

    static RecordComponents of(Class<?> type) {
      if (!type.isRecord()) {
        throw new IllegalArgumentException("Not a record: " + type.getName());
      }
      RecordComponent[] components = type.getRecordComponents();
      List<Method> accessors = Arrays.stream(components).map(RecordComponent::getAccessor).toList();
      try {
        Constructor<?> constructor =
            type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        for (AccessibleObject member :
            concat(accessors.stream(), Stream.of(constructor)).toList()) {
          if (!member.trySetAccessible()) {
            throw new CacheException(
                "Record %s cannot be a key: reflection cannot access %s%s"
                    .formatted(type.getName(), member, ModuleAccess.advice(type)));
          }
        }
        return new RecordComponents(accessors, constructor);
      } catch (NoSuchMethodException e) {
        throw new IllegalArgumentException("Not a record: " + type.getName(), e);
      }
    }

    @Nullable Object[] components(Object key) {
      @Nullable Object[] values = new Object[accessors.size()];
      try {
        for (int i = 0; i < values.length; i++) {
          values[i] = accessors.get(i).invoke(key);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("Cannot read the components of " + key.getClass(), e);
      }
      return values;
    }

    Object create(@Nullable Object[] components) {
      try {
        return constructor.newInstance(components);
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(
            "Cannot create a record of class " + constructor.getName(), e);
      }
    }
  }
}
