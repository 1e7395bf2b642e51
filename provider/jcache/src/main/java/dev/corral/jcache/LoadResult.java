package dev.corral.jcache;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CorralCacheLoader} found. Immutable.
 *
 * @param value null unless there is one
 * @param options of the entry: its time to live, also that of a renewed or an absent one; its tags
 *     and its version
 * @param <V> the type of the values
 */
public record LoadResult<V>(Kind kind, @Nullable V value, EntryOptions options) {

  /** What a result says. */
  public enum Kind {
    /** A value, which is stored. */
    VALUE,
    /** A value for those who wait for this load; the cache does not keep it. */
    NOT_STORED,
    /** The value that the cache still has is current: its life begins anew. */
    NOT_MODIFIED,
    /** The key has no value. */
    ABSENT
  }

  private static final LoadResult<?> ABSENT =
      new LoadResult<>(Kind.ABSENT, null, EntryOptions.DEFAULTS);
  private static final LoadResult<?> NOT_MODIFIED =
      new LoadResult<>(Kind.NOT_MODIFIED, null, EntryOptions.DEFAULTS);

  /**
   * Checks the result.
   *
   * @throws IllegalArgumentException if there is a value, and the kind has none, or the reverse
   */
  public LoadResult {
    if ((value != null) != (kind == Kind.VALUE || kind == Kind.NOT_STORED)) {
      throw new IllegalArgumentException(
          "load result: %s must have %s value".formatted(kind, value == null ? "a" : "no"));
    }
  }

  /** A value, which is stored. */
  public static <V> LoadResult<V> of(V value) {
    return new LoadResult<>(
        Kind.VALUE, Objects.requireNonNull(value, "value"), EntryOptions.DEFAULTS);
  }

  /** A value, or {@link #absent()} for null. */
  public static <V> LoadResult<V> ofNullable(@Nullable V value) {
    return value == null ? absent() : of(value);
  }

  /**
   * The value that the cache still has is current: its life begins anew, with the version and the
   * tags that it has. The value is neither read nor stored. Only if the context has a value.
   */
  @SuppressWarnings("unchecked")
  public static <V> LoadResult<V> notModified() {
    return (LoadResult<V>) NOT_MODIFIED;
  }

  /** The key has no value; remembered for the {@code negativeTimeToLive} of the cache, if any. */
  @SuppressWarnings("unchecked")
  public static <V> LoadResult<V> absent() {
    return (LoadResult<V>) ABSENT;
  }

  /** The key has no value, which is remembered for a time, instead of that of the cache. */
  public static <V> LoadResult<V> absentFor(Duration time) {
    return LoadResult.<V>absent().withTimeToLive(time);
  }

  /** This result with another time to live; see {@link EntryOptions#timeToLive()}. */
  public LoadResult<V> withTimeToLive(@Nullable Duration time) {
    return new LoadResult<>(kind, value, options.withTimeToLive(time));
  }

  /** This result with other tags; see {@link EntryOptions#tags()}. Only a value has tags. */
  public LoadResult<V> withTags(String... tags) {
    return new LoadResult<>(kind, value, options.withTags(tags));
  }

  /** This result with another version, for the context of later loads. Only a value has one. */
  public LoadResult<V> withVersion(@Nullable String version) {
    return new LoadResult<>(kind, value, options.withVersion(version));
  }

  /** This value for those who wait for the load, without storing it. */
  public LoadResult<V> doNotStore() {
    return kind == Kind.VALUE ? new LoadResult<>(Kind.NOT_STORED, value, options) : this;
  }
}
