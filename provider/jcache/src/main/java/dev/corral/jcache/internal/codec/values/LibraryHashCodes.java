package dev.corral.jcache.internal.codec.values;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The classes of libraries that every cache allows, and whose hash codes include those of their
 * parts. They have the budget of collections, because hostile bytes may nest them.
 */
final class LibraryHashCodes {

  private static final List<String> PACKAGES =
      List.of("com.google.common.collect.", "org.springframework.data.domain.", "kotlin.");

  private static final ClassValue<Boolean> INCLUDE_PARTS =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return PACKAGES.stream().anyMatch(type.getName()::startsWith);
        }
      };

  private LibraryHashCodes() {}

  /** Whether the hash code of an object includes those of its parts. */
  static boolean includeParts(Object object) {
    return INCLUDE_PARTS.get(object.getClass());
  }

  /** The parts of such an object. */
  static Collection<? extends @Nullable Object> partsOf(Object object) {
    Object content = LibraryContainers.contentOf(object);
    if (content != null) {
      return DeferredFill.elementsOf(content);
    }
    List<@Nullable Object> parts = new ArrayList<>();
    for (Field field : ReflectiveSerializer.fieldsOf(object.getClass())) {
      try {
        parts.add(field.get(object));
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("Cannot read " + field, e);
      }
    }
    return parts;
  }
}
