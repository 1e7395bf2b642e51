package dev.corral.examples.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.cache.Caching;
import org.hibernate.cache.jcache.ConfigSettings;
import org.hibernate.cfg.AvailableSettings;
import org.jspecify.annotations.Nullable;

/**
 * Checks blocks of settings. Corral itself judges its own settings: a cache manager that gets them
 * refuses unknown names and wrong values. Those of Spring Boot must be in the metadata of its jars.
 */
final class SettingSnippets {

  /** The names of properties, with their Java types. */
  private final TreeMap<String, String> metadata = new TreeMap<>();

  SettingSnippets() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ClassLoader loader = SettingSnippets.class.getClassLoader();
    for (URL url :
        Collections.list(loader.getResources("META-INF/spring-configuration-metadata.json"))) {
      try (InputStream in = url.openStream()) {
        for (JsonNode property : json.readTree(in).path("properties")) {
          metadata.put(property.path("name").asText(), property.path("type").asText());
        }
      }
    }
  }

  /** What is wrong with a file of Corral's settings; null if nothing is. */
  static @Nullable String problemOfFile(String hocon, Path directory) throws IOException {
    Path file = Files.writeString(Files.createTempFile(directory, "snippet", ".conf"), hocon);
    return problem(file.toUri(), new Properties());
  }

  /** What is wrong with each of these properties. */
  List<String> problemsOfProperties(String text) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    List<String> problems = new ArrayList<>();
    for (String name : properties.stringPropertyNames()) {
      if (!isKnown(name, properties.getProperty(name))) {
        problems.add(name + " is unknown");
      }
    }
    return problems;
  }

  /** What is wrong with each setting in this tree of YAML. */
  List<String> problemsOfTree(Map<?, ?> tree, String prefix) {
    List<String> problems = new ArrayList<>();
    tree.forEach(
        (key, value) -> {
          String name = prefix + String.valueOf(key).replaceAll("^\\[(.*)]$", "$1");
          boolean isNode = name.startsWith("corral.") || !isMap(name);
          if (value instanceof Map<?, ?> children && isNode) {
            problems.addAll(problemsOfTree(children, name + "."));
          } else if (!isKnown(name, String.valueOf(value))) {
            problems.add(name + " is unknown");
          }
        });
    return problems;
  }

  private boolean isKnown(String name, String value) {
    String property = name.replaceAll("\\[\\d+]", "");
    if (property.startsWith("hibernate.")) {
      return isHibernate(property);
    }
    if (property.startsWith("spring.jpa.properties.")) {
      return isHibernate(property.substring("spring.jpa.properties.".length()));
    }
    if (property.startsWith("corral.") && !metadata.containsKey(property)) {
      Properties own = new Properties();
      own.setProperty(name, value);
      return problem(URI.create("embedded:/"), own) == null;
    }
    return metadata.containsKey(property) || isMap(property);
  }

  /** Whether a property, or one above it, is a map with names of the user's choice. */
  private boolean isMap(String name) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
      String type = metadata.get(name.substring(0, end));
      if (type != null && type.startsWith("java.util.Map")) {
        return true;
      }
    }
    return false;
  }

  /** Whether Hibernate or its module for JCache has a constant for a property. */
  private static boolean isHibernate(String name) {
    return Stream.of(AvailableSettings.class, ConfigSettings.class)
        .flatMap(it -> Stream.of(it.getFields()))
        .anyMatch(it -> name.equals(valueOf(it)));
  }

  private static @Nullable Object valueOf(Field constant) {
    try {
      return constant.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable String problem(URI uri, Properties properties) {
    try {
      Caching.getCachingProvider()
          .getCacheManager(
              uri, new ClassLoader(SettingSnippets.class.getClassLoader()) {}, properties)
          .close();
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
