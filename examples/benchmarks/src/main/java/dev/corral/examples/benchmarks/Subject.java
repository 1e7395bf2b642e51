package dev.corral.examples.benchmarks;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One way to keep values outside of this JVM. Safe for many threads. */
interface Subject extends AutoCloseable {

  String name();

  /** Whether the values are in Redis: others have a server of their own. */
  default boolean usesRedis() {
    return true;
  }

  @Nullable String get(String key);

  void put(String key, String value);

  /** The values of those of the keys that have one. */
  Map<String, String> getAll(Set<String> keys);

  void putAll(Map<String, String> entries);

  boolean putIfAbsent(String key, String value);

  /** Whether there is an {@link #invoke}: clients of Redis have none. */
  default boolean invokes() {
    return false;
  }

  /** Replaces a value by what a function of the cache's user makes of it. */
  default void invoke(String key) {
    throw new UnsupportedOperationException(name() + " has no invoke");
  }

  /** Whether there is a {@link #getAsync}. */
  default boolean isAsynchronous() {
    return false;
  }

  /** The future value of a key; null if it has none. */
  default CompletionStage<@Nullable String> getAsync(String key) {
    throw new UnsupportedOperationException(name() + " has no futures");
  }

  @Override
  void close();
}
