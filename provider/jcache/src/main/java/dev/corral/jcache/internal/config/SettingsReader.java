package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads typed settings. Every setting has a value, if only the default. A method throws an {@code
 * IllegalArgumentException} if the value is malformed; the message names the place, the setting,
 * what is valid, and the value unless it is secret.
 */
final class SettingsReader {

  private static final String NONE = "none";
  private static final String VALUE = "value";
  private static final String UNITS = "with its unit (ms, s, m, h, d), such as 500ms, 2s or 5m";

  /** All values of each setting, beginning with the most specific one. */
  private final Map<String, List<SettingValue>> values;

  SettingsReader(Map<String, List<SettingValue>> values) {
    this.values = values;
  }

  /** The most specific value of a setting. */
  SettingValue value(String name) {
    return Objects.requireNonNull(values.get(name), name).get(0);
  }

  /** All values of a setting, beginning with the most specific one. */
  List<SettingValue> values(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  String text(String name) {
    return read(name, "a text", Config::getString);
  }

  /** A text; null if it is blank. */
  @Nullable String filledText(String name) {
    String text = text(name);
    return text.isBlank() ? null : text;
  }

  /** A text; null if it is blank or {@code none}. */
  @Nullable String named(String name) {
    String text = text(name).strip();
    return text.isEmpty() || text.equalsIgnoreCase(NONE) ? null : text;
  }

  @Nullable Path path(String name) {
    String text = filledText(name);
    try {
      return text == null ? null : Path.of(text);
    } catch (InvalidPathException e) {
      throw wrong(value(name), "the path of a file", e);
    }
  }

  int integer(String name) {
    return read(name, "a whole number", Config::getInt);
  }

  /** A whole number; null for a word such as {@code auto}. */
  @Nullable Integer integerOr(String name, String word) {
    return isWord(name, word) ? null : read(name, "a whole number, or " + word, Config::getInt);
  }

  /** A number. */
  double number(String name) {
    return read(name, "a number", Config::getDouble);
  }

  /** A part of a whole, such as {@code 20%} or {@code 0.2}. */
  double part(String name) {
    return read(
        name,
        "a part from 0% to 100%, such as 20%",
        (config, path) -> {
          String text = config.getString(path).strip();
          boolean isPercentage = text.endsWith("%");
          double number =
              Double.parseDouble(isPercentage ? text.substring(0, text.length() - 1) : text);
          double part = isPercentage ? number / 100 : number;
          if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("out of range");
          }
          return part;
        });
  }

  /** A size in bytes, such as 64 MiB; the default unit is bytes. */
  long bytes(String name) {
    return read(name, "a size, such as 64 MiB", SettingsReader::size);
  }

  /** A size in bytes; null for {@code none}. */
  @Nullable Long bytesOrNone(String name) {
    return isWord(name, NONE)
        ? null
        : read(name, "a size, such as 4 KiB, or none", SettingsReader::size);
  }

  private static long size(Config config, String path) {
    long bytes = config.getBytes(path);
    if (bytes < 0) {
      throw new IllegalArgumentException("negative");
    }
    return bytes;
  }

  boolean flag(String name) {
    return read(name, "true or false", Config::getBoolean);
  }

  /** A constant of an enum, written in lower case with dashes, such as {@code read-only}. */
  <E extends Enum<E>> E constant(String name, Class<E> type) {
    String expected =
        Stream.of(type.getEnumConstants())
            .map(SettingsReader::spelled)
            .collect(Collectors.joining(", ", "one of ", ""));
    return read(name, expected, (config, path) -> constantOf(type, config.getString(path)));
  }

  private static <E extends Enum<E>> E constantOf(Class<E> type, String text) {
    return Enum.valueOf(type, text.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The elements of all lists of a setting, without repetitions; the most specific come first. */
  List<String> texts(String name) {
    LinkedHashSet<String> all = new LinkedHashSet<>();
    for (SettingValue value : values(name)) {
      all.addAll(read(value, "a list of texts", SettingsReader::elements));
    }
    return List.copyOf(all);
  }

  /** The elements of all lists of a setting, which are texts or blocks, each with its place. */
  List<SettingValue> elements(String name) {
    List<SettingValue> all = new ArrayList<>();
    for (SettingValue value : values(name)) {
      if (value.value() instanceof ConfigList list) {
        list.forEach(it -> all.add(new SettingValue(value.path(), it)));
      } else {
        for (String text : read(value, "a list of texts", SettingsReader::elements)) {
          all.add(
              new SettingValue(value.path(), ConfigValueFactory.fromAnyRef(text, value.place())));
        }
      }
    }
    return all;
  }

  private static List<String> elements(Config config, String path) {
    if (config.getValue(path).valueType() == ConfigValueType.LIST) {
      return config.getStringList(path);
    }
    return Stream.of(config.getString(path).split(",", -1))
        .map(String::strip)
        .filter(text -> !text.isEmpty() && !text.equalsIgnoreCase(NONE))
        .toList();
  }

  /** A duration with a unit, zero or more. */
  Duration duration(String name) {
    return read(name, "a duration " + UNITS, SettingsReader::withUnit);
  }

  /** A duration with a unit; null for {@code none}. */
  @Nullable Duration durationOrNone(String name) {
    return isWord(name, NONE)
        ? null
        : read(name, "a duration " + UNITS + ", or none", SettingsReader::withUnit);
  }

  /**
   * A time to live: a duration with a unit, {@code 0}, or {@code eternal}; at least 1 ms if it is
   * not zero. Null for {@code unchanged}, if this is allowed.
   */
  javax.cache.expiry.@Nullable Duration expiry(String name, boolean mayBeUnchanged) {
    if (isWord(name, "eternal")) {
      return javax.cache.expiry.Duration.ETERNAL;
    }
    if (mayBeUnchanged && isWord(name, "unchanged")) {
      return null;
    }
    String words = mayBeUnchanged ? ", or 0, eternal or unchanged" : ", or 0 or eternal";
    Duration duration = read(name, "a duration " + UNITS + words, SettingsReader::withUnit);
    return duration.isZero()
        ? javax.cache.expiry.Duration.ZERO
        : new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, Math.max(1, duration.toMillis()));
  }

  private boolean isWord(String name, String word) {
    Object value = value(name).value().unwrapped();
    return value instanceof String text && text.strip().equalsIgnoreCase(word);
  }

  private static Duration withUnit(Config config, String path) {
    String text = config.getString(path).strip();
    Duration duration = config.getDuration(path);
    boolean lacksUnit = !Character.isLetter(text.codePointBefore(text.length()));
    if (duration.isNegative() || (lacksUnit && !duration.isZero())) {
      throw new IllegalArgumentException("a duration without a unit, or negative");
    }
    return duration;
  }

  /**
   * A value of several settings of one block.
   *
   * @param block the first part of their names
   * @throws IllegalArgumentException if the value refuses the settings; the message names those
   *     that are not defaults
   */
  <T> T group(String block, Supplier<T> value) {
    try {
      return value.get();
    } catch (SettingException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      String sources =
          values.entrySet().stream()
              .filter(it -> it.getKey().startsWith(block))
              .map(it -> it.getValue().get(0))
              .filter(it -> !it.isDefault())
              .map(it -> it.place() + ": " + it.path())
              .distinct()
              .sorted()
              .collect(Collectors.joining("; "));
      throw new SettingException(sources + ": " + e.getMessage(), e);
    }
  }

  private <T> T read(String name, String expected, BiFunction<Config, String, T> getter) {
    return read(value(name), expected, getter);
  }

  private static <T> T read(
      SettingValue value, String expected, BiFunction<Config, String, T> getter) {
    try {
      return getter.apply(value.value().atKey(VALUE), VALUE);
    } catch (ConfigException
        | IllegalArgumentException
        | ArithmeticException
        | StringIndexOutOfBoundsException e) {
      throw wrong(value, expected, e);
    }
  }

  /** The exception for a value that is not what is expected. */
  static SettingException wrong(SettingValue value, String expected, @Nullable Exception cause) {
    boolean secret = Secrets.isSecret(value.path()) || value.path().equals(KnownSettings.URI);
    String shown = secret ? "" : ", not " + rendered(value.value());
    return new SettingException(
        "%s: %s must be %s%s".formatted(value.place(), value.path(), expected, shown),
        secret ? null : cause);
  }

  private static String rendered(ConfigValue value) {
    return value instanceof ConfigObject ? "a block" : value.render(ConfigRenderOptions.concise());
  }

  /** An invalid setting; the message names its place. */
  static final class SettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    SettingException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
