package dev.corral.spring.boot;

import java.util.List;
import java.util.Set;

/** The patterns of allowed classes for the packages of an application. */
final class ApplicationPackages {

  /** Packages that contain the classes of many others. */
  private static final Set<String> SHARED =
      Set.of(
          "com",
          "org",
          "net",
          "io",
          "dev",
          "edu",
          "gov",
          "me",
          "co",
          "java",
          "javax",
          "jakarta",
          "kotlin",
          "sun",
          "jdk",
          "org.springframework",
          "org.apache");

  private ApplicationPackages() {}

  /** One pattern for each package with those below, except for packages that others share. */
  static List<String> patterns(List<String> packages) {
    return packages.stream()
        .filter(it -> !it.isBlank() && !SHARED.contains(it))
        .map(it -> it + ".**")
        .toList();
  }
}
