package dev.corral.jcache.internal.feed;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The lease of one bucket in the near cache of this JVM: while it is valid, reads may be answered
 * from the near cache.
 *
 * <p>The changes of a bucket are numbered. An invalidation has the number of its change and the
 * number of the change before. In addition, this JVM regularly asks Redis for the number of the
 * last change. Once all invalidations up to this number have been received, the near cache is as
 * new as the moment at which the request was sent, and the lease is valid for {@code staleness}
 * from that moment. Without a reply, or while an invalidation is missing, the lease ends; so no
 * read is staler than {@code staleness}, whatever happens to the channel, to Redis or to this JVM.
 *
 * <p>If a number is missing among the invalidations, there is a gap. A gap ends the epoch of the
 * bucket, and near-cache entries of earlier epochs are not used.
 *
 * <p>A reader checks {@link #isValid} first and {@link #epoch} second, because a renewal raises the
 * epoch before it extends the lease. Safe for many threads.
 */
public final class NearCacheLease {

  private static final long UNKNOWN = -1;

  /** After this many renewals without a read, the lease is not renewed until the next read. */
  private static final int MAX_IDLE_RENEWALS = 40;

  private final long stalenessNanos;
  private volatile long endNanos;
  private volatile int epoch;
  private volatile boolean readSinceRenewal = true;

  /** The number of the last change whose invalidation has been received. */
  private long received = UNKNOWN;

  private long lastSentNanos;

  /** The number up to which invalidations are missing, and when the request for it was sent. */
  private long awaited = UNKNOWN;

  private long awaitedSinceNanos;
  private long gaps;
  private long bypassedNanos;
  private long bypassedSinceNanos;
  private boolean bypassed;
  private int idleRenewals;

  /**
   * @param stalenessNanos for how long a confirmed lease is valid
   * @param nowNanos the JVM's monotonic clock
   */
  public NearCacheLease(long stalenessNanos, long nowNanos) {
    this.stalenessNanos = stalenessNanos;
    this.endNanos = nowNanos;
    this.lastSentNanos = nowNanos - 1;
  }

  /** A lease for each bucket of a cache, in the order of the buckets. */
  public static List<NearCacheLease> ofBuckets(int buckets, Duration staleness) {
    long nowNanos = System.nanoTime();
    return Stream.generate(() -> new NearCacheLease(staleness.toNanos(), nowNanos))
        .limit(buckets)
        .toList();
  }

  /** Whether reads may be answered from the near cache now. */
  public boolean isValid(long nowNanos) {
    return nowNanos - endNanos < 0;
  }

  /** Records that a read went to Redis because the lease was not valid. */
  public synchronized void recordBypass(long nowNanos) {
    if (!bypassed && !isValid(nowNanos)) {
      bypassed = true;
      bypassedSinceNanos = nowNanos;
    }
  }

  /** The current epoch; it changes when an invalidation may have been missed. */
  public int epoch() {
    return epoch;
  }

  /** Records a read of the bucket, so that the lease continues to be renewed. */
  public void recordRead() {
    if (!readSinceRenewal) {
      readSinceRenewal = true;
    }
  }

  /** Whether the bucket was read recently. To be called once before each renewal. */
  synchronized boolean isWorthRenewing() {
    idleRenewals = readSinceRenewal ? 0 : idleRenewals + 1;
    readSinceRenewal = false;
    return idleRenewals < MAX_IDLE_RENEWALS;
  }

  /** Ends the epoch: no entry that is now in the near cache is used any more. */
  public synchronized void endEpoch() {
    epoch++;
  }

  /** The number of the last change whose invalidation has been received; -1 if unknown. */
  public synchronized long received() {
    return received;
  }

  /**
   * Processes the numbers of an invalidation. To be called after its keys have been removed from
   * the near cache.
   *
   * @param previous the number of the change before
   * @param number the number of the change
   * @param all whether the whole bucket was cleared
   */
  public synchronized void onInvalidation(long previous, long number, boolean all) {
    if (all) {
      epoch++;
    }
    if (received == UNKNOWN || number <= received) {
      return;
    }
    if (previous != received && !all) {
      epoch++;
      gaps++;
    }
    received = number;
    if (awaited != UNKNOWN && received >= awaited) {
      extend(awaitedSinceNanos);
    }
  }

  /**
   * Processes the reply to a renewal. Ignores the reply to an older request than the last one.
   *
   * @param sentNanos when the request was sent, by the JVM's monotonic clock
   * @param receivedWhenSent {@link #received} at that time
   * @param last the number of the last change, as Redis replied
   */
  public synchronized void onRenewal(long sentNanos, long receivedWhenSent, long last) {
    if (sentNanos - lastSentNanos <= 0) {
      return;
    }
    lastSentNanos = sentNanos;
    boolean overtakenByInvalidations =
        last < received && last >= receivedWhenSent && receivedWhenSent != UNKNOWN;
    if (last == received || overtakenByInvalidations) {
      extend(sentNanos);
    } else if (received == UNKNOWN) {
      restart(last, sentNanos);
    } else if (last < received) {
      gaps++; // Redis has lost changes
      restart(last, sentNanos);
    } else if (awaited == UNKNOWN) {
      awaited = last;
      awaitedSinceNanos = sentNanos;
    } else if (sentNanos - awaitedSinceNanos >= stalenessNanos) {
      gaps++; // the awaited invalidation was lost
      restart(last, sentNanos);
    }
  }

  /** Begins a new epoch, whose entries are all read after the request was sent. */
  private synchronized void restart(long last, long sentNanos) {
    epoch++;
    received = last;
    extend(sentNanos);
  }

  private synchronized void extend(long sinceNanos) {
    awaited = UNKNOWN;
    long end = sinceNanos + stalenessNanos;
    if (end - endNanos > 0) {
      endNanos = end;
    }
    if (bypassed) {
      bypassed = false;
      bypassedNanos += Math.max(0, System.nanoTime() - bypassedSinceNanos);
    }
  }

  /** How many gaps there were: times at which an invalidation was missed. */
  public synchronized long gaps() {
    return gaps;
  }

  /** For how long reads had to bypass the near cache, up to the begin of the current lease. */
  public synchronized long bypassedNanos() {
    return bypassedNanos;
  }
}
