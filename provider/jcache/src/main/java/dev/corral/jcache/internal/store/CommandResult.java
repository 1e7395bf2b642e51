package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.entry.Expiry.Occasion;
import dev.corral.jcache.internal.entry.Outcome.Effect;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What apply.lua replied to one command.
 *
 * @param detail the number of the effect, or of the occasion on which the policy is to be asked
 * @param previous the bytes of the value before, if the command wanted them, or if they are not the
 *     expected ones
 * @param changeSequence the number under which the change was published; 0 if it was not
 */
record CommandResult(
    Status status, Prior prior, int detail, byte @Nullable [] previous, long changeSequence) {

  enum Status {
    DONE,
    /** The entry is not as expected; nothing was done. */
    DIFFERS,
    /** The expiry policy has to be asked; nothing was done. */
    ASKS,
    /** The write-behind queue is full; nothing was done. */
    FULL,
    /** Redis failed among other commands, and nothing was done; sent alone, it says why. */
    FAILED,
    /** Another writer has fenced the entry since; it was removed. */
    FENCED,
    /** A later change of the key is queued or was written; nothing was done. */
    OVERTAKEN
  }

  /* In the order of their digits in the script. */
  private static final Status[] STATUSES = Status.values();
  private static final Prior[] PRIORS = {
    Prior.ABSENT,
    Prior.EXPIRED,
    Prior.LIVE,
    Prior.NEGATIVE,
    Prior.STALE,
    Prior.LOADING,
    Prior.UNDECODABLE
  };
  private static final Effect[] EFFECTS = {
    Effect.NONE,
    Effect.CREATED,
    Effect.UPDATED,
    Effect.REMOVED,
    Effect.BORN_EXPIRED,
    Effect.RESERVED,
    Effect.NEGATED,
    Effect.RENEWED
  };
  private static final Occasion[] OCCASIONS = {Occasion.CREATION, Occasion.UPDATE, Occasion.ACCESS};

  /** A value was stored; what the entry held before is unknown, and nothing was published. */
  static final CommandResult STORED =
      new CommandResult(
          Status.DONE, Prior.UNKNOWN, List.of(EFFECTS).indexOf(Effect.UPDATED), null, 0);

  /**
   * Reads a reply of the script.
   *
   * @param digits as the script's header explains them
   * @param sequence under which the change was published, if it was
   */
  static CommandResult of(long digits, byte @Nullable [] previous, long sequence) {
    return new CommandResult(
        STATUSES[digit(digits, 1_000)],
        PRIORS[digit(digits, 100)],
        digit(digits, 10),
        previous,
        digit(digits, 1) == 1 ? sequence : 0);
  }

  private static int digit(long number, int place) {
    return (int) (number / place % 10);
  }

  Effect effect() {
    return EFFECTS[detail];
  }

  /** If another writer fenced the entry, the database has the change, and the cache no entry. */
  Effect effectOf(EntryOperation<?> operation) {
    return switch (status) {
      case FULL -> Effect.REFUSED;
      case FENCED -> operation.then() == Then.REMOVE ? Effect.REMOVED : Effect.UPDATED;
      default -> effect();
    };
  }

  /** Whether Redis did nothing, because only the value of the live entry decides. */
  boolean isLeftToJvm(EntryOperation<?> operation) {
    boolean putsIfAbsent = operation.when() == When.ABSENT && operation.then() == Then.PUT;
    return previous != null && (status == Status.DIFFERS || (putsIfAbsent && prior == Prior.LIVE));
  }

  Occasion occasion() {
    return OCCASIONS[detail - 1];
  }
}
