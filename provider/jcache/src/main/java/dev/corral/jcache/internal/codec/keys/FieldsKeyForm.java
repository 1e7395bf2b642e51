package dev.corral.jcache.internal.codec.keys;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The form of classes that the configuration states to be equal by their fields: the class name and
 * the fields, sorted by name. A stored text can name only these classes, so none is loaded.
 */
final class FieldsKeyForm implements KeyForm {

  private final Map<String, Class<?>> types = new HashMap<>();
  private final Set<Class<?>> checked = ConcurrentHashMap.newKeySet();

  /**
   * Adds a class, before any key is written.
   *
   * @throws IllegalArgumentException if the fields are not the whole state of its objects, or the
   *     class is an entity
   */
  void add(Class<?> type) {
    if (KeyRefusals.entityOf(type) != null) {
      throw new IllegalArgumentException(KeyRefusals.of(type));
    }
    if (!ObjectKeyForm.hasOwnStateOnly(type)) {
      throw new IllegalArgumentException(
          "KeyCodec.ofFields(%s): two fields have the same name, or a superclass of the JDK has fields"
              .formatted(type.getName()));
    }
    types.put(type.getName(), type);
  }

  @Override
  public String name() {
    return "fields";
  }

  @Override
  public void write(Object key, KeyWriter out) {
    Class<?> type = key.getClass();
    @Nullable Object[] values = ObjectKeyForm.values(key);
    if (!checked.contains(type)) {
      requireEqualCopy(key, values);
      checked.add(type);
    }
    out.head(type.getName());
    out.parts(values);
  }

  /** Detects an equals that does not compare the fields, or compares transient ones too. */
  private static void requireEqualCopy(Object key, @Nullable Object[] values) {
    Object copy = ObjectKeyForm.create(key.getClass(), values);
    if (!key.equals(copy) || !copy.equals(key) || key.hashCode() != copy.hashCode()) {
      throw new CacheException(
          ("%s is not equal by its fields, although KeyCodec.ofFields is configured for it: a copy"
                  + " with the same fields differs; provide a KeyCodec of your own")
              .formatted(key.getClass().getName()));
    }
  }

  @Override
  public Object read(KeyReader in) {
    String name = in.head();
    Class<?> type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException(
          "KeyCodec.ofFields is not configured for a class of a stored key");
    }
    return ObjectKeyForm.create(type, in.parts());
  }
}
