package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.internal.redis.CacheContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The class table of one cache: a hash in Redis that maps class codes to class names. Each JVM
 * remembers the classes that it has read or published. A code never changes its meaning, so a
 * remembered class is always right.
 *
 * <p>Publishing never waits. Looking up a code that this JVM does not know reads the table from
 * Redis and waits for the reply, and decoding a value looks up its codes. So values must not be
 * decoded on a thread of Redisson or Netty: the reply may need that thread, which waits for it.
 */
public final class ClassTable implements ClassCodes, Runnable {

  /** How often a JVM publishes its codes again, in case Redis has lost them. */
  public static final Duration PERIOD = Duration.ofSeconds(10);

  private static final int HEXADECIMAL = 16;

  private final CacheContext cache;
  private final String table;
  private final Map<Long, String> names = new ConcurrentHashMap<>();
  private final Set<Long> publishing = ConcurrentHashMap.newKeySet();
  private final Set<Long> published = ConcurrentHashMap.newKeySet();

  public ClassTable(CacheContext cache) {
    this.cache = cache;
    this.table = cache.keys().classes();
  }

  @Override
  public boolean publish(long code, String className) {
    if (published.contains(code)) {
      return true;
    }
    names.put(code, className);
    if (publishing.add(code)) {
      var unused =
          cache
              .redis()
              .putFields(table, Map.of(field(code), className))
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
   * Waits for Redis only if this JVM does not know the code. A code that is missing in the table is
   * looked up again by the next call.
   */
  @Override
  public @Nullable String nameOf(long code) {
    String known = names.get(code);
    if (known != null) {
      return known;
    }
    cache
        .await("read the class table", cache.redis().allFields(table))
        .forEach((field, className) -> names.put(Long.parseLong(field, HEXADECIMAL), className));
    return names.get(code);
  }

  /** Publishes the codes of this JVM again, without waiting. */
  @Override
  public void run() {
    Map<String, String> fields = new HashMap<>();
    published.forEach(code -> fields.put(field(code), names.get(code)));
    if (!fields.isEmpty()) {
      var unused = cache.redis().putFields(table, fields);
    }
  }

  private static String field(long code) {
    return Long.toString(code, HEXADECIMAL);
  }
}
