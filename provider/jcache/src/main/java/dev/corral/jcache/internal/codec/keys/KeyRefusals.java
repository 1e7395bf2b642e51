package dev.corral.jcache.internal.codec.keys;

import dev.corral.jcache.codec.KeyCodec;
import java.lang.annotation.Annotation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The messages for classes without a canonical text: why, and the remedy. */
final class KeyRefusals {

  private static final Set<String> ENTITY =
      Set.of("jakarta.persistence.Entity", "javax.persistence.Entity");

  private KeyRefusals() {}

  /** The message for a class. */
  static String of(Class<?> type) {
    Class<?> entity = entityOf(type);
    if (entity != null) {
      return ("%s is a JPA entity, which is no key: its fields change, and may be loaded later. Use"
              + " its id, for instance @Cacheable(key = \"#%s.id\")")
          .formatted(entity.getName(), variable(entity));
    }
    String remedy =
        declaresEquals(type)
            ? "or, if its equals compares all its fields, add keyCodec(() -> KeyCodec.ofFields(%s"
                .formatted(type.getSimpleName() + ".class))")
            : "or give it the methods equals and hashCode, and add KeyCodec.ofFields";
    return "%s has no canonical form as a key: make it a record, %s; or provide a KeyCodec by %s"
        .formatted(
            type.getName(),
            remedy,
            "CorralConfiguration.keyCodec or META-INF/services/" + KeyCodec.class.getName());
  }

  private static boolean declaresEquals(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  /** The entity whose class or proxy this is; null if it is none. */
  static @Nullable Class<?> entityOf(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Annotation annotation : each.getDeclaredAnnotations()) {
        if (ENTITY.contains(annotation.annotationType().getName())) {
          return each;
        }
      }
    }
    return null;
  }

  private static String variable(Class<?> type) {
    String name = type.getSimpleName();
    return name.isEmpty() ? "entity" : Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
