package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.util.List;
import java.util.stream.IntStream;

/** Decodes a value that may be compressed. */
public final class CompressedFuzzTarget {

  private static final CompressingCodec CODEC =
      new CompressingCodec(
          new KryoValueCodec(
              CompressedFuzzTarget.class.getClassLoader(),
              ValueFuzzTarget.ALLOWED,
              ClassCodes.NONE),
          /* above= */ 10);

  private CompressedFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      CODEC.decode(input, 0);
    } catch (UndecodableValueException e) {
      // It may be undecodable.
    }
  }

  public static List<byte[]> seeds() {
    return List.of(
        CODEC.encode("all work and no play ".repeat(100)),
        CODEC.encode(IntStream.range(0, 500).boxed().toList()),
        CODEC.encode(new long[1_000]),
        CODEC.encode("short"));
  }
}
