package dev.corral.jcache.internal.codec.values;

import org.jspecify.annotations.Nullable;

/**
 * The class codes of a cache: numbers that denote classes in stored values. Safe for many threads.
 */
public interface ClassCodes {

  /** No codes are published, so every value contains the names of its classes. */
  ClassCodes NONE =
      new ClassCodes() {
        @Override
        public boolean publish(long code, String text) {
          return false;
        }

        @Override
        public @Nullable String nameOf(long code) {
          return null;
        }
      };

  /**
   * Publishes a code for all JVMs, in the background. Never waits.
   *
   * @param text the name of the class and how its objects are stored, see {@link
   *     ClassLayout#textOf}
   * @return whether the code is published already; if not, the value must contain the class name
   */
  boolean publish(long code, String text);

  /**
   * The name of the class with this code, or its whole text; null if the code was not published, or
   * Redis has lost it. May wait for Redis, so a thread of Redisson or Netty must not call it.
   *
   * @throws dev.corral.jcache.internal.redis.RedisUnavailableException if Redis has to be read and
   *     is unavailable
   */
  @Nullable String nameOf(long code);

  /**
   * Reports that the name of a code is wrong, because no such class is available, or it has another
   * code. After a short time the name is looked up again, in case it has been repaired.
   */
  default void reject(long code, String text) {}
}
