package dev.corral.spring.boot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The settings of Corral in an environment of Spring: all properties {@code corral.…} except those
 * of the starter. Variables of the process are left out, since Corral reads them itself; but where
 * a setting also has a property, the value is the one that Spring's order of sources selects.
 *
 * @param properties the settings, by Corral's names
 * @param names Corral's name of each setting, and the name of the property
 * @param declaredCaches the names of the caches that have an empty block in YAML
 */
record EnvironmentSettings(
    Properties properties, Map<String, String> names, Set<String> declaredCaches) {

  static final String PREFIX = "corral.";
  static final String CONFIG = "corral.config";

  private static final String OF_STARTER = "corral.spring.";
  private static final String CACHES = "corral.caches.";

  private static final Pattern NAME_OF_CACHE =
      Pattern.compile("corral\\.caches\\.([^.\"]+|\"[^\"]+\")");

  /** An element of a list, such as [0], and a name in brackets, such as [com.shop.*]. */
  private static final Pattern ELEMENT = Pattern.compile("(.*)\\[(\\d+)]");

  private static final Pattern BRACKETS = Pattern.compile("\\.?\\[([^]]*[^]\\d][^]]*)]");

  /** The settings in an environment. */
  static EnvironmentSettings of(ConfigurableEnvironment environment) {
    Properties settings = new Properties();
    Map<String, String> names = new LinkedHashMap<>();
    Set<String> declared = new LinkedHashSet<>();
    Map<String, Map<Integer, String>> lists = new TreeMap<>();
    for (String property : propertyNames(environment)) {
      String value = environment.getProperty(property);
      if (value == null) {
        continue;
      }
      String name = settingName(property);
      Matcher element = ELEMENT.matcher(name);
      if (element.matches()) {
        lists
            .computeIfAbsent(element.group(1), it -> new TreeMap<>())
            .put(Integer.parseInt(element.group(2)), value);
        names.put(element.group(1), property);
      } else if (value.isEmpty() && isBlockOfCache(name)) {
        declared.add(unquoted(name.substring(CACHES.length())));
      } else {
        settings.setProperty(name, value);
        names.put(name, property);
      }
    }
    lists.forEach((name, values) -> settings.setProperty(name, String.join(",", values.values())));
    return new EnvironmentSettings(settings, names, declared);
  }

  private static Set<String> propertyNames(ConfigurableEnvironment environment) {
    Set<String> names = new TreeSet<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> enumerable
          && !(source instanceof SystemEnvironmentPropertySource)) {
        for (String name : enumerable.getPropertyNames()) {
          if (isOfCorral(name)) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }

  private static boolean isOfCorral(String name) {
    return name.startsWith(PREFIX) && !name.startsWith(OF_STARTER) && !name.equals(CONFIG);
  }

  /** The name with which Corral knows a property: names in brackets have quotes there. */
  private static String settingName(String property) {
    return BRACKETS.matcher(property).replaceAll(it -> Matcher.quoteReplacement(quoted(it)));
  }

  private static String quoted(MatchResult brackets) {
    return ".\"" + brackets.group(1) + "\"";
  }

  /** Whether the name is that of a cache, as an empty block in YAML has, and not of a setting. */
  private static boolean isBlockOfCache(String name) {
    return NAME_OF_CACHE.matcher(name).matches();
  }

  private static String unquoted(String name) {
    return name.replace("\"", "");
  }

  /** The properties that a message of Corral names. */
  List<String> namedIn(@Nullable String message) {
    List<String> found = new ArrayList<>();
    if (message != null) {
      names.forEach(
          (setting, property) -> {
            if (Pattern.compile(Pattern.quote(setting) + "(?![\\w-]|\\.\\w)")
                .matcher(message)
                .find()) {
              found.add(property);
            }
          });
    }
    return found;
  }
}
