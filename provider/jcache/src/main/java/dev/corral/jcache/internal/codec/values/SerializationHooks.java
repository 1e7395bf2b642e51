package dev.corral.jcache.internal.codec.values;

import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;

/** Detects classes that customize their Java serialization. */
final class SerializationHooks {

  private SerializationHooks() {}

  /**
   * Whether the class or a superclass declares a method or field by which it customizes its Java
   * serialization, such as {@code writeObject} or {@code readResolve}.
   */
  static boolean presentIn(Class<?> type) {
    if (!Serializable.class.isAssignableFrom(type)) {
      return false;
    }
    if (type.isRecord()) {
      return declaresReplacement(type);
    }
    if (Externalizable.class.isAssignableFrom(type)) {
      return true;
    }
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
      if (declaresReplacement(each)
          || (Serializable.class.isAssignableFrom(each) && declaresStreaming(each))) {
        return true;
      }
    }
    return false;
  }

  /** Whether such a method or field belongs to a class of the application. */
  static boolean ofApplicationIn(Class<?> type) {
    if (type.isRecord() || Externalizable.class.isAssignableFrom(type)) {
      return !PlatformTypes.isJdk(type);
    }
    for (Class<?> each = type;
        each != null && !PlatformTypes.isJdk(each);
        each = each.getSuperclass()) {
      if (declaresReplacement(each) || declaresStreaming(each)) {
        return true;
      }
    }
    return false;
  }

  private static boolean declaresReplacement(Class<?> type) {
    return declares(type, "writeReplace") || declares(type, "readResolve");
  }

  private static boolean declaresStreaming(Class<?> type) {
    return declares(type, "writeObject", ObjectOutputStream.class)
        || declares(type, "readObject", ObjectInputStream.class)
        || declares(type, "readObjectNoData")
        || declaresPersistentFields(type);
  }

  private static boolean declares(Class<?> type, String method, Class<?>... parameters) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(
            each ->
                each.getName().equals(method)
                    && Arrays.equals(each.getParameterTypes(), parameters));
  }

  private static boolean declaresPersistentFields(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .anyMatch(each -> each.getName().equals("serialPersistentFields"));
  }
}
