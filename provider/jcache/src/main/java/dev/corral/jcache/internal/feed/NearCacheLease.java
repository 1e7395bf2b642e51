package dev.corral.jcache.internal.feed;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How far this JVM has followed the changes of one bucket, and so for how long it may answer from
 * what it keeps near.
 *
 * <p>Changes are numbered, and each is announced with its number and the one before it. Besides,
 * Redis is asked every now and then for the number of its last change. Once everything up to that
 * number has been announced here, what is kept is as new as the moment at which the question was
 * sent; from then on it may be used for as long as the agreed staleness. Whatever becomes of the
 * channel, of Redis or of this JVM, nothing older is ever answered: without a confirmation the
 * lease ends. If an announcement is missing, the epoch ends, and all that was kept in it is void.
 *
 * <p>A reader checks {@link #isCurrent} before {@link #epoch}, since a new epoch begins before its
 * lease does. Safe for many threads.
 */
public final class NearCacheLease {

  private static final long UNKNOWN = -1;

  /** After so many idle questions a bucket is followed no more, until somebody reads it. */
  private static final int PATIENCE = 40;

  private final long stalenessNanos;
  private volatile long leaseEndNanos;
  private volatile int epoch;
  private volatile boolean asked = true;
  private long number = UNKNOWN;
  private long lastSentNanos;
  private long awaited = UNKNOWN;
  private long awaitedSinceNanos;
  private long gaps;
  private long bypassedNanos;
  private long bypassedSinceNanos;
  private boolean bypassed;
  private int idle;

  /**
   * @param stalenessNanos how old may be what is answered
   * @param nowNanos the JVM's monotonic clock
   */
  public NearCacheLease(long stalenessNanos, long nowNanos) {
    this.stalenessNanos = stalenessNanos;
    this.leaseEndNanos = nowNanos;
    this.lastSentNanos = nowNanos - 1;
  }

  /** A lease for each bucket of a cache. */
  public static List<NearCacheLease> ofBuckets(int buckets, Duration staleness) {
    long nowNanos = System.nanoTime();
    return Stream.generate(() -> new NearCacheLease(staleness.toNanos(), nowNanos))
        .limit(buckets)
        .toList();
  }

  /** Whether what is kept may be used now. */
  public boolean isCurrent(long nowNanos) {
    return nowNanos - leaseEndNanos < 0;
  }

  /** Somebody would have used what is kept, but may not. */
  public synchronized void bypass(long nowNanos) {
    if (!bypassed && !isCurrent(nowNanos)) {
      bypassed = true;
      bypassedSinceNanos = nowNanos;
    }
  }

  /** Changes whenever an announcement may have been missed. */
  public int epoch() {
    return epoch;
  }

  /** Somebody reads the bucket, so it is worth following. */
  public void ask() {
    if (!asked) {
      asked = true;
    }
  }

  /** Whether somebody has read the bucket lately; to be called before each question. */
  synchronized boolean isWorthFollowing() {
    idle = asked ? 0 : idle + 1;
    asked = false;
    return idle < PATIENCE;
  }

  /** Nothing that was kept so far is to be used any more. */
  public synchronized void forgetAll() {
    epoch++;
  }

  /** The number of the last change that was announced here. */
  public synchronized long number() {
    return number;
  }

  /** A change was announced, and what it changed is forgotten. */
  public synchronized void announced(long before, long announced, boolean ofAll) {
    if (ofAll) {
      epoch++;
    }
    if (number == UNKNOWN || announced <= number) {
      return;
    }
    if (before != number && !ofAll) {
      epoch++;
      gaps++;
    }
    number = announced;
    if (awaited != UNKNOWN && number >= awaited) {
      confirm(awaitedSinceNanos);
    }
  }

  /**
   * Redis told the number of its last change.
   *
   * @param sentNanos when it was asked
   * @param numberWhenSent what {@link #number} was then
   * @param told what it told
   */
  public synchronized void told(long sentNanos, long numberWhenSent, long told) {
    if (sentNanos - lastSentNanos <= 0) {
      return;
    }
    lastSentNanos = sentNanos;
    if (told == number || (told < number && told >= numberWhenSent && numberWhenSent != UNKNOWN)) {
      confirm(sentNanos);
    } else if (number == UNKNOWN) {
      startAnew(told, sentNanos);
    } else if (told < number) {
      gaps++;
      startAnew(told, sentNanos);
    } else if (awaited == UNKNOWN) {
      awaited = told;
      awaitedSinceNanos = sentNanos;
    } else if (sentNanos - awaitedSinceNanos >= stalenessNanos) {
      gaps++;
      startAnew(told, sentNanos);
    }
  }

  /**
   * Whatever was kept until now is void, so what is kept from now on is newer than the question.
   */
  private synchronized void startAnew(long told, long sentNanos) {
    epoch++;
    number = told;
    confirm(sentNanos);
  }

  private synchronized void confirm(long sinceNanos) {
    awaited = UNKNOWN;
    long end = sinceNanos + stalenessNanos;
    if (end - leaseEndNanos > 0) {
      leaseEndNanos = end;
    }
    if (bypassed) {
      bypassed = false;
      bypassedNanos += Math.max(0, System.nanoTime() - bypassedSinceNanos);
    }
  }

  /** How often an announcement was missed. */
  public synchronized long gaps() {
    return gaps;
  }

  /** For how long reads went to Redis for want of a lease, until the last one began. */
  public synchronized long bypassedNanos() {
    return bypassedNanos;
  }
}
