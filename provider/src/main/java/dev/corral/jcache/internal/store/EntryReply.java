package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

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
    /** Another writer was at work since; the entry was removed. */
    FENCED,
    /** Redis could not do it, and nothing was done; alone it tells why. */
    FAILED
  }

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

  static EntryReply of(Object reply) {
    List<?> fields = (List<?>) reply;
    String status = new String((byte[]) fields.get(0), UTF_8);
    return new EntryReply(
        switch (status) {
          case "done" -> Status.DONE;
          case "differ" -> Status.DIFFER;
          case "ask" -> Status.ASK;
          case "full" -> Status.FULL;
          case "fenced" -> Status.FENCED;
          case "failed" -> Status.FAILED;
          default -> throw new IllegalStateException("apply.lua answered " + status);
        },
        PRIORS[number(fields.get(1))],
        number(fields.get(2)),
        (byte[]) fields.get(3),
        number(fields.get(4)) == 1);
  }

  Effect effect() {
    return EFFECTS[detail];
  }

  Occasion occasion() {
    return OCCASIONS[detail - 1];
  }

  private static int number(Object field) {
    return Math.toIntExact((Long) field);
  }
}
