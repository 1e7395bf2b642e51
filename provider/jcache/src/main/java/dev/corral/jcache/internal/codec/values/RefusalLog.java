package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.RefusalStatistics;
import dev.corral.jcache.internal.codec.values.MissingClasses.Place;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The values of one cache that its allow-list has refused in this JVM: their number, the missing
 * classes, and the message for each class of values, which is computed once. Safe for many threads.
 */
final class RefusalLog {

  private static final int MAX_CLASSES = 100;
  private static final int MAX_MESSAGES = 100;

  /** After this number of messages, a message names only the class at which writing failed. */
  private static final int MAX_DESCRIBED = 1_000;

  private final LongAdder values = new LongAdder();
  private final AtomicInteger described = new AtomicInteger();
  private final Set<String> classes = new ConcurrentSkipListSet<>();

  /** By the names of the value's class and of the class at which writing failed. */
  private final Map<String, String> messages = new ConcurrentHashMap<>();

  /** Counts a refused value, and returns the exception that names all its missing classes. */
  CacheException refuse(Object value, RefusedClassException failure, AllowList allowList) {
    values.increment();
    String id = value.getClass().getName() + " " + failure.type().getName();
    boolean isFixable = allowList.isAllowable(failure.type());
    String message = isFixable ? messages.get(id) : null;
    if (message == null && described.incrementAndGet() > MAX_DESCRIBED) {
      message = String.valueOf(failure.getMessage());
    } else if (message == null) {
      message = describe(value, failure, allowList);
      if (messages.size() < MAX_MESSAGES) {
        messages.put(id, message);
      }
    }
    return new CacheException(message, failure);
  }

  /** The value may change while it is visited, or have a shape that cannot be visited. */
  private String describe(Object value, RefusedClassException failure, AllowList allowList) {
    @Nullable MissingClasses missing = null;
    try {
      missing = MissingClasses.ofValue(value, failure, allowList);
    } catch (RuntimeException | LinkageError e) {
      note(AllowList.elementOf(failure.type()).getName());
    }
    if (missing == null) {
      return String.valueOf(failure.getMessage());
    }
    missing.missing().stream().map(Place::name).forEach(this::note);
    return missing.message(value.getClass());
  }

  private void note(String className) {
    if (classes.size() < MAX_CLASSES) {
      classes.add(className);
    }
  }

  RefusalStatistics statistics() {
    List<String> names = List.copyOf(classes);
    return new RefusalStatistics(values.sum(), names, ShortestPatterns.of(names), 0);
  }
}
