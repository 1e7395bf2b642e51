package dev.corral.jcache.internal.codec.values;

import java.io.Externalizable;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;

/** Tells whether a class takes part in its own Java serialization. */
final class JavaHooks {

  private JavaHooks() {}

  /**
   * Whether the class, or one it extends, declares a method or field that Java serialization asks.
   */
  static boolean presentIn(Class<?> type) {
    if (!Serializable.class.isAssignableFrom(type)) {
      return false;
    }
    if (type.isRecord()) {
      return replaces(type);
    }
    if (Externalizable.class.isAssignableFrom(type)) {
      return true;
    }
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
      if (replaces(each) || (Serializable.class.isAssignableFrom(each) && streams(each))) {
        return true;
      }
    }
    return false;
  }

  private static boolean replaces(Class<?> type) {
    return declares(type, "writeReplace") || declares(type, "readResolve");
  }

  private static boolean streams(Class<?> type) {
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
