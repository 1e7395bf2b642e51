package dev.corral.jcache;

import java.util.Objects;

/**
 * The permission to fill the cache with a value that is read from the database: see {@link
 * CorralCache#lookUp}. Valid for 5 minutes, and only until the key is changed. Immutable.
 *
 * @param id opaque; empty if nothing can be filled, because Redis is unavailable, another
 *     transaction is about to change the key, or the lookup was a hit
 */
public record FillTicket(String id) {

  /** With this ticket nothing is stored. */
  public static final FillTicket NONE = new FillTicket("");

  /** Checks that the text is not null. */
  public FillTicket {
    Objects.requireNonNull(id, "id");
  }
}
