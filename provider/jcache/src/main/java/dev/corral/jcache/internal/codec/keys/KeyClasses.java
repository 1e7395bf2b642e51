package dev.corral.jcache.internal.codec.keys;

import dev.corral.jcache.internal.codec.values.AllowList;
import dev.corral.jcache.internal.codec.values.AllowedClassResolver;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The classes that occur in keys, found by the manager's loader, if they are allowed. */
final class KeyClasses {

  private final ClassLoader loader;
  private final AllowList allowList;
  private final ClassValue<RecordShape> records =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return RecordShape.of(type);
        }
      };

  KeyClasses(ClassLoader loader, AllowList allowList) {
    this.loader = loader;
    this.allowList = allowList;
  }

  /**
   * The class of a name, not initialized.
   *
   * @throws IllegalArgumentException if it is missing or not allowed
   */
  Class<?> load(String name) {
    Class<?> type = AllowedClassResolver.primitive(name);
    if (type != null) {
      return type;
    }
    try {
      type = Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalArgumentException("A class of a key is not to be found: " + name, e);
    }
    if (!allowList.allows(type)) {
      throw new IllegalArgumentException(allowList.refusal(type));
    }
    return type;
  }

  RecordShape recordOf(Class<?> type) {
    return records.get(type);
  }

  /** The components of a record class and how to make one of them. */
  record RecordShape(List<Method> accessors, Constructor<?> constructor) {

    static RecordShape of(Class<?> type) {
      if (!type.isRecord()) {
        throw new IllegalArgumentException("Not a record: " + type.getName());
      }
      RecordComponent[] components = type.getRecordComponents();
      try {
        Constructor<?> constructor =
            type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        List<Method> accessors =
            Arrays.stream(components).map(RecordComponent::getAccessor).toList();
        for (Method accessor : accessors) {
          accessor.setAccessible(true);
        }
        return new RecordShape(accessors, constructor);
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
        throw new IllegalArgumentException("Cannot make a " + constructor.getName(), e);
      }
    }
  }
}
