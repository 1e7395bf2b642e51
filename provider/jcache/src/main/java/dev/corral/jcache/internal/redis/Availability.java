package dev.corral.jcache.internal.redis;

import org.jspecify.annotations.Nullable;

/**
 * Whether Redis is available, as far as this JVM knows. Commands check it first, and report their
 * success or failure to it. Safe for many threads.
 */
public interface Availability {

  /** Assumes that Redis is available, so every command is sent. */
  Availability ASSUMED =
      new Availability() {
        @Override
        public boolean isAvailable() {
          return true;
        }

        @Override
        public void answered() {}

        @Override
        public void failed(Throwable cause) {}

        @Override
        public @Nullable Throwable cause() {
          return null;
        }
      };

  /** False if a command would only wait and fail. Reads one field. */
  boolean isAvailable();

  /** A command was answered. */
  void answered();

  /** A command failed because Redis was unreachable, too slow, or unable to serve. */
  void failed(Throwable cause);

  /** Why Redis is unavailable; null if that is unknown. */
  @Nullable Throwable cause();
}
