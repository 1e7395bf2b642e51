package dev.corral.jcache;

import org.jspecify.annotations.Nullable;

/**
 * What the cache still has of a key that is loaded: an entry that is being refreshed, or an expired
 * one that grace and keep have kept. Valid during the call of the loader, in its thread.
 *
 * @param <V> the type of the values
 */
public interface LoadContext<V> {

  /** The context of a key of which the cache has nothing. */
  static <V> LoadContext<V> nothing() {
    return new LoadContext<>() {
      @Override
      public boolean hasValue() {
        return false;
      }

      @Override
      public @Nullable String version() {
        return null;
      }

      @Override
      public @Nullable V value() {
        return null;
      }
    };
  }

  /** Whether the cache still has a value; only then the loader may answer: not modified. */
  boolean hasValue();

  /** The version of the value, as it was stored; null if there is no value, or none with it. */
  @Nullable String version();

  /**
   * The value; null if there is none, or if this JVM cannot decode it. The first call reads it from
   * Redis; a loader that needs only the version should not call this method.
   */
  @Nullable V value();
}
