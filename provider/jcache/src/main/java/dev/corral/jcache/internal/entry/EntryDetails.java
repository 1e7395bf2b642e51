package dev.corral.jcache.internal.entry;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an entry has besides its value and its header. Immutable.
 *
 * @param storedMillis when the value was stored or confirmed, by the server's clock; 0 if unknown
 * @param version null if the value has none
 * @param tags those of the entry's options, as texts
 */
public record EntryDetails(long storedMillis, @Nullable String version, Set<String> tags) {

  /** Nothing is known. */
  public static final EntryDetails NONE = new EntryDetails(0, null, Set.of());
}
