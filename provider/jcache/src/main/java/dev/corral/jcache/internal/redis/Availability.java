package dev.corral.jcache.internal.redis;

import org.jspecify.annotations.Nullable;

/**
 * Whether Redis can be asked, as far as this JVM knows. Commands ask it, and tell it how they
 * fared.
 */
public interface Availability {

  /** Knows nothing, and so lets every command try. */
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

  /** False if a command would only wait in vain. Costs nothing. */
  boolean isAvailable();

  /** A command was answered. */
  void answered();

  /** A command failed because Redis was not there, was not in time, or could not serve. */
  void failed(Throwable cause);

  /** Why it is not available; null if that is not known. */
  @Nullable Throwable cause();
}
