package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The order of the changes that this JVM makes: it numbers them. If one change has ended before
 * another one began, it has the lower number, whenever and by whichever way Redis learns of them.
 * Safe for many threads.
 *
 * <p>A number is also a time: that of the JVM's monotonic clock, in ns since this class was loaded.
 * {@link BucketClocks} translates it into bounds of a server's time.
 */
public final class ChangeOrder {

  /** The length of {@link #WRITER}, which change_order.lua knows. */
  private static final int WRITER_LENGTH = 8;

  private static final String WRITER = randomText();
  private static final long ORIGIN_NANOS = System.nanoTime();
  private static final AtomicLong LAST = new AtomicLong();

  private ChangeOrder() {}

  /** A random text that identifies this JVM, and so the changes among which a number orders. */
  public static String writer() {
    return WRITER;
  }

  /** The number of a change that is made now: greater than all earlier ones, and positive. */
  public static long next() {
    return LAST.accumulateAndGet(nanos(), (last, now) -> Math.max(last + 1, now));
  }

  /** The current time on the scale of the numbers, in ns. */
  public static long nanos() {
    return System.nanoTime() - ORIGIN_NANOS;
  }

  private static String randomText() {
    byte[] random = new byte[WRITER_LENGTH * 6 / Byte.SIZE];
    new SecureRandom().nextBytes(random);
    return new String(Base64.getUrlEncoder().withoutPadding().encode(random), US_ASCII);
  }
}
