package dev.corral.jcache.internal.entry;

/**
 * What {@code unwrap} means everywhere in the standard: the object itself, if it is of the type.
 */
public final class Unwrapping {

  private Unwrapping() {}

  /**
   * The object as one of the type.
   *
   * @throws IllegalArgumentException if it is not of the type
   */
  public static <T> T unwrap(Object object, Class<T> type) {
    if (type.isInstance(object)) {
      return type.cast(object);
    }
    throw new IllegalArgumentException(
        "a %s is not a %s".formatted(object.getClass().getName(), type.getName()));
  }
}
