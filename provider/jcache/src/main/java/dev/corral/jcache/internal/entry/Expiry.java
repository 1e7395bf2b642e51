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
 * The expiry policy of one cache, with jitter: how long an entry lives after it was created,
 * updated or accessed. Safe for many threads if the policy is.
 *
 * <p>The five policies of the standard always return the same times, so they are called once. A
 * user's own policy is called only when an operation needs the time, as the standard requires.
 */
public final class Expiry {

  /** A time to live: the entry does not expire. */
  public static final long NEVER = -1;

  /** A time to live: the expiry of the entry does not change. */
  public static final long UNCHANGED = -2;

  /** A time to live that only a call of the policy gives. */
  public static final long CALL_POLICY = -3;

  private static final Set<Class<? extends ExpiryPolicy>> CONSTANT =
      Set.of(
          ConstantExpiryPolicy.class,
          EternalExpiryPolicy.class,
          CreatedExpiryPolicy.class,
          ModifiedExpiryPolicy.class,
          AccessedExpiryPolicy.class,
          TouchedExpiryPolicy.class);

  /** A thousand years; an entry with a longer time to live does not expire. */
  private static final long MAX_MILLIS = TimeUnit.DAYS.toMillis(365_000);

  private static final java.time.Duration LONGEST = java.time.Duration.ofMillis(MAX_MILLIS);

  /** The three methods of an expiry policy. */
  public enum Occasion {
    CREATION,
    UPDATE,
    ACCESS
  }

  /**
   * Times to live in milliseconds; each may also be {@link #NEVER}, {@link #UNCHANGED} or {@link
   * #CALL_POLICY}. With 0 the entry expires at once.
   */
  public record Lifetimes(long creationMillis, long updateMillis, long accessMillis) {

    /** These times to live, with another one for this occasion. */
    public Lifetimes with(Occasion occasion, long millis) {
      return switch (occasion) {
        case CREATION -> new Lifetimes(millis, updateMillis, accessMillis);
        case UPDATE -> new Lifetimes(creationMillis, millis, accessMillis);
        case ACCESS -> new Lifetimes(creationMillis, updateMillis, millis);
      };
    }
  }

  private final ExpiryPolicy policy;
  private final Lifetimes lifetimes;
  private final Jitter jitter;

  /** A policy without jitter. */
  public Expiry(ExpiryPolicy policy) {
    this(policy, Jitter.NONE);
  }

  /** A policy with jitter. */
  public Expiry(ExpiryPolicy policy, Jitter jitter) {
    this.policy = policy;
    this.jitter = jitter;
    this.lifetimes =
        CONSTANT.contains(policy.getClass())
            ? new Lifetimes(
                callPolicy(Occasion.CREATION),
                callPolicy(Occasion.UPDATE),
                callPolicy(Occasion.ACCESS))
            : new Lifetimes(CALL_POLICY, CALL_POLICY, CALL_POLICY);
  }

  /** The times to live without jitter; {@link #CALL_POLICY} if the policy is a user's own. */
  public Lifetimes lifetimes() {
    return lifetimes;
  }

  /**
   * The times to live of one entry, with jitter; {@link #CALL_POLICY} if the policy is a user's
   * own.
   */
  public Lifetimes lifetimesWithJitter() {
    return jitter.part() == 0
        ? lifetimes
        : new Lifetimes(
            jitter.applyTo(lifetimes.creationMillis()),
            jitter.applyTo(lifetimes.updateMillis()),
            jitter.applyTo(lifetimes.accessMillis()));
  }

  /** The times to live of an entry that has its own for creation and update, with jitter. */
  public Lifetimes lifetimesWithJitter(java.time.Duration own) {
    long millis = own.compareTo(LONGEST) > 0 ? NEVER : own.toMillis();
    return new Lifetimes(
        jitter.applyTo(millis), jitter.applyTo(millis), jitter.applyTo(lifetimes.accessMillis()));
  }

  /** Calls the policy, and applies jitter. */
  public long callPolicyWithJitter(Occasion occasion) {
    return jitter.applyTo(callPolicy(occasion));
  }

  /**
   * Calls the policy. If it throws or returns null, a new entry does not expire and the expiry of
   * an existing entry does not change, as in the reference implementation.
   */
  public long callPolicy(Occasion occasion) {
    return switch (occasion) {
      case CREATION -> millis(policy::getExpiryForCreation, NEVER);
      case UPDATE -> millis(policy::getExpiryForUpdate, UNCHANGED);
      case ACCESS -> millis(policy::getExpiryForAccess, UNCHANGED);
    };
  }

  private static long millis(Supplier<@Nullable Duration> call, long otherwise) {
    Duration duration;
    try {
      duration = call.get();
    } catch (Exception e) { // policies in other languages throw checked exceptions, too
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
    return millis > MAX_MILLIS ? NEVER : millis;
  }
}
