package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.internal.redis.CacheContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class table of one cache: a hash in Redis that maps class codes to class names, each with the
 * names of the stored fields, which only the tool reads. Each JVM remembers the classes that it has
 * read or published. A code is a hash of the layout of its class, so a reader detects a wrong name,
 * and looks it up again. Fields that are no codes are ignored.
 *
 * <p>Publishing never waits. Looking up a code that this JVM does not know reads the table from
 * Redis and waits for the reply, and decoding a value looks up its codes. So values must not be
 * decoded on a thread of Redisson or Netty: the reply may need that thread, which waits for it.
 */
public final class ClassTable implements ClassCodes, Runnable {

  /** How often a JVM publishes its codes again, in case Redis has lost them. */
  public static final Duration PERIOD = Duration.ofSeconds(10);

  /** How long a wrong name is remembered until it is looked up again. */
  private static final Duration RECHECK = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(ClassTable.class);
  private static final int HEXADECIMAL = 16;
  private static final int MAX_NAMES = 10_000;
  private static final int MAX_NAME_LENGTH = 1_000;

  private final CacheContext cache;
  private final String table;

  /** The classes that this JVM has published or wants to publish. */
  private final Map<Long, String> own = new ConcurrentHashMap<>();

  /** The names in the table, which anyone with access to Redis may have written. */
  private final Map<Long, String> names = new ConcurrentHashMap<>();

  /** When to look up again the names that were wrong, by {@link System#nanoTime}. */
  private final Map<Long, Long> recheckNanos = new ConcurrentHashMap<>();

  private final AtomicBoolean loggedUnknownField = new AtomicBoolean();
  private final Set<Long> publishing = ConcurrentHashMap.newKeySet();
  private final Set<Long> published = ConcurrentHashMap.newKeySet();

  public ClassTable(CacheContext cache) {
    this.cache = cache;
    this.table = cache.keys().classes();
  }

  @Override
  public boolean publish(long code, String text) {
    if (published.contains(code)) {
      return true;
    }
    own.put(code, text);
    if (publishing.add(code)) {
      var unused =
          cache
              .redis()
              .putFields(table, Map.of(field(code), text))
              .whenComplete(
                  (done, failure) -> {
                    if (failure == null) {
                      published.add(code);
                    }
                    publishing.remove(code);
                  });
    }
    return false;
  }

  /**
   * Waits for Redis only if this JVM does not know the code, or if its name was wrong more than one
   * second ago. A code that is missing in the table is looked up again by the next call.
   */
  @Override
  public @Nullable String nameOf(long code) {
    String published = own.get(code);
    if (published != null) {
      return ClassLayout.nameIn(published);
    }
    String known = names.get(code);
    Long recheck = recheckNanos.get(code);
    if (known != null && (recheck == null || recheck - System.nanoTime() > 0)) {
      return known;
    }
    recheckNanos.remove(code);
    names.remove(code);
    cache
        .await("read the class table", cache.redis().allFields(table))
        .forEach((field, className) -> remember(field, className, code));
    return names.get(code);
  }

  @Override
  public void reject(long code, String text) {
    if (text.equals(names.get(code))) {
      recheckNanos.putIfAbsent(code, System.nanoTime() + RECHECK.toNanos());
    }
  }

  private void remember(String field, String text, long wanted) {
    Long code = codeOf(field);
    String className = ClassLayout.nameIn(text);
    if (code != null && className.length() <= MAX_NAME_LENGTH) {
      if (code == wanted || names.size() < MAX_NAMES) {
        names.put(code, className);
      }
    } else if (loggedUnknownField.compareAndSet(false, true)) {
      log.warn(
          "Cache '{}': the hash {} in Redis has a field that is no class code. Corral ignores it"
              + " and all further ones; find out who wrote it, and remove it by HDEL",
          cache.name(),
          table);
    }
  }

  /** Publishes the codes of this JVM again, without waiting. */
  @Override
  public void run() {
    Map<String, String> fields = new HashMap<>();
    published.forEach(code -> fields.put(field(code), own.get(code)));
    if (!fields.isEmpty()) {
      var unused = cache.redis().putFields(table, fields);
    }
  }

  private static String field(long code) {
    return Long.toString(code, HEXADECIMAL);
  }

  /** The code whose field this is; null if it is no field of a code. */
  static @Nullable Long codeOf(String field) {
    try {
      long code = Long.parseLong(field, HEXADECIMAL);
      return field.equals(field(code)) && code >= 0 ? code : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
