package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings that exist, with their types, meanings and defaults: the file {@code reference.conf}
 * in the jar of Corral. It is the only place of the defaults. The documentation has its tables.
 */
final class Reference {

  /** The origin of all defaults. */
  static final String PLACE = "Corral's reference.conf";

  private static final String RESOURCE = "/dev/corral/jcache/reference.conf";
  private static final String SECRET = "secret ";

  /**
   * A setting.
   *
   * @param name the full name of a setting of the connection; of a setting of a cache the name
   *     within its block
   * @param value the default
   * @param meaning the first lines of the comment
   * @param notes the lines {@code Type}, {@code Code} and {@code See} of the comment, without their
   *     labels; absent if the setting has none
   */
  record Setting(String name, SettingValue value, String meaning, Map<String, String> notes) {

    /** Whether the values of all blocks count, rather than that of the most specific one. */
    boolean isList() {
      return value.value().valueType() == ConfigValueType.LIST;
    }

    /** The type as the documentation names it. */
    String type() {
      return notes.getOrDefault("Type", "");
    }

    boolean isSecret() {
      return type().startsWith(SECRET);
    }
  }

  private static final Config FILE = parse();

  /** The settings of the connection, by their full names, in the order of the file. */
  static final Map<String, Setting> OF_MANAGER = ofManager();

  /** The settings of a cache, by their names within a block, in the order of the file. */
  static final Map<String, Setting> OF_CACHE = settings("defaults", "");

  private Reference() {}

  /** The templates of Corral, and the blocks of caches that have them. */
  static ConfigObject builtInBlocks() {
    return FILE.root()
        .withOnlyKey(KnownSettings.TEMPLATES)
        .withValue(KnownSettings.CACHES, FILE.getValue(KnownSettings.CACHES));
  }

  private static Config parse() {
    URL url = Reference.class.getResource(RESOURCE);
    if (url == null) {
      throw new IllegalStateException(
          "The jar of Corral has no " + RESOURCE + "; a tool that repacks jars must keep it");
    }
    return ConfigFactory.parseURL(
            url,
            ConfigParseOptions.defaults()
                .setAllowMissing(false)
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription(PLACE))
        .getConfig("corral");
  }

  private static Map<String, Setting> ofManager() {
    Map<String, Setting> settings = new LinkedHashMap<>(settings("redis", "redis."));
    settings.putAll(settings("embedded", "embedded."));
    return Collections.unmodifiableMap(settings);
  }

  private static Map<String, Setting> settings(String block, String prefix) {
    List<Setting> found = new ArrayList<>();
    collect(FILE.getObject(block), block + ".", prefix, found);
    found.sort(Comparator.comparingInt(it -> it.value().value().origin().lineNumber()));
    Map<String, Setting> byName = new LinkedHashMap<>();
    found.forEach(it -> byName.put(it.name(), it));
    return Collections.unmodifiableMap(byName);
  }

  private static void collect(ConfigObject object, String path, String name, List<Setting> to) {
    object.forEach(
        (key, value) -> {
          if (value instanceof ConfigObject block) {
            collect(block, path + key + ".", name + key + ".", to);
          } else {
            to.add(setting(path + key, name + key, value));
          }
        });
  }

  private static Setting setting(String path, String name, ConfigValue value) {
    Map<String, String> notes = new LinkedHashMap<>();
    List<String> meaning = new ArrayList<>();
    for (String line : value.origin().comments()) {
      String text = line.strip();
      int colon = text.indexOf(": ");
      if (colon > 0 && List.of("Type", "Code", "See").contains(text.substring(0, colon))) {
        notes.put(text.substring(0, colon), text.substring(colon + 2));
      } else {
        meaning.add(text);
      }
    }
    return new Setting(
        name, new SettingValue(path, value), String.join(" ", meaning), Map.copyOf(notes));
  }
}
