package dev.corral.jcache.internal.redis;

import dev.corral.jcache.internal.entry.EntryDetails;
import dev.corral.jcache.internal.store.StoredDetails;
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
    if (envelope.kind() == Envelope.Kind.VALUE) {
      EntryDetails details = StoredDetails.of(Envelope.detailsOf(input));
      if (details.version() != null && details.version().isEmpty()) {
        throw new AssertionError(details.toString());
      }
    }
  }

  public static List<byte[]> seeds() {
    byte[] entry = Envelope.sealForever(GENERATION, new byte[] {1, 2, 3});
    byte[] longer = Arrays.copyOf(entry, 100);
    longer[1] = 90;
    byte[] negative = entry.clone();
    negative[2] = 1;
    byte[] detailed = Arrays.copyOf(entry, 60);
    detailed[0] = 3;
    detailed[1] = 32;
    detailed[33] = 13; // bytes of details: a time, the version "a", and an empty tag
    detailed[43] = 1;
    detailed[44] = 'a';
    return List.of(entry, longer, negative, detailed, Arrays.copyOf(entry, 24));
  }
}
