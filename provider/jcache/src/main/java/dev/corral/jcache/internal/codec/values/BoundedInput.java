package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Input;
import org.jspecify.annotations.Nullable;

/**
 * Reads from an array. It refuses every stored length that exceeds the rest of the array, so
 * damaged bytes cannot cause huge allocations.
 */
final class BoundedInput extends Input {

  private static final byte[] EMPTY = new byte[0];

  BoundedInput() {
    super(EMPTY);
  }

  /** Starts reading these bytes at an offset. */
  void open(byte[] bytes, int offset) {
    setBuffer(bytes, offset, bytes.length - offset);
  }

  /** Drops the reference to the bytes. */
  void release() {
    setBuffer(EMPTY);
  }

  /**
   * Checks the number of elements that follow, of which each has at least one byte.
   *
   * @return the length
   * @throws KryoException if the rest of the array is shorter
   */
  int bounded(int length) {
    if (length < 0 || length > limit - position) {
      throw new KryoException("A stored length exceeds the stored bytes");
    }
    return length;
  }

  @Override
  public @Nullable String readString() {
    int start = position;
    if (readVarIntFlag()) {
      int length = bounded(Math.max(0, readVarIntFlag(/* optimizePositive= */ true) - 1));
      String text = length > 0 ? AsciiText.read(buffer, position, length) : null;
      if (text != null) {
        position += length;
        return text;
      }
    }
    setPosition(start);
    return super.readString();
  }

  @Override
  public @Nullable StringBuilder readStringBuilder() {
    String text = readString();
    return text == null ? null : new StringBuilder(text);
  }

  @Override
  public byte[] readBytes(int length) {
    return super.readBytes(bounded(length));
  }

  @Override
  public int[] readInts(int length) {
    return super.readInts(bounded(length));
  }

  @Override
  public int[] readInts(int length, boolean optimizePositive) {
    return super.readInts(bounded(length), optimizePositive);
  }

  @Override
  public long[] readLongs(int length) {
    return super.readLongs(bounded(length));
  }

  @Override
  public long[] readLongs(int length, boolean optimizePositive) {
    return super.readLongs(bounded(length), optimizePositive);
  }

  @Override
  public float[] readFloats(int length) {
    return super.readFloats(bounded(length));
  }

  @Override
  public double[] readDoubles(int length) {
    return super.readDoubles(bounded(length));
  }

  @Override
  public short[] readShorts(int length) {
    return super.readShorts(bounded(length));
  }

  @Override
  public char[] readChars(int length) {
    return super.readChars(bounded(length));
  }

  @Override
  public boolean[] readBooleans(int length) {
    return super.readBooleans(bounded(length));
  }
}
