package dev.corral.jcache.internal.redis.batch;

/**
 * Whether many threads use a {@link RequestBatcher}, and how far Redis is: then it may be better to
 * wait for the call that is on its way than to send a small one beside it (docs/decisions/0013).
 * Safe for many threads; what they overwrite of each other is an estimate.
 */
final class Crowd {

  /** So many requests that left together are a crowd. */
  static final int MIN = 6;

  /** From here on, a call's time is the way to Redis rather than work. */
  static final long FAR_NANOS = 400_000;

  private volatile int recent;
  private volatile int last;
  private volatile long typicalNanos;

  /** A call has left with so many requests. A crowd is remembered for about ten calls. */
  void left(int requests) {
    int before = recent;
    recent = Math.max(requests, before - Math.max(1, before / 8));
    last = requests;
  }

  /** A call is back. A slow one counts little, for it may have waited for a processor. */
  void returned(long nanos) {
    long typical = typicalNanos;
    typicalNanos = typical + (nanos - typical) / (nanos < typical ? 4 : 64);
  }

  /** Whether one of the last calls carried many requests. */
  boolean isThere() {
    return recent >= MIN;
  }

  /**
   * Whether a further call is worth while before the one on its way is back: for a few threads
   * always; for a crowd only if Redis is far, and as many wait as left the last time.
   */
  boolean fillsAnotherCall(int waiting) {
    return !isThere() || (typicalNanos > FAR_NANOS && waiting >= last);
  }
}
