package dev.corral.jcache.internal.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of one place, such as the environment, divided into blocks. Each value has an
 * origin, which messages show.
 */
final class SettingsLayer {

  private static final Logger log = LoggerFactory.getLogger(SettingsLayer.class);

  private static final String VARIABLE_PREFIX = "CORRAL_";
  private static final int TYPO_DISTANCE = 2;

  /** The settings of the connection and of all caches, by their variables without the prefix. */
  private static final Map<String, KnownSettings.Location> BY_VARIABLE = byVariable();

  /** The settings by the kind of the block, the name of the block, and their name. */
  private final Map<String, Map<String, Map<String, SettingValue>>> kinds = new HashMap<>();

  /** Whether names of blocks have the form of variables, in which several names may be equal. */
  private final boolean namesAreVariables;

  private SettingsLayer(boolean namesAreVariables) {
    this.namesAreVariables = namesAreVariables;
  }

  private static Map<String, KnownSettings.Location> byVariable() {
    Map<String, KnownSettings.Location> all = new HashMap<>();
    for (String name : Reference.OF_MANAGER.keySet()) {
      all.put(
          KnownSettings.variable(name),
          new KnownSettings.Location(KnownSettings.MANAGER, "", name));
    }
    for (String name : Reference.OF_CACHE.keySet()) {
      all.put(
          KnownSettings.variable(KnownSettings.DEFAULTS + "." + name),
          new KnownSettings.Location(KnownSettings.DEFAULTS, "", name));
    }
    return all;
  }

  /** The settings of a block; empty if this place has no such block. */
  Map<String, SettingValue> block(String kind, String name) {
    String key = namesAreVariables ? KnownSettings.variable(name) : name;
    return kinds.getOrDefault(kind, Map.of()).getOrDefault(key, Map.of());
  }

  /** The names of the blocks of a kind; none if this place does not have the real names. */
  Set<String> names(String kind) {
    return namesAreVariables ? Set.of() : kinds.getOrDefault(kind, Map.of()).keySet();
  }

  /** A setting of the connection; null if this place does not have it. */
  @Nullable SettingValue ofManager(String name) {
    return block(KnownSettings.MANAGER, "").get(name);
  }

  private Map<String, SettingValue> declared(String kind, String name) {
    return kinds
        .computeIfAbsent(kind, it -> new HashMap<>())
        .computeIfAbsent(name, it -> new HashMap<>());
  }

  private void add(KnownSettings.Location to, String path, ConfigValue value) {
    declared(to.kind(), to.block()).put(to.name(), new SettingValue(path, value));
  }

  /** No settings. */
  static SettingsLayer empty() {
    return new SettingsLayer(false);
  }

  /**
   * The settings of a file.
   *
   * @throws IllegalArgumentException if one of them is unknown; the message names file and line
   */
  static SettingsLayer ofFile(ConfigObject file) {
    SettingsLayer layer = empty();
    SortedMap<Integer, IllegalArgumentException> unknown = new TreeMap<>();
    KnownSettings.visit(
        file,
        (path, value) -> {
          KnownSettings.Location location = KnownSettings.find(path);
          boolean isEmptyBlock = value instanceof ConfigObject;
          if (location != null && !isEmptyBlock) {
            layer.add(location, String.join(".", path), value);
          } else if (location != null || !isEmptyBlock || !layer.declareEmpty(path)) {
            unknown.put(value.origin().lineNumber(), unknownInFile(path, value));
          }
        });
    if (!unknown.isEmpty()) {
      throw unknown.values().iterator().next();
    }
    return layer;
  }

  /** Declares what an empty block names; returns false if no block may be there. */
  private boolean declareEmpty(List<String> path) {
    String kind = path.get(0);
    boolean hasName = kind.equals(KnownSettings.CACHES) || kind.equals(KnownSettings.TEMPLATES);
    if (!hasName) {
      return (KnownSettings.BLOCKS.contains(kind) && path.size() == 1) || isGroup(path, 1);
    }
    int end = path.size() > 2 && isGroup(path, path.size() - 1) ? path.size() - 1 : path.size();
    if (end > 1) {
      var unused = declared(kind, String.join(".", path.subList(1, end)));
    }
    return true;
  }

  /** Whether the last element of a path is the name of a group of settings, such as expiry. */
  private static boolean isGroup(List<String> path, int at) {
    return path.size() == at + 1
        && Reference.OF_CACHE.keySet().stream().anyMatch(it -> it.startsWith(path.get(at) + "."));
  }

  private static IllegalArgumentException unknownInFile(List<String> path, ConfigValue value) {
    String place = value.origin().description();
    String name = String.join(".", path);
    String kind = path.get(0);
    boolean isNamed = kind.equals(KnownSettings.CACHES) || kind.equals(KnownSettings.TEMPLATES);
    if (KnownSettings.BLOCKS.contains(kind) && path.size() <= (isNamed ? 2 : 1)) {
      return new IllegalArgumentException(
          "%s: %s must be a block of settings in braces, such as %s { %s }"
              .formatted(
                  place,
                  name,
                  name,
                  kind.equals("redis")
                      ? "timeout = 1s"
                      : kind.equals("embedded") ? "server = /path" : "time-to-live = 10m"));
    }
    return new IllegalArgumentException(
        "%s: unknown setting %s%s".formatted(place, name, Suggestions.endOf(path, "")));
  }

  /**
   * The properties that start with {@code corral.}, except those that only the Spring Boot starter
   * knows.
   *
   * @param kind the name of such a property in messages
   * @throws IllegalArgumentException if one of them is not a known setting
   */
  static SettingsLayer ofProperties(String kind, Properties properties) {
    SettingsLayer layer = empty();
    for (String property : new TreeSet<>(properties.stringPropertyNames())) {
      if (property.startsWith(KnownSettings.PREFIX) && !KnownSettings.isOfStarter(property)) {
        List<String> path = KnownSettings.split(property.substring(KnownSettings.PREFIX.length()));
        KnownSettings.Location location = KnownSettings.find(path);
        if (location == null) {
          throw new IllegalArgumentException(
              "Unknown %s %s%s"
                  .formatted(kind, property, Suggestions.endOf(path, KnownSettings.PREFIX)));
        }
        layer.put(location, path, properties.getProperty(property), kind + " " + property);
      }
    }
    return layer;
  }

  private void put(KnownSettings.Location to, List<String> path, String value, String origin) {
    add(to, String.join(".", path), ConfigValueFactory.fromAnyRef(value, origin));
  }

  /**
   * The variables that start with {@code CORRAL_}. An unknown variable is not an error: Kubernetes
   * sets {@code CORRAL_REDIS_SERVICE_HOST} for a service named corral-redis. It is logged if it is
   * similar to a known one.
   */
  static SettingsLayer ofEnvironment(Map<String, String> environment) {
    SettingsLayer layer = new SettingsLayer(true);
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(VARIABLE_PREFIX)) {
            KnownSettings.Location location =
                ofVariable(variable.substring(VARIABLE_PREFIX.length()));
            if (location == null) {
              warnOfTypo(variable);
            } else if (!value.isBlank()) {
              String path =
                  Stream.of(location.kind(), location.block(), location.name())
                      .filter(it -> !it.isEmpty())
                      .collect(Collectors.joining("."));
              String origin = "environment variable " + variable;
              layer.add(location, path, ConfigValueFactory.fromAnyRef(value, origin));
            }
          }
        });
    return layer;
  }

  /** The setting that a variable sets; its block has the name in the form of variables. */
  private static KnownSettings.@Nullable Location ofVariable(String variable) {
    KnownSettings.Location exact = BY_VARIABLE.get(variable);
    if (exact != null) {
      return exact;
    }
    for (String kind : List.of(KnownSettings.CACHES, KnownSettings.TEMPLATES)) {
      String start = KnownSettings.variable(kind) + "_";
      Optional<String> name =
          Reference.OF_CACHE.keySet().stream()
              .filter(it -> variable.startsWith(start))
              .filter(it -> variable.endsWith("_" + KnownSettings.variable(it)))
              .max(Comparator.comparingInt(String::length));
      if (name.isPresent()) {
        int end = variable.length() - name.get().length() - 1;
        if (end > start.length()) {
          String block = variable.substring(start.length(), end);
          return new KnownSettings.Location(kind, block, name.get());
        }
      }
    }
    return null;
  }

  private static void warnOfTypo(String variable) {
    Collection<String> known = BY_VARIABLE.keySet().stream().map(VARIABLE_PREFIX::concat).toList();
    Suggestions.nearest(variable, known, TYPO_DISTANCE)
        .ifPresent(
            nearest ->
                log.warn(
                    "Unknown environment variable {} is ignored; did you mean {}?",
                    variable,
                    nearest));
  }

  /**
   * The settings in a Redis URI, besides the address.
   *
   * @throws IllegalArgumentException if a parameter of the URI is not a known setting
   */
  static SettingsLayer ofUri(RedisUri uri, String origin) {
    SettingsLayer layer = empty();
    for (Map.Entry<String, String> setting : uri.settings().entrySet()) {
      List<String> path = new ArrayList<>(KnownSettings.split(setting.getKey()));
      if (path.size() == 1) {
        path.add(0, "redis");
      }
      KnownSettings.Location location = KnownSettings.find(path);
      if (location == null || location.name().equals(KnownSettings.URI)) {
        String suggested = Suggestions.suggest(path);
        throw new IllegalArgumentException(
            "%s: unknown parameter %s of a Redis URI; %s"
                .formatted(
                    origin,
                    setting.getKey(),
                    suggested == null || suggested.equals(KnownSettings.URI)
                        ? "parameters are the settings of the block redis, and full names such as"
                            + " caches.users.time-to-live"
                        : "did you mean " + suggested.replaceFirst("^redis\\.", "") + "?"));
      }
      layer.put(location, path, setting.getValue(), origin);
    }
    return layer;
  }

  /** A layer with the address of Redis alone. */
  static SettingsLayer ofAddress(String uri, String origin) {
    SettingsLayer layer = empty();
    List<String> path = KnownSettings.split(KnownSettings.URI);
    layer.put(
        new KnownSettings.Location(KnownSettings.MANAGER, "", KnownSettings.URI),
        path,
        uri,
        origin);
    return layer;
  }
}
