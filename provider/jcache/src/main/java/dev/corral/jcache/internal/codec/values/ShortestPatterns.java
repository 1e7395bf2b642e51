package dev.corral.jcache.internal.codec.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The shortest list of patterns that allows some classes. Several classes of an application become
 * one pattern of their package, or of the package above theirs; never of fewer than two segments,
 * such as {@code com}. Classes of the JDK and of common libraries are named one by one, because a
 * whole library may contain classes that hostile bytes can misuse.
 */
final class ShortestPatterns {

  /** The first segments of the packages of libraries. */
  private static final List<String> LIBRARIES =
      List.of(
          "java.",
          "javax.",
          "jakarta.",
          "jdk.",
          "sun.",
          "com.sun.",
          "kotlin.",
          "kotlinx.",
          "scala.",
          "groovy.",
          "org.codehaus.",
          "com.google.",
          "com.fasterxml.",
          "tools.jackson.",
          "com.zaxxer.",
          "com.esotericsoftware.",
          "org.springframework.",
          "org.hibernate.",
          "org.apache.",
          "org.eclipse.",
          "org.joda.",
          "org.slf4j.",
          "ch.qos.",
          "org.aspectj.",
          "org.w3c.",
          "org.xml.",
          "javassist.",
          "net.bytebuddy.",
          "net.sf.",
          "io.netty.",
          "io.vavr.",
          "io.reactivex.",
          "reactor.",
          "org.jboss.",
          "org.json.",
          "com.mchange.");

  /** The first segments of packages that many organizations share. */
  private static final Set<String> HOSTS = Set.of("com.github", "io.github", "com.gitlab");

  private ShortestPatterns() {}

  /** The patterns for these classes, sorted. */
  static List<String> of(Collection<String> classNames) {
    Set<String> patterns = new TreeSet<>();
    Map<String, List<String>> groups = new TreeMap<>();
    for (String name : new TreeSet<>(classNames)) {
      if (isOfLibrary(name) || name.indexOf('.') < 0) {
        patterns.add(name);
      } else {
        groups.computeIfAbsent(organizationOf(packageOf(name)), any -> new ArrayList<>()).add(name);
      }
    }
    groups.values().forEach(group -> patterns.add(patternOf(group)));
    return List.copyOf(patterns);
  }

  static boolean isOfLibrary(String className) {
    return LIBRARIES.stream().anyMatch(className::startsWith);
  }

  private static String patternOf(List<String> names) {
    if (names.size() == 1) {
      return names.get(0);
    }
    Set<String> packages = new TreeSet<>();
    names.forEach(name -> packages.add(packageOf(name)));
    if (packages.size() == 1) {
      return packages.iterator().next() + ".*";
    }
    List<String> common = null;
    for (String each : packages) {
      List<String> segments = Arrays.asList(each.split("\\.", -1));
      common = common == null ? segments : segments.subList(0, shared(common, segments));
    }
    return String.join(".", common == null ? List.of() : common) + ".**";
  }

  private static int shared(List<String> one, List<String> two) {
    int count = 0;
    while (count < Math.min(one.size(), two.size()) && one.get(count).equals(two.get(count))) {
      count++;
    }
    return count;
  }

  private static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.'));
  }

  /** The first two segments of a package; three if the first two are those of a host. */
  private static String organizationOf(String packageName) {
    String[] segments = packageName.split("\\.", -1);
    if (segments.length <= 2) {
      return packageName;
    }
    String two = segments[0] + "." + segments[1];
    return HOSTS.contains(two) ? two + "." + segments[2] : two;
  }
}
