package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.RefusalStatistics;
import dev.corral.jcache.codec.UndecodableValueException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Status;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The classes whose instances a cache may write to Redis and read from it. Safe for many threads.
 *
 * <p>These rules are applied in this order; the first that matches decides:
 *
 * <ol>
 *   <li>Primitives are allowed. An array is treated as its element type, and an enum constant with
 *       a body as its enum. Lambdas, other hidden classes and dynamic proxies are refused.
 *   <li>The user's patterns, in their order, in the syntax of {@link ObjectInputFilter}: {@code
 *       com.shop.Order}, {@code com.shop.*} (a package), {@code com.shop.**} (with its
 *       subpackages), {@code com.shop.Or*}, {@code *} (all classes). A pattern with {@code !}
 *       refuses classes, built-in ones, too.
 *   <li>The configured key and value types are allowed: each type, its superclasses, and, if it is
 *       sealed, its permitted subclasses; but not the types of its fields, nor other subclasses.
 *   <li>Built-in classes are allowed: values, collections and common exceptions of the JDK, the
 *       entries of Hibernate's second-level cache, Spring's {@code NullValue}, pages and sorts of
 *       Spring Data, immutable collections of Guava, Kotlin's {@code Pair} and {@code Triple}.
 *   <li>All other classes are refused.
 * </ol>
 */
public final class AllowList {

  private static final int MAX_NAME_LENGTH = 500;

  private static final ObjectInputFilter BUILT_IN =
      ObjectInputFilter.Config.createFilter(String.join(";", BuiltInClasses.PATTERNS));

  private final @Nullable ObjectInputFilter patterns;
  private final Set<Class<?>> configured;
  private final ClassNamePatterns names;
  private final RefusalLog refusals = new RefusalLog();
  private final ClassValue<Boolean> decisions =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return decide(type);
        }
      };

  private AllowList(String patterns, Set<Class<?>> configured) {
    this.patterns = ObjectInputFilter.Config.createFilter(patterns);
    this.configured = configured;
    List<String> all = new ArrayList<>(split(patterns));
    BuiltInClasses.PATTERNS.forEach(joined -> all.addAll(split(joined)));
    this.names =
        new ClassNamePatterns(
            all, configured.stream().map(Class::getName).collect(Collectors.toSet()));
  }

  private static List<String> split(String patterns) {
    return Stream.of(patterns.split(";")).filter(pattern -> !pattern.isEmpty()).toList();
  }

  /**
   * The allow-list of a cache.
   *
   * @param patterns the user's patterns; blank ones are ignored
   * @param configuredTypes the key and value types of the cache
   * @throws IllegalArgumentException if a pattern is malformed, or a limit ({@code maxdepth=…})
   */
  public static AllowList of(Collection<String> patterns, Class<?>... configuredTypes) {
    String joined =
        patterns.stream()
            .map(String::strip)
            .filter(pattern -> !pattern.isEmpty())
            .peek(AllowList::requirePattern)
            .collect(Collectors.joining(";"));
    Set<Class<?>> configured = new HashSet<>();
    for (Class<?> type : configuredTypes) {
      addConfigured(type, configured);
    }
    return new AllowList(joined, Set.copyOf(configured));
  }

  private static void requirePattern(String pattern) {
    if (pattern.indexOf('=') >= 0) {
      throw new IllegalArgumentException(
          "allowed-classes contains a limit, '"
              + pattern
              + "'; only class patterns have an effect");
    }
    try {
      int star = pattern.indexOf('*');
      if (star >= 0 && !pattern.substring(star).matches("\\*\\*?(;.*)?")) {
        throw new IllegalArgumentException("a * must be at the end");
      }
      ObjectInputFilter.Config.createFilter(pattern);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "allowed-classes contains a malformed pattern, '"
              + pattern
              + "'; write com.shop.Order, com.shop.* or com.shop.**",
          e);
    }
  }

  private static void addConfigured(Class<?> type, Set<Class<?>> configured) {
    Class<?> element = elementOf(type);
    if (!configured.add(element)) {
      return;
    }
    if (element.getSuperclass() != null) {
      addSuperclasses(element.getSuperclass(), configured);
    }
    if (element.isSealed()) {
      for (Class<?> permitted : element.getPermittedSubclasses()) {
        addConfigured(permitted, configured);
      }
    }
  }

  private static void addSuperclasses(Class<?> type, Set<Class<?>> configured) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      configured.add(each);
    }
  }

  /** Whether instances of the class may be written and read. */
  public boolean allows(Class<?> type) {
    return decisions.get(type);
  }

  /** Whether a pattern of the user refuses the class, so that no other pattern can allow it. */
  public boolean refuses(Class<?> type) {
    return patterns != null && check(patterns, elementOf(type)) == Status.REJECTED;
  }

  /**
   * False only if {@link #allows} is false for every class with this name. To be called before a
   * class is loaded because its name occurs in stored bytes.
   */
  public boolean mayAllow(String className) {
    return names.mayAllow(className);
  }

  /**
   * The class that a Java object stream names; uninitialized.
   *
   * @throws UndecodableValueException if the class is not allowed
   * @throws ClassNotFoundException if the class loader does not find it
   */
  Class<?> load(String className, ClassLoader loader) throws ClassNotFoundException {
    if (PlatformTypes.primitive(className) == null && !mayAllow(className)) {
      throw new UndecodableValueException(refusal(className), null);
    }
    return PlatformTypes.load(className, loader);
  }

  private boolean decide(Class<?> type) {
    Class<?> element = elementOf(type);
    if (element.isPrimitive()) {
      return true;
    }
    if (element.isHidden() || Proxy.isProxyClass(element)) {
      return false;
    }
    Status byPatterns = patterns == null ? Status.UNDECIDED : check(patterns, element);
    if (byPatterns != Status.UNDECIDED) {
      return byPatterns == Status.ALLOWED;
    }
    return configured.contains(element) || check(BUILT_IN, element) == Status.ALLOWED;
  }

  /** The message for a class that is not allowed: its name and the remedy. */
  public String refusal(Class<?> type) {
    Class<?> element = elementOf(type);
    if (element.isHidden() || element.isSynthetic()) {
      return "A lambda or hidden class cannot be stored: " + element.getName();
    }
    if (refuses(element)) {
      return "Class " + element.getName() + " is refused by a pattern with ! in allowed-classes";
    }
    if (Proxy.isProxyClass(element)) {
      return "A dynamic proxy cannot be stored: " + element.getName();
    }
    return refusal(element.getName());
  }

  /** The message for a class that is not allowed, and that need not exist. */
  public String refusal(String className) {
    String name = ClassNamePatterns.elementOf(className);
    if (name.length() > MAX_NAME_LENGTH) {
      return "A class with a name of " + name.length() + " characters is not allowed";
    }
    return "Class "
        + name
        + " is not allowed in this cache: add the pattern '"
        + name
        + "' to allowed-classes (CorralConfiguration.allowedClasses)";
  }

  /** Whether a pattern could allow the class. */
  boolean isAllowable(Class<?> type) {
    Class<?> element = elementOf(type);
    return !element.isHidden()
        && !element.isSynthetic()
        && !Proxy.isProxyClass(element)
        && !refuses(element)
        && element != java.lang.invoke.SerializedLambda.class
        && LibraryContainers.storedAs(element) == null
        && !LibraryContainers.isProxy(element);
  }

  /** Counts a refused value, and returns the exception with all its missing classes. */
  CacheException refuse(Object value, RefusedClassException failure) {
    return refusals.refuse(value, failure, this);
  }

  /** The values that were refused so far. */
  public RefusalStatistics refusals() {
    return refusals.statistics();
  }

  /** The class itself, the element type of an array, or the enum of a constant with a body. */
  static Class<?> elementOf(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    Class<?> parent = element.getSuperclass();
    return parent != null && parent.isEnum() ? parent : element;
  }

  private static Status check(ObjectInputFilter filter, Class<?> type) {
    return filter.checkInput(new SingleClass(type));
  }

  /** The information for a filter about a class outside of an object stream. */
  private record SingleClass(Class<?> serialClass) implements ObjectInputFilter.FilterInfo {
    @Override
    public long arrayLength() {
      return -1;
    }

    @Override
    public long depth() {
      return 1;
    }

    @Override
    public long references() {
      return 1;
    }

    @Override
    public long streamBytes() {
      return 0;
    }
  }
}
