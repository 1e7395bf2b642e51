package dev.corral.jcache.codec;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Objects;

/**
 * The statement that {@code equals} and {@code hashCode} of a key class compare exactly its fields.
 * Corral writes such keys as the name of the class and its fields; see {@link KeyCodec#ofFields}.
 * Immutable.
 *
 * @param type the class; its subclasses have no canonical text
 * @param <K> the type of the keys
 */
public record FieldsKeyCodec<K>(Class<K> type) implements KeyCodec<K> {

  /**
   * Creates the statement for one class.
   *
   * @throws IllegalArgumentException if the class has no {@code equals} of its own, or cannot be
   *     instantiated
   */
  public FieldsKeyCodec {
    Objects.requireNonNull(type, "type");
    boolean isPlain =
        !type.isPrimitive()
            && !type.isArray()
            && !type.isEnum()
            && !type.isRecord()
            && !type.isHidden()
            && !Modifier.isAbstract(type.getModifiers());
    if (!isPlain || !declares(type, "equals", Object.class) || !declares(type, "hashCode")) {
      throw new IllegalArgumentException(
          "KeyCodec.ofFields needs a class with the methods equals and hashCode, not "
              + type.getName());
    }
  }

  private static boolean declares(Class<?> type, String method, Class<?>... parameters) {
    for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
      for (Method declared : each.getDeclaredMethods()) {
        if (declared.getName().equals(method)
            && Arrays.equals(declared.getParameterTypes(), parameters)) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public String name() {
    return "fields";
  }

  @Override
  public boolean handles(Class<?> candidate) {
    return candidate == type;
  }

  /** Never called: Corral writes the fields as it writes other keys. */
  @Override
  public String encode(K key) {
    throw new UnsupportedOperationException("Corral writes the fields itself");
  }

  /** Never called: Corral reads the fields as it reads other keys. */
  @Override
  public K decode(String text) {
    throw new UnsupportedOperationException("Corral reads the fields itself");
  }
}
