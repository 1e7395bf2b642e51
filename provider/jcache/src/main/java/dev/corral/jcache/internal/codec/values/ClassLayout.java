package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Computes the code of a class: the first 63 bits of the SHA-256 of its name and of the names and
 * types of its fields. A class with changed fields has another code, so values of its old version
 * are not misread.
 */
final class ClassLayout {

  private ClassLayout() {}

  /** The code of a class, never negative. */
  static long codeOf(Class<?> type) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(describe(type).getBytes(UTF_8));
      return ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This JVM does not support SHA-256", e);
    }
  }

  /**
   * The text that is hashed. It has no fields if the class is an enum, which is stored by its name,
   * belongs to the JDK or to Guava's collections, or customizes its Java serialization, which has
   * its own check of versions.
   */
  private static String describe(Class<?> type) {
    StringBuilder text = new StringBuilder(type.getName());
    if (type.isEnum()
        || SerializationHooks.presentIn(type)
        || PlatformTypes.isJdk(type)
        || LibraryContainers.isNamed(type.getName())) {
      return text.toString();
    } else if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        text.append('\n').append(component.getName());
        text.append(' ').append(component.getType().getName());
      }
    } else {
      appendFields(text, type);
    }
    return text.toString();
  }

  private static void appendFields(StringBuilder text, Class<?> type) {
    try {
      for (Field field : ReflectiveSerializer.fieldsOf(type)) {
        text.append('\n').append(field.getDeclaringClass().getName());
        text.append(' ').append(field.getName()).append(' ').append(field.getType().getName());
      }
    } catch (RuntimeException e) {
      text.append(Serializable.class.isAssignableFrom(type) ? "\nserialized" : "\nclosed");
    }
  }
}
