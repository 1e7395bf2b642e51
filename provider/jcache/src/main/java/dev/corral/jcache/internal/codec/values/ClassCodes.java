package dev.corral.jcache.internal.codec.values;

import org.jspecify.annotations.Nullable;

/**
 * What the codes that stand for classes in stored values mean to every JVM. Safe for many threads.
 */
public interface ClassCodes {

  /** Every value names its classes. */
  ClassCodes NONE =
      new ClassCodes() {
        @Override
        public boolean isKnown(long code, String className) {
          return false;
        }

        @Override
        public @Nullable String nameOf(long code) {
          return null;
        }
      };

  /**
   * Whether every JVM can learn by now what the code stands for. If not, it is made known, and this
   * value names the class; never waits.
   */
  boolean isKnown(long code, String className);

  /**
   * The name of the class that a code stands for; null if it was never made known, or is forgotten.
   *
   * @throws dev.corral.jcache.internal.redis.RedisUnavailableException if nobody can be asked
   */
  @Nullable String nameOf(long code);
}
