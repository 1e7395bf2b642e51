package dev.corral.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts replies of Redis. An error, or a reply of another kind, counts as none. */
final class Replies {

  private Replies() {}

  static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  /** The text of a string or status; null if it is neither. */
  static @Nullable String textOrNull(@Nullable Object reply) {
    return reply instanceof byte[] bytes
        ? text(bytes)
        : reply instanceof String status ? status : null;
  }

  static byte @Nullable [] bytes(@Nullable Object reply) {
    return reply instanceof byte[] bytes ? bytes : null;
  }

  static long number(@Nullable Object reply, long otherwise) {
    if (reply instanceof Long number) {
      return number;
    }
    String text = textOrNull(reply);
    try {
      return text == null ? otherwise : (long) Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  static List<@Nullable Object> list(@Nullable Object reply) {
    @SuppressWarnings("unchecked") // the elements of a list of replies are replies
    List<@Nullable Object> list =
        reply instanceof List<?> ? (List<@Nullable Object>) reply : List.<@Nullable Object>of();
    return list;
  }

  /** The fields of a hash, from the reply to HGETALL. */
  static Map<String, String> fields(@Nullable Object reply) {
    List<@Nullable Object> list = list(reply);
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i + 1 < list.size(); i += 2) {
      String name = textOrNull(list.get(i));
      String value = textOrNull(list.get(i + 1));
      if (name != null && value != null) {
        fields.put(name, value);
      }
    }
    return fields;
  }

  /** The fields of a reply to INFO. */
  static Map<String, String> info(List<String> lines) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return fields;
  }
}
