package dev.corral.jcache.internal.entry;

/** The {@code unwrap} methods of the standard: they return the object itself if it has the type. */
public final class Unwrapping {

  private Unwrapping() {}

  /**
   * The object, cast to the type.
   *
   * @throws IllegalArgumentException if the object is not an instance of the type
   */
  public static <T> T unwrap(Object object, Class<T> type) {
    if (type.isInstance(object)) {
      return type.cast(object);
    }
    throw new IllegalArgumentException(
        "cannot unwrap: %s is not an instance of %s"
            .formatted(object.getClass().getName(), type.getName()));
  }
}
