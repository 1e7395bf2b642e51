package dev.corral.jcache.internal.redis;

import java.util.Arrays;
import java.util.List;

/** Decodes the header of an entry. */
public final class EnvelopeFuzzTarget {

  private static final long GENERATION = 5;

  private EnvelopeFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Envelope envelope = Envelope.of(input, GENERATION);
    boolean hasNoValue =
        envelope.kind() == Envelope.Kind.NOTHING || envelope.kind() == Envelope.Kind.UNREADABLE;
    if (hasNoValue != (envelope.valueOffset() < 0)
        || envelope.valueOffset() > input.length
        || envelope.loadMillis() < 0) {
      throw new AssertionError(envelope.toString());
    }
  }

  public static List<byte[]> seeds() {
    byte[] entry = Envelope.sealForever(GENERATION, new byte[] {1, 2, 3});
    byte[] longer = Arrays.copyOf(entry, 100);
    longer[1] = 90;
    byte[] negative = entry.clone();
    negative[2] = 1;
    return List.of(entry, longer, negative, Arrays.copyOf(entry, 24));
  }
}
