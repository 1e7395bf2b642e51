package dev.corral.jcache.internal.codec.values;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The classes that the class loader of a cache manager finds by their names. An object of another
 * class cannot be read again: a class of the same name would take its place.
 */
final class OwnClasses {

  private OwnClasses() {}

  /**
   * Requires that the class loader finds this class, and no other one of its name.
   *
   * @throws CacheException if it does not
   */
  static void require(Class<?> type, ClassLoader loader) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    if (PlatformTypes.isJdk(element)) {
      return;
    }
    try {
      if (PlatformTypes.load(element.getName(), loader) != element) {
        throw foreign(element, "which has its own class of this name", null);
      }
    } catch (ClassNotFoundException | LinkageError e) {
      throw foreign(element, "which does not find it", e);
    }
  }

  private static CacheException foreign(Class<?> type, String why, @Nullable Throwable cause) {
    return new CacheException(
        ("%s was loaded by another class loader than that of the cache manager, %s; get the manager"
                + " with the class loader of the class")
            .formatted(type.getName(), why),
        cause);
  }
}
