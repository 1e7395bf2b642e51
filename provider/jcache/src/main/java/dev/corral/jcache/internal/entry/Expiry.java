package dev.corral.jcache.internal.entry;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.cache.expiry.AccessedExpiryPolicy;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How long an entry lives after it was created, updated or accessed.
 *
 * <p>The five policies of the standard are constants, so their answers are known in advance. A
 * user's own policy is asked when, and only when, the operation turned out to need the answer.
 */
public final class Expiry {

  /** The entry does not expire. */
  public static final long NEVER = -1;

  /** The time that the entry has left stays as it is. */
  public static final long KEEP = -2;

  /** The policy has to be asked. */
  public static final long ASK = -3;

  private static final Set<Class<? extends ExpiryPolicy>> CONSTANT =
      Set.of(
          ConstantExpiryPolicy.class,
          EternalExpiryPolicy.class,
          CreatedExpiryPolicy.class,
          ModifiedExpiryPolicy.class,
          AccessedExpiryPolicy.class,
          TouchedExpiryPolicy.class);

  /** Longer times, of more than a thousand years, are taken as never. */
  private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(365_000);

  /** The occasions on which a policy is asked. */
  public enum Occasion {
    CREATION,
    UPDATE,
    ACCESS
  }

  /**
   * Times to live in milliseconds, or one of {@link #NEVER}, {@link #KEEP}, {@link #ASK}; zero
   * expires the entry at once.
   */
  public record Lifetimes(long creationMillis, long updateMillis, long accessMillis) {

    /** The same with one answer filled in. */
    public Lifetimes with(Occasion occasion, long millis) {
      return switch (occasion) {
        case CREATION -> new Lifetimes(millis, updateMillis, accessMillis);
        case UPDATE -> new Lifetimes(creationMillis, millis, accessMillis);
        case ACCESS -> new Lifetimes(creationMillis, updateMillis, millis);
      };
    }
  }

  private final ExpiryPolicy policy;
  private final Lifetimes known;
  private final Jitter jitter;

  public Expiry(ExpiryPolicy policy) {
    this(policy, Jitter.NONE);
  }

  public Expiry(ExpiryPolicy policy, Jitter jitter) {
    this.policy = policy;
    this.jitter = jitter;
    Lifetimes toAsk = new Lifetimes(ASK, ASK, ASK);
    this.known =
        CONSTANT.contains(policy.getClass())
            ? new Lifetimes(ask(Occasion.CREATION), ask(Occasion.UPDATE), ask(Occasion.ACCESS))
            : toAsk;
  }

  /** What is known without asking; without jitter. */
  public Lifetimes known() {
    return known;
  }

  /** What is known without asking, for one entry. */
  public Lifetimes ofEntry() {
    return jitter.part() == 0
        ? known
        : new Lifetimes(
            jitter.applyTo(known.creationMillis()),
            jitter.applyTo(known.updateMillis()),
            jitter.applyTo(known.accessMillis()));
  }

  /** Asks the policy for one entry. */
  public long askOfEntry(Occasion occasion) {
    return jitter.applyTo(ask(occasion));
  }

  /**
   * Asks the policy. One that fails, or answers null on creation, leaves a new entry eternal and an
   * old one as it is, as the reference implementation does.
   */
  public long ask(Occasion occasion) {
    return switch (occasion) {
      case CREATION -> millis(policy::getExpiryForCreation, NEVER);
      case UPDATE -> millis(policy::getExpiryForUpdate, KEEP);
      case ACCESS -> millis(policy::getExpiryForAccess, KEEP);
    };
  }

  private static long millis(Supplier<@Nullable Duration> question, long otherwise) {
    Duration duration;
    try {
      duration = question.get();
    } catch (RuntimeException e) {
      return otherwise;
    }
    if (duration == null) {
      return otherwise;
    }
    TimeUnit unit = duration.getTimeUnit();
    if (duration.isEternal() || unit == null) {
      return NEVER;
    }
    long millis = unit.toMillis(duration.getDurationAmount());
    return millis > LONGEST_MILLIS ? NEVER : millis;
  }
}
