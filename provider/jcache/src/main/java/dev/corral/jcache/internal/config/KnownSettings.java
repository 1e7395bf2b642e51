package dev.corral.jcache.internal.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The names of settings: which are known, and how a path is divided into a block and a name. */
final class KnownSettings {

  static final String PREFIX = "corral.";
  static final String URI = "redis.uri";

  static final String DEFAULTS = "defaults";
  static final String TEMPLATES = "templates";
  static final String CACHES = "caches";

  /** The block of the settings of the connection, which have their full names. */
  static final String MANAGER = "";

  /** The blocks at the top of a file. */
  static final Set<String> BLOCKS = Set.of("redis", "embedded", DEFAULTS, TEMPLATES, CACHES);

  /** Properties of the Spring Boot starter, which may be system properties too. */
  private static final String CONFIG_OF_STARTER = PREFIX + "config";

  private static final String PREFIX_OF_STARTER = PREFIX + "spring.";

  private KnownSettings() {}

  /**
   * Where a setting belongs.
   *
   * @param kind {@link #MANAGER}, {@link #DEFAULTS}, {@link #TEMPLATES} or {@link #CACHES}
   * @param block the name or the pattern of the caches, or the name of the template; otherwise
   *     empty
   * @param name the name within the block
   */
  record Location(String kind, String block, String name) {}

  /**
   * The location of a path; null if it is no known setting. The name of a cache is what precedes
   * the longest known setting, so it may contain dots.
   */
  static @Nullable Location find(List<String> path) {
    String full = String.join(".", path);
    if (Reference.OF_MANAGER.containsKey(full)) {
      return new Location(MANAGER, "", full);
    }
    String kind = path.get(0);
    if (kind.equals(DEFAULTS)) {
      String name = String.join(".", path.subList(1, path.size()));
      return Reference.OF_CACHE.containsKey(name) ? new Location(kind, "", name) : null;
    }
    if (kind.equals(TEMPLATES) || kind.equals(CACHES)) {
      for (int i = 2; i < path.size(); i++) {
        String name = String.join(".", path.subList(i, path.size()));
        if (Reference.OF_CACHE.containsKey(name)) {
          return new Location(kind, String.join(".", path.subList(1, i)), name);
        }
      }
    }
    return null;
  }

  /** Whether a property belongs to the Spring Boot starter, and means nothing without it. */
  static boolean isOfStarter(String property) {
    return property.equals(CONFIG_OF_STARTER) || property.startsWith(PREFIX_OF_STARTER);
  }

  /** Whether the value of a setting is a secret. */
  static boolean isSecret(String setting) {
    Location location = find(split(setting));
    Reference.Setting known =
        location == null
            ? null
            : location.kind().equals(MANAGER)
                ? Reference.OF_MANAGER.get(location.name())
                : Reference.OF_CACHE.get(location.name());
    return known != null && known.isSecret();
  }

  /**
   * Visits all settings of a file: values that are no blocks, and empty blocks, which declare a
   * cache without settings of its own. A null is no setting.
   */
  static void visit(ConfigObject object, BiConsumer<List<String>, ConfigValue> visitor) {
    visit(object, List.of(), visitor);
  }

  private static void visit(
      ConfigObject object, List<String> parent, BiConsumer<List<String>, ConfigValue> visitor) {
    object.forEach(
        (key, value) -> {
          List<String> path = new ArrayList<>(parent);
          path.add(key);
          if (value instanceof ConfigObject block && !block.isEmpty()) {
            visit(block, path, visitor);
          } else if (value.valueType() != ConfigValueType.NULL) {
            visitor.accept(path, value);
          }
        });
  }

  /** The elements of a path, which dots separate except for those in double quotes. */
  static List<String> split(String path) {
    List<String> elements = new ArrayList<>();
    StringBuilder element = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '.' && !quoted) {
        elements.add(element.toString());
        element.setLength(0);
      } else {
        element.append(c);
      }
    }
    elements.add(element.toString());
    return elements;
  }

  /** A name in the form of environment variables: in capitals, with {@code _} for all else. */
  static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
