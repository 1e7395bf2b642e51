package dev.corral.jcache.internal.redis;

import org.jspecify.annotations.Nullable;

/**
 * What Redis accepts at present, as far as this JVM knows. It depends on the key: a node of a
 * cluster may be unavailable, or a slot may be moving. Commands check it first, and report failures
 * to it. Safe for many threads.
 */
public interface Availability {

  /** Assumes that Redis accepts everything, so every command is sent. */
  Availability ASSUMED =
      new Availability() {
        @Override
        public boolean isUnrestricted() {
          return true;
        }

        @Override
        public Accepts accepts(String key) {
          return Accepts.EVERYTHING;
        }

        @Override
        public boolean isReachable(String key) {
          return true;
        }

        @Override
        public void failed(@Nullable String key, Throwable failure) {}

        @Override
        public @Nullable Throwable causeFor(String key) {
          return null;
        }
      };

  /** Whether Redis accepts everything for all keys. Reads one field. */
  boolean isUnrestricted();

  /** What Redis accepts for the slot of a key. */
  Accepts accepts(String key);

  /** False if a command on this key would only wait and fail. */
  boolean isReachable(String key);

  /**
   * A command failed because Redis was unreachable, too slow, or unable to serve.
   *
   * @param key a key of the command; null if it is unknown
   */
  void failed(@Nullable String key, Throwable failure);

  /** Why Redis does not accept everything for the slot of a key; null if that is unknown. */
  @Nullable Throwable causeFor(String key);
}
