package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.Expiry.Occasion;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What apply.lua answers for one entry.
 *
 * @param detail the effect, or the occasion that it asks for
 * @param previous the bytes of the value before, if they were wanted or are not the expected ones
 * @param published whether the change went on the feed, under the ticket of the call
 */
record EntryReply(
    Status status, Prior prior, int detail, byte @Nullable [] previous, boolean published) {

  enum Status {
    DONE,
    DIFFER,
    ASK,
    /** The queue of the writer; nothing was done. */
    FULL,
    /** Redis could not do it, and nothing was done; alone it tells why. */
    FAILED,
    /** Another writer was at work since; the entry was removed. */
    FENCED
  }

  private static final Status[] STATUSES = {
    Status.DONE, Status.DIFFER, Status.ASK, Status.FULL, Status.FAILED, Status.FENCED
  };
  private static final Prior[] PRIORS = {
    Prior.ABSENT, Prior.EXPIRED, Prior.LIVE, Prior.NEGATIVE, Prior.STALE, Prior.LOADING
  };
  private static final Effect[] EFFECTS = {
    Effect.NONE,
    Effect.CREATED,
    Effect.UPDATED,
    Effect.REMOVED,
    Effect.BORN_EXPIRED,
    Effect.RESERVED,
    Effect.NEGATED
  };
  private static final Occasion[] OCCASIONS = {Occasion.CREATION, Occasion.UPDATE, Occasion.ACCESS};

  /** What stands there was replaced, and nobody asked what it was. */
  static final EntryReply PUT =
      new EntryReply(
          Status.DONE, Prior.UNKNOWN, List.of(EFFECTS).indexOf(Effect.UPDATED), null, false);

  /** Reads a number, or a list of one and the previous value; the digits are as in the script. */
  static EntryReply of(Object reply) {
    boolean alone = reply instanceof Long;
    long number = (Long) (alone ? reply : ((List<?>) reply).get(0));
    return new EntryReply(
        STATUSES[digit(number, 1_000)],
        PRIORS[digit(number, 100)],
        digit(number, 10),
        alone ? null : (byte[]) ((List<?>) reply).get(1),
        digit(number, 1) == 1);
  }

  private static int digit(long number, int place) {
    return (int) (number / place % 10);
  }

  Effect effect() {
    return EFFECTS[detail];
  }

  Occasion occasion() {
    return OCCASIONS[detail - 1];
  }
}
