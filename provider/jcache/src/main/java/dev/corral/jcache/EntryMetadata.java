package dev.corral.jcache;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known about an entry besides its value. Immutable.
 *
 * @param age the time since the value was stored, or confirmed by its loader; null if it is not
 *     recorded. It is for entries of a {@link CorralCacheLoader}, and for those whose {@link
 *     EntryOptions} have tags or a version
 * @param timeLeft until the entry expires; null if it does not expire
 * @param version see {@link EntryOptions}; null if it has none
 * @param tags those of its options, and those that the function in the configuration gives it now
 */
public record EntryMetadata(
    @Nullable Duration age,
    @Nullable Duration timeLeft,
    @Nullable String version,
    Set<String> tags) {

  /** Copies the tags. */
  public EntryMetadata {
    tags = Set.copyOf(tags);
  }
}
