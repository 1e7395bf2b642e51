package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Computes the code of a class: the first 63 bits of the SHA-256 of its name and of the names and
 * types of its fields. A class with changed fields has another code, so values of its old version
 * are not misread.
 */
final class ClassLayout {

  private static final int HEXADECIMAL = 16;

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

  /**
   * The text of a class in the class table: its name, and how its objects are stored. The name of a
   * class of the application is followed by a {@link Kind}, and by a line for each stored field, in
   * their stored order: name, type, and the code of the type if the class of the value is not
   * stored. The tool reads values by it that have classes which it does not have.
   */
  static String textOf(Class<?> type) {
    String name = type.getName();
    if (type.isArray() || PlatformTypes.isJdk(type) || LibraryContainers.isNamed(name)) {
      return name;
    }
    StringBuilder text = new StringBuilder(name).append(' ').append(Kind.of(type));
    if (Kind.of(type) == Kind.RECORD) {
      for (RecordComponent component : ComponentSerializer.inStoredOrder(type)) {
        Class<?> part = component.getType();
        text.append('\n').append(component.getName()).append(' ').append(part.getName());
        if (!part.isPrimitive() && ComponentSerializer.isFinal(part)) {
          text.append(' ').append(Long.toString(codeOf(part), HEXADECIMAL));
        }
      }
    } else if (Kind.of(type) == Kind.FIELDS) {
      for (Field field : ReflectiveSerializer.fieldsOf(type)) {
        text.append('\n').append(field.getName());
        text.append(' ').append(field.getType().getName());
      }
    }
    return text.toString();
  }

  /** The name of the class in such a text. */
  static String nameIn(String text) {
    int end = text.indexOf(' ');
    return end < 0 ? text : text.substring(0, end);
  }

  /** The classes whose codes are in the text of a class. */
  static List<Class<?>> partsOf(Class<?> type) {
    return !type.isArray() && Kind.of(type) == Kind.RECORD && !PlatformTypes.isJdk(type)
        ? Stream.of(type.getRecordComponents())
            .<Class<?>>map(RecordComponent::getType)
            .filter(it -> ComponentSerializer.isFinal(it) && !PlatformTypes.isJdk(it))
            .toList()
        : List.of();
  }

  /** How the objects of a class of the application are stored. */
  enum Kind {
    ENUM,
    STREAM,
    RECORD,
    FIELDS;

    static Kind of(Class<?> type) {
      if (type.isEnum()) {
        return ENUM;
      } else if (SerializationHooks.presentIn(type)) {
        return STREAM;
      } else if (type.isRecord()) {
        return RECORD;
      }
      try {
        var unused = ReflectiveSerializer.fieldsOf(type);
        return FIELDS;
      } catch (RuntimeException e) {
        return STREAM;
      }
    }
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
