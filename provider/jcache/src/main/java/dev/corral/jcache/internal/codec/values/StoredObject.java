package dev.corral.jcache.internal.codec.values;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of a stored value, read without its class: the name of the class, and its fields by
 * name. The fields are added after the object was created, because it may contain itself.
 *
 * @param fields scalars of the JDK, stored objects, {@link StoredMap stored maps}, lists, null
 */
public record StoredObject(String className, Map<String, @Nullable Object> fields) {

  /** An object whose fields are added later. */
  StoredObject(String className) {
    this(className, new LinkedHashMap<>());
  }

  /** Adds a field; one that a superclass declares with the same name gets a number. */
  void add(String name, @Nullable Object value) {
    String unique = name;
    for (int number = 2; fields.containsKey(unique); number++) {
      unique = name + "#" + number;
    }
    fields.put(unique, value);
  }

  /** By identity, since an object may contain itself. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return className;
  }
}
