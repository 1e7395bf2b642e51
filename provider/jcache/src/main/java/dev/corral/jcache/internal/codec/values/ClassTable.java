package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.internal.redis.CacheContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the codes of classes in the values of one cache stand for: a hash in Redis, of which each
 * JVM remembers what it has seen. A code never stands for anything else, so nothing that is
 * remembered can be wrong.
 */
public final class ClassTable implements ClassCodes, Runnable {

  /** How often what was told is told again, since Redis may have lost it. */
  public static final Duration PERIOD = Duration.ofSeconds(10);

  private static final int HEXADECIMAL = 16;

  private final CacheContext cache;
  private final String name;
  private final Map<Long, String> seen = new ConcurrentHashMap<>();
  private final Set<Long> telling = ConcurrentHashMap.newKeySet();
  private final Set<Long> told = ConcurrentHashMap.newKeySet();

  public ClassTable(CacheContext cache) {
    this.cache = cache;
    this.name = cache.keys().classes();
  }

  @Override
  public boolean isKnown(long code, String className) {
    if (told.contains(code)) {
      return true;
    }
    seen.put(code, className);
    if (telling.add(code)) {
      var unused =
          cache
              .redis()
              .putFields(name, Map.of(field(code), className))
              .whenComplete(
                  (done, failure) -> {
                    if (failure == null) {
                      told.add(code);
                    }
                    telling.remove(code);
                  });
    }
    return false;
  }

  @Override
  public @Nullable String nameOf(long code) {
    String known = seen.get(code);
    if (known != null) {
      return known;
    }
    cache
        .await("read the classes", cache.redis().allFields(name))
        .forEach((field, className) -> seen.put(Long.parseLong(field, HEXADECIMAL), className));
    return seen.get(code);
  }

  /** Tells again, in the background. */
  @Override
  public void run() {
    Map<String, String> fields = new HashMap<>();
    told.forEach(code -> fields.put(field(code), seen.get(code)));
    if (!fields.isEmpty()) {
      var unused = cache.redis().putFields(name, fields);
    }
  }

  private static String field(long code) {
    return Long.toString(code, HEXADECIMAL);
  }
}
