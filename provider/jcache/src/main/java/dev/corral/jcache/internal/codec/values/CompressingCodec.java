package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.codec.UndecodableValueException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses the large values of another codec (RFC 1951) if that makes them smaller. It decodes
 * compressed and uncompressed values, whatever its own threshold is.
 *
 * <p>The stored form of a compressed value: a byte 0, the uncompressed length (4 bytes,
 * big-endian), and the compressed bytes. No value of {@link KryoValueCodec} begins with 0, and in a
 * {@link FormatTag} another byte follows.
 */
public final class CompressingCodec implements ValueFormat {

  private static final byte COMPRESSED = 0;
  private static final int HEADER = 5;

  /** The maximum compression ratio of RFC 1951. */
  private static final long MAX_RATIO = 1_032;

  /** The compression ratio for which memory is reserved before the bytes have proved it. */
  private static final int USUAL_RATIO = 16;

  private static final int MIN_RESERVED = 8 * 1024;

  private final ValueFormat codec;
  private final int above;

  /**
   * A codec around another one.
   *
   * @param above values of more bytes than this are compressed; {@code Integer.MAX_VALUE} turns
   *     compression off
   */
  public CompressingCodec(ValueFormat codec, int above) {
    this.codec = codec;
    this.above = above;
  }

  /**
   * The bytes of a value; not compressed if the compressed ones could not be decoded, because the
   * value needs too much memory in proportion to them.
   */
  @Override
  public byte[] encode(Object value) {
    byte[] plain = codec.encode(value);
    if (plain.length <= above) {
      return plain;
    }
    byte[] packed = compressed(plain);
    return isDecodable(packed, plain.length) ? packed : plain;
  }

  private boolean isDecodable(byte[] packed, int plainLength) {
    if (codec.limit(packed.length) >= codec.limit(plainLength)) {
      return true;
    }
    try {
      return decode(packed, 0) != null;
    } catch (UndecodableValueException e) {
      return false;
    }
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
  public long limit(int storedBytes) {
    return codec.limit(storedBytes);
  }

  @Override
  public Object decode(byte[] bytes, int offset, int stored) {
    if (bytes.length - offset < HEADER
        || bytes[offset] != COMPRESSED
        || FormatTag.isAt(bytes, offset)) {
      return codec.decode(bytes, offset, stored);
    }
    int length = ByteBuffer.wrap(bytes).getInt(offset + 1);
    int packed = bytes.length - offset - HEADER;
    if (length > packed * MAX_RATIO) {
      throw new UndecodableValueException(
          "A compressed value is damaged: its stated length is impossible", null);
    }
    if (length > codec.limit(stored)) {
      throw new UndecodableValueException(
          "A compressed value states a length of "
              + length
              + " bytes; if it is not damaged, increase defaults.max-decoded-size",
          null);
    }
    return codec.decode(inflated(bytes, offset + HEADER, packed, length), 0, stored);
  }

  /** Reserves the stated length only when the packed bytes have proved to contain much. */
  private static byte[] inflated(byte[] bytes, int offset, int packed, int length) {
    Inflater inflater = new Inflater(/* nowrap= */ true);
    try {
      inflater.setInput(bytes, offset, packed);
      byte[] plain = new byte[(int) Math.min(length, MIN_RESERVED + (long) packed * USUAL_RATIO)];
      int filled = inflater.inflate(plain);
      if (filled == plain.length && filled < length) {
        plain = Arrays.copyOf(plain, length);
        filled += inflater.inflate(plain, filled, length - filled);
      }
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
