package dev.corral.jcache.internal.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads typed settings from the merged layers. A method returns null, or empty, if the setting is
 * absent, and throws an {@code IllegalArgumentException} if it is malformed; the message names the
 * setting, its origin, and the value unless it is secret.
 */
final class SettingsReader {

  private final Config config;

  SettingsReader(Config config) {
    this.config = config;
  }

  @Nullable String text(String name) {
    return read(name, "a text", config::getString);
  }

  /** A text; blank counts as absent. */
  @Nullable String filledText(String name) {
    String text = text(name);
    return text == null || text.isBlank() ? null : text;
  }

  @Nullable Path path(String name) {
    String text = filledText(name);
    try {
      return text == null ? null : Path.of(text);
    } catch (InvalidPathException e) {
      throw wrong(name, "the path of a file", e);
    }
  }

  OptionalInt integer(String name) {
    Integer value = read(name, "a whole number", config::getInt);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** A size in bytes, such as 64 MiB; the default unit is bytes. */
  OptionalLong bytes(String name) {
    Long value = read(name, "a size, such as 64 MiB", config::getBytes);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Nullable Boolean flag(String name) {
    return read(name, "true or false", config::getBoolean);
  }

  /** A constant of an enum, written in lower case with dashes, such as {@code read-only}. */
  <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
    String expected =
        Stream.of(type.getEnumConstants())
            .map(SettingsReader::spelled)
            .collect(Collectors.joining(", ", "one of ", ""));
    return read(name, expected, path -> constantOf(type, config.getString(path)));
  }

  private static <E extends Enum<E>> E constantOf(Class<E> type, String text) {
    return Enum.valueOf(type, text.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A list, or a text of elements separated by commas. */
  List<String> texts(String name) {
    List<String> texts = read(name, "a list of texts", this::listOrCommaSeparated);
    return texts == null ? List.of() : texts;
  }

  /** A duration with a unit, zero or more. */
  @Nullable Duration duration(String name) {
    return read(name, "a duration with its unit, such as 500ms, 2s or 5m", this::withUnit);
  }

  /** A duration with a unit, {@code 0}, or {@code eternal}; at least 1 ms if it is not zero. */
  javax.cache.expiry.@Nullable Duration expiry(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    if (text.equalsIgnoreCase("eternal")) {
      return javax.cache.expiry.Duration.ETERNAL;
    }
    String expected = "a duration with its unit, such as 30s or 5m, 0, or eternal";
    Duration duration = read(name, expected, this::withUnit);
    return duration == null || duration.isZero()
        ? javax.cache.expiry.Duration.ZERO
        : new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, Math.max(1, duration.toMillis()));
  }

  private Duration withUnit(String name) {
    String text = config.getString(name).strip();
    Duration duration = config.getDuration(name);
    boolean lacksUnit = !Character.isLetter(text.codePointBefore(text.length()));
    if (duration.isNegative() || (lacksUnit && !duration.isZero())) {
      throw new IllegalArgumentException("a duration without a unit, or negative");
    }
    return duration;
  }

  private List<String> listOrCommaSeparated(String name) {
    if (config.getValue(name).valueType() == ConfigValueType.LIST) {
      return config.getStringList(name);
    }
    return Stream.of(config.getString(name).split(",", -1))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  private <T> @Nullable T read(String name, String expected, Function<String, T> getter) {
    if (!config.hasPath(name)) {
      return null;
    }
    try {
      return getter.apply(name);
    } catch (ConfigException | IllegalArgumentException | ArithmeticException e) {
      throw wrong(name, expected, e);
    }
  }

  private IllegalArgumentException wrong(String name, String expected, Exception cause) {
    String origin = config.getValue(name).origin().description();
    boolean secret = Secrets.isSecret(name) || name.equals(KnownSettings.URI);
    String value = secret ? "" : ", not " + config.getValue(name).render();
    return new IllegalArgumentException(
        "%s: %s must be %s%s".formatted(origin, name, expected, value), secret ? null : cause);
  }
}
