package dev.corral.jcache.internal.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

/**
 * The value of a setting in one place.
 *
 * @param path the full name under which it was found, such as {@code caches.users.time-to-live}
 * @param value the value, with its origin
 */
record SettingValue(String path, ConfigValue value) {

  /** The place of the value: a file with its line, a property or a variable. */
  String place() {
    return value.origin().description();
  }

  /** Whether the value is the default of Corral. */
  boolean isDefault() {
    return place().startsWith(Reference.PLACE);
  }

  /** The place, and the full name where the place does not contain it. */
  String source() {
    if (isDefault()) {
      return "default";
    }
    return value.origin().lineNumber() < 0 ? place() : place() + ", " + path;
  }

  /** The value as it is written, without quotes; of a secret only that there is one. */
  String text() {
    boolean isEmptyList = value instanceof ConfigList list && list.isEmpty();
    if (Secrets.isSecret(path) && !isEmptyList) {
      return Secrets.MASK;
    }
    String text =
        value.valueType() == ConfigValueType.STRING
            ? String.valueOf(value.unwrapped())
            : value.render(ConfigRenderOptions.concise());
    return path.equals(KnownSettings.URI) ? Secrets.maskedText(text) : text;
  }
}
