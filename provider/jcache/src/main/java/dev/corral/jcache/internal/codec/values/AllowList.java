package dev.corral.jcache.internal.codec.values;

import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Status;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The classes whose instances a cache may write to Redis and read back; everything else is refused.
 *
 * <p>Asked in this order, and the first answer counts:
 *
 * <ol>
 *   <li>primitives are allowed; arrays are what their elements are; an enum constant with a body is
 *       what its enum is; lambdas, other hidden classes and dynamic proxies are always refused;
 *   <li>the user's patterns, in their order, in the syntax of {@link ObjectInputFilter}: {@code
 *       com.shop.Order}, {@code com.shop.*} (that package), {@code com.shop.**} (and those below),
 *       {@code com.shop.Or*}, {@code *} (everything), and with {@code !} in front to refuse, also
 *       what is built in;
 *   <li>the configured key and value types: each itself, its superclasses, and, if it is sealed,
 *       the classes it permits; but not the types of its fields, nor open subclasses;
 *   <li>the built-in classes: values, collections and common exceptions of the JDK, the entries of
 *       Hibernate's second-level cache, Spring's {@code NullValue}.
 * </ol>
 */
public final class AllowList {

  private static final ObjectInputFilter BUILT_IN =
      ObjectInputFilter.Config.createFilter(String.join(";", BuiltInClasses.PATTERNS));

  private final @Nullable ObjectInputFilter patterns;
  private final Set<Class<?>> configured;
  private final ClassValue<Boolean> decisions =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return decide(type);
        }
      };

  private AllowList(@Nullable ObjectInputFilter patterns, Set<Class<?>> configured) {
    this.patterns = patterns;
    this.configured = configured;
  }

  /**
   * The list of a cache: the user's patterns, then the configured types, then what is built in.
   *
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
    return new AllowList(ObjectInputFilter.Config.createFilter(joined), Set.copyOf(configured));
  }

  private static void requirePattern(String pattern) {
    if (pattern.indexOf('=') >= 0) {
      throw new IllegalArgumentException(
          "Not a class pattern in allowed-classes: '" + pattern + "'; limits have no effect there");
    }
    try {
      int star = pattern.indexOf('*');
      if (star >= 0 && !pattern.substring(star).matches("\\*\\*?(;.*)?")) {
        throw new IllegalArgumentException("* within a name");
      }
      ObjectInputFilter.Config.createFilter(pattern);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Not a class pattern in allowed-classes: '"
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

  private boolean decide(Class<?> type) {
    Class<?> element = elementOf(type);
    if (element.isPrimitive()) {
      return true;
    }
    if (element.isHidden() || Proxy.isProxyClass(element)) {
      return false;
    }
    Status asked = patterns == null ? Status.UNDECIDED : ask(patterns, element);
    if (asked != Status.UNDECIDED) {
      return asked == Status.ALLOWED;
    }
    return configured.contains(element) || ask(BUILT_IN, element) == Status.ALLOWED;
  }

  /** What to tell the user about a class that is not allowed: its name and the way out. */
  public String refusal(Class<?> type) {
    Class<?> element = elementOf(type);
    if (element.isHidden() || element.isSynthetic()) {
      return "A lambda or hidden class cannot be stored: " + element.getName();
    }
    if (Proxy.isProxyClass(element)) {
      return "A dynamic proxy cannot be stored: " + element.getName();
    }
    String name = element.getName();
    return "Class "
        + name
        + " is not allowed in this cache: add the pattern '"
        + name
        + "' to allowed-classes (CorralConfiguration.allowedClasses)";
  }

  private static Class<?> elementOf(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    Class<?> parent = element.getSuperclass();
    return parent != null && parent.isEnum() ? parent : element;
  }

  private static Status ask(ObjectInputFilter filter, Class<?> type) {
    return filter.checkInput(new Question(type));
  }

  /** A class by itself, outside of any stream. */
  private record Question(Class<?> serialClass) implements ObjectInputFilter.FilterInfo {
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
