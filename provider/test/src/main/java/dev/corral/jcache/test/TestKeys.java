package dev.corral.jcache.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The keys of one test in Redis. Safe for many threads. */
final class TestKeys {

  private static final String SCRIPT = script();
  private static final String PAGE = "1000";

  /** The end of the keys that have the number of the last invalidation. */
  private static final String INVALIDATIONS = "}!near";

  private final AdminConnection admin;
  private final String prefix;

  TestKeys(AdminConnection admin, String prefix) {
    this.admin = admin;
    this.prefix = prefix;
  }

  /** The key prefix. */
  String prefix() {
    return prefix;
  }

  /** Shortens what is left of the life of all entries; then near caches may discard them. */
  void advance(long millis) {
    List<String> keys = new ArrayList<>(all());
    keys.sort(Comparator.comparing(key -> key.endsWith(INVALIDATIONS)));
    for (String key : keys) {
      admin.call("EVAL", SCRIPT, "1", key, String.valueOf(millis));
    }
  }

  void removeAll() {
    for (String key : all()) {
      admin.call("UNLINK", key);
    }
  }

  private List<String> all() {
    String start = "{" + prefix;
    List<String> keys = new ArrayList<>();
    String cursor = "0";
    do {
      List<?> page =
          (List<?>) admin.call("SCAN", cursor, "MATCH", escaped(start) + "*", "COUNT", PAGE);
      if (page == null) {
        throw new IllegalStateException("The Redis of the test does not answer SCAN");
      }
      cursor = String.valueOf(page.get(0));
      ((List<?>) page.get(1)).forEach(key -> keys.add(String.valueOf(key)));
    } while (!cursor.equals("0"));
    return keys;
  }

  /** Without meaning as a pattern. */
  private static String escaped(String text) {
    return text.replaceAll("[\\\\*?\\[\\]^]", "\\\\$0");
  }

  private static String script() {
    try (InputStream script = TestKeys.class.getResourceAsStream("advance_expiry.lua")) {
      if (script == null) {
        throw new IllegalStateException("The jar of the test kit has no advance_expiry.lua");
      }
      return new String(script.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
