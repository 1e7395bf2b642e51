package dev.corral.jcache.internal.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryEventFilter;
import javax.cache.event.CacheEntryListener;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a cache that name classes. The class loader of the manager finds them. */
final class ClassSettings {

  private static final Set<String> LISTENER_NAMES =
      Set.of("class", "filter", "synchronous", "old-value");

  private final SettingsReader reader;
  private final ClassLoader loader;

  ClassSettings(SettingsReader reader, ClassLoader loader) {
    this.reader = reader;
    this.loader = loader;
  }

  /**
   * The class that a setting names.
   *
   * @throws IllegalArgumentException if there is no such class
   */
  Class<?> type(String name) {
    return load(reader.value(name), reader.text(name).strip());
  }

  /**
   * A factory of the class that a setting names; null if it names none.
   *
   * @throws IllegalArgumentException if the class does not exist, is not of the type, or has no
   *     public constructor without parameters
   */
  <T> @Nullable Factory<T> factory(String name, Class<?> type) {
    String className = reader.named(name);
    return className == null ? null : factory(reader.value(name), className, type);
  }

  /** The factories of the classes in a list. */
  <T> List<Factory<T>> factories(String name, Class<?> type) {
    return reader.elements(name).stream()
        .map(it -> this.<T>factory(it, className(it), type))
        .distinct()
        .toList();
  }

  /** The classes in a list. */
  List<Class<?>> types(String name) {
    return reader.elements(name).stream()
        .<Class<?>>map(it -> load(it, className(it)))
        .distinct()
        .toList();
  }

  /** The listeners of the cache: each a class, or a block with a class and options. */
  <K, V> List<CacheEntryListenerConfiguration<K, V>> listeners(String name) {
    return reader.elements(name).stream().map(this::<K, V>listener).distinct().toList();
  }

  private <K, V> CacheEntryListenerConfiguration<K, V> listener(SettingValue element) {
    if (!(element.value() instanceof ConfigObject block)) {
      return new MutableCacheEntryListenerConfiguration<>(
          this.<CacheEntryListener<? super K, ? super V>>factory(
              element, className(element), CacheEntryListener.class),
          null,
          /* isOldValueRequired= */ false,
          /* isSynchronous= */ false);
    }
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(block).entrySet()) {
      if (!LISTENER_NAMES.contains(entry.getKey())) {
        throw SettingsReader.wrong(
            new SettingValue(element.path() + "." + entry.getKey(), entry.getValue()),
            "absent: a listener has class, filter, synchronous and old-value",
            null);
      }
    }
    SettingValue type = part(element, block, "class");
    SettingValue filter = block.containsKey("filter") ? part(element, block, "filter") : null;
    return new MutableCacheEntryListenerConfiguration<>(
        this.<CacheEntryListener<? super K, ? super V>>factory(
            type, className(type), CacheEntryListener.class),
        filter == null
            ? null
            : this.<CacheEntryEventFilter<? super K, ? super V>>factory(
                filter, className(filter), CacheEntryEventFilter.class),
        flag(element, block, "old-value"),
        flag(element, block, "synchronous"));
  }

  private static SettingValue part(SettingValue element, ConfigObject block, String name) {
    ConfigValue value = block.get(name);
    if (value == null) {
      throw SettingsReader.wrong(element, "a block with a " + name, null);
    }
    return new SettingValue(element.path() + "." + name, value);
  }

  private static boolean flag(SettingValue element, ConfigObject block, String name) {
    return block.containsKey(name)
        && new SettingsReader(Map.of(name, List.of(part(element, block, name)))).flag(name);
  }

  private static String className(SettingValue element) {
    if (element.value().valueType() != ConfigValueType.STRING) {
      throw SettingsReader.wrong(element, "the name of a class", null);
    }
    return String.valueOf(element.value().unwrapped()).strip();
  }

  private <T> Factory<T> factory(SettingValue from, String className, Class<?> type) {
    Class<?> found = load(from, className);
    if (!type.isAssignableFrom(found)) {
      throw SettingsReader.wrong(from, "a class that implements " + type.getName(), null);
    }
    try {
      var unused = found.getConstructor();
    } catch (NoSuchMethodException e) {
      throw SettingsReader.wrong(from, "a class with a public constructor without parameters", e);
    }
    if (Modifier.isAbstract(found.getModifiers()) || !Modifier.isPublic(found.getModifiers())) {
      throw SettingsReader.wrong(from, "a public class that is not abstract", null);
    }
    @SuppressWarnings("unchecked") // the type was checked
    Factory<T> factory = new ClassFactory<>((Class<? extends T>) found);
    return factory;
  }

  private Class<?> load(SettingValue from, String className) {
    try {
      return Class.forName(className, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new SettingsReader.SettingException(
          "%s: %s names the class %s, which the class loader of the cache manager does not find"
              .formatted(from.place(), from.path(), className),
          e);
    }
  }
}
