package dev.corral.jcache.internal.codec.values;

import java.util.List;
import java.util.Set;

/**
 * Decides by the name alone which classes cannot be allowed, so that a class whose name occurs in
 * stored bytes is not even loaded. Loading a name costs memory forever: class loaders keep a lock
 * for each name.
 */
final class ClassNamePatterns {

  private static final int MAX_LENGTH = 1_000;

  private final List<String> patterns;
  private final Set<String> names;

  /**
   * @param patterns in the order in which they apply
   * @param names names that are allowed unless a pattern refuses them
   */
  ClassNamePatterns(List<String> patterns, Set<String> names) {
    this.patterns = List.copyOf(patterns);
    this.names = Set.copyOf(names);
  }

  /** False only if no class with this name, which may be that of an array, is allowed. */
  boolean mayAllow(String className) {
    if (className.length() > MAX_LENGTH) {
      return false;
    }
    String name = elementOf(className);
    return name.length() == 1 || decide(name) || decide(withoutBody(name));
  }

  /** The first pattern that matches decides. */
  private boolean decide(String name) {
    for (String pattern : patterns) {
      boolean refuses = pattern.startsWith("!");
      boolean hasModule = pattern.indexOf('/') >= 0;
      String plain = pattern.substring(Math.max(refuses ? 1 : 0, pattern.indexOf('/') + 1));
      if (!(refuses && hasModule) && matches(plain, name)) {
        return !refuses;
      }
    }
    return names.contains(name);
  }

  private static boolean matches(String pattern, String name) {
    if (pattern.endsWith(".**")) {
      return name.startsWith(pattern.substring(0, pattern.length() - 2));
    } else if (pattern.endsWith(".*")) {
      String packageName = pattern.substring(0, pattern.length() - 2);
      return name.lastIndexOf('.') == packageName.length() && name.startsWith(packageName);
    } else if (pattern.endsWith("*")) {
      return name.startsWith(pattern.substring(0, pattern.length() - 1));
    }
    return name.equals(pattern);
  }

  /** The enum of a constant with a body, which decides for it. */
  private static String withoutBody(String name) {
    int end = name.length();
    while (end > 0 && Character.isDigit(name.charAt(end - 1))) {
      end--;
    }
    return end > 1 && name.charAt(end - 1) == '$' ? name.substring(0, end - 1) : name;
  }

  /** The name of the class, or of the elements of an array class. */
  static String elementOf(String className) {
    int dimensions = 0;
    while (dimensions < className.length() && className.charAt(dimensions) == '[') {
      dimensions++;
    }
    boolean isArrayOfObjects =
        dimensions > 0 && className.startsWith("L", dimensions) && className.endsWith(";");
    return isArrayOfObjects
        ? className.substring(dimensions + 1, className.length() - 1)
        : className.substring(dimensions);
  }
}
