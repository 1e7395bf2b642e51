package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.KryoException;
import com.esotericsoftware.kryo.kryo5.io.Input;
import org.jspecify.annotations.Nullable;

/**
 * Reads from an array. It refuses every stored length that exceeds the rest of the array, and
 * charges what it allocates to a {@link DecodingBudget}, so damaged bytes cannot cause huge
 * allocations.
 */
final class BoundedInput extends Input {

  private static final byte[] EMPTY = new byte[0];

  /** A String without its characters. */
  private static final int TEXT_BYTES = 40;

  private static final int INITIAL_CHARS = 32;
  private static final int MAX_POOLED_CHARS = 64 * 1024;

  private final DecodingBudget budget;
  private final HashingBudget hashing;

  BoundedInput(DecodingBudget budget, HashingBudget hashing) {
    super(EMPTY);
    this.budget = budget;
    this.hashing = hashing;
  }

  /**
   * Starts reading these bytes at an offset.
   *
   * @param storedBytes the length of the value in Redis, which is smaller if it is compressed
   */
  void open(byte[] bytes, int offset, int storedBytes) {
    setBuffer(bytes, offset, bytes.length - offset);
    budget.open(storedBytes, bytes.length - offset);
    hashing.open(bytes.length - offset);
  }

  /** Drops the reference to the bytes, and a large buffer for texts. */
  void release() {
    setBuffer(EMPTY);
    if (chars.length > MAX_POOLED_CHARS) {
      chars = new char[INITIAL_CHARS];
    }
  }

  /** What decoding the current value may still allocate. */
  DecodingBudget budget() {
    return budget;
  }

  /**
   * Checks the number of elements that follow, of which each has at least one byte, and charges
   * their container. To be called once for each container, before the container is created.
   *
   * @return the number
   * @throws KryoException if the rest of the array is shorter
   * @throws dev.corral.jcache.codec.UndecodableValueException if the budget is exhausted
   */
  int bounded(int elements) {
    budget.addContainer(available(elements));
    hashing.setCount(elements);
    return elements;
  }

  /** Checks a number of bytes or primitives that follow, and charges them. */
  private int bounded(int length, int bytesEach) {
    budget.allocate((long) available(length) * bytesEach);
    return length;
  }

  private int available(int length) {
    if (length < 0 || length > limit - position) {
      throw new KryoException("A stored length exceeds the stored bytes");
    }
    return length;
  }

  @Override
  public @Nullable String readString() {
    int start = position;
    if (readVarIntFlag()) {
      int length = available(Math.max(0, readVarIntFlag(/* optimizePositive= */ true) - 1));
      String text = length > 0 ? AsciiText.read(buffer, position, length) : null;
      if (text != null) {
        position += length;
        return charged(text);
      }
    }
    setPosition(start);
    return charged(super.readString());
  }

  /** A text is not longer than the rest of the array, so it may be charged after it was read. */
  private @Nullable String charged(@Nullable String text) {
    if (text != null && !text.isEmpty()) {
      budget.allocate(TEXT_BYTES + (long) Character.BYTES * text.length());
    }
    return text;
  }

  @Override
  public @Nullable StringBuilder readStringBuilder() {
    String text = readString();
    return text == null ? null : new StringBuilder(text);
  }

  @Override
  public byte[] readBytes(int length) {
    return super.readBytes(bounded(length, Byte.BYTES));
  }

  @Override
  public int[] readInts(int length) {
    return super.readInts(bounded(length, Integer.BYTES));
  }

  @Override
  public int[] readInts(int length, boolean optimizePositive) {
    return super.readInts(bounded(length, Integer.BYTES), optimizePositive);
  }

  @Override
  public long[] readLongs(int length) {
    return super.readLongs(bounded(length, Long.BYTES));
  }

  @Override
  public long[] readLongs(int length, boolean optimizePositive) {
    return super.readLongs(bounded(length, Long.BYTES), optimizePositive);
  }

  @Override
  public float[] readFloats(int length) {
    return super.readFloats(bounded(length, Float.BYTES));
  }

  @Override
  public double[] readDoubles(int length) {
    return super.readDoubles(bounded(length, Double.BYTES));
  }

  @Override
  public short[] readShorts(int length) {
    return super.readShorts(bounded(length, Short.BYTES));
  }

  @Override
  public char[] readChars(int length) {
    return super.readChars(bounded(length, Character.BYTES));
  }

  @Override
  public boolean[] readBooleans(int length) {
    return super.readBooleans(bounded(length, Byte.BYTES));
  }
}
