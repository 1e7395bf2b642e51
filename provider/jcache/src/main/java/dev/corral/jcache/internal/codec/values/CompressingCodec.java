package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.codec.ValueCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses the large values of another codec (RFC 1951) if that makes them smaller. It decodes
 * compressed and uncompressed values, whatever its own threshold is.
 *
 * <p>The stored form of a compressed value: a byte 0, which is never the first byte of a {@link
 * KryoValueCodec}, the uncompressed length (4 bytes, big-endian), and the compressed bytes.
 */
public final class CompressingCodec implements ValueCodec {

  private static final byte COMPRESSED = 0;
  private static final int HEADER = 5;

  /** The maximum compression ratio of RFC 1951. */
  private static final long MAX_RATIO = 1_032;

  private final ValueCodec codec;
  private final int above;

  /**
   * A codec around another one.
   *
   * @param above values of more bytes than this are compressed; {@code Integer.MAX_VALUE} turns
   *     compression off
   */
  public CompressingCodec(ValueCodec codec, int above) {
    this.codec = codec;
    this.above = above;
  }

  @Override
  public byte[] encode(Object value) {
    byte[] plain = codec.encode(value);
    return plain.length > above ? compressed(plain) : plain;
  }

  private static byte[] compressed(byte[] plain) {
    byte[] packed = new byte[plain.length];
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, /* nowrap= */ true);
    try {
      deflater.setInput(plain);
      deflater.finish();
      int length = deflater.deflate(packed, HEADER, packed.length - HEADER);
      if (!deflater.finished()) {
        return plain;
      }
      ByteBuffer.wrap(packed).put(COMPRESSED).putInt(plain.length);
      return Arrays.copyOf(packed, HEADER + length);
    } finally {
      deflater.end();
    }
  }

  @Override
  public Object decode(byte[] bytes, int offset) {
    if (bytes.length - offset < HEADER || bytes[offset] != COMPRESSED) {
      return codec.decode(bytes, offset);
    }
    int length = ByteBuffer.wrap(bytes).getInt(offset + 1);
    int packed = bytes.length - offset - HEADER;
    if (length < 0 || length > packed * MAX_RATIO) {
      throw new UndecodableValueException(
          "A compressed value is damaged: its stated length is impossible", null);
    }
    return codec.decode(inflated(bytes, offset + HEADER, packed, length), 0);
  }

  private static byte[] inflated(byte[] bytes, int offset, int packed, int length) {
    byte[] plain = new byte[length];
    Inflater inflater = new Inflater(/* nowrap= */ true);
    try {
      inflater.setInput(bytes, offset, packed);
      int filled = inflater.inflate(plain);
      boolean complete = filled == length && inflater.inflate(new byte[1]) == 0;
      if (!complete || !inflater.finished() || inflater.getRemaining() > 0) {
        throw new UndecodableValueException("A compressed value is damaged", null);
      }
      return plain;
    } catch (DataFormatException e) {
      throw new UndecodableValueException("A compressed value is damaged", e);
    } finally {
      inflater.end();
    }
  }
}
