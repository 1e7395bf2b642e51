package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The code of a class: the first 63 bits of the SHA-256 of its name and of whatever its stored form
 * depends on. A class whose fields have changed has another code, so what was stored before is not
 * misread.
 */
final class ClassLayout {

  private ClassLayout() {}

  /** Never negative. */
  static long codeOf(Class<?> type) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(describe(type).getBytes(UTF_8));
      return ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** Enums are stored by name, and Java's own serialization looks after itself. */
  private static String describe(Class<?> type) {
    StringBuilder text = new StringBuilder(type.getName());
    if (type.isEnum() || JavaHooks.presentIn(type) || JdkForms.isJdk(type)) {
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
      for (Field field : FieldForm.fieldsOf(type)) {
        text.append('\n').append(field.getDeclaringClass().getName());
        text.append(' ').append(field.getName()).append(' ').append(field.getType().getName());
      }
    } catch (RuntimeException e) {
      text.append(Serializable.class.isAssignableFrom(type) ? "\nserialized" : "\nclosed");
    }
  }
}
