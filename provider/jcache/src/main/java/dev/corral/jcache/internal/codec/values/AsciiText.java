package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/**
 * A fast path for ASCII texts. It copies them without converting each character, and it encodes and
 * decodes a value that is an ASCII text without Kryo, to the same bytes.
 */
final class AsciiText {

  /** Shorter texts are left to Kryo: the shortest have another stored form, the others are fast. */
  static final int MIN_LENGTH = 40;

  /** The first byte of a text in Kryo: its class number of String, 1, plus 2. */
  private static final byte STRING = 3;

  /*
   * The length plus 1 follows: the lowest six bits in one byte, and the others in a second byte if
   * they are not all zero.
   */
  private static final int LENGTH_FOLLOWS = 0x80;

  private static final int MORE_FOLLOWS = 0x40;
  private static final int LOW_BITS = 0x3f;
  private static final int BITS = 6;
  private static final int MAX_LENGTH = (1 << 13) - 2;

  private static final char LAST_ASCII = '\u007f';

  /** The character for a byte that is not ASCII. */
  private static final char REPLACEMENT = '\ufffd';

  private AsciiText() {}

  /** The text of these bytes; null if one of them is not ASCII. */
  static @Nullable String read(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, US_ASCII);
    return text.indexOf(REPLACEMENT) < 0 ? text : null;
  }

  /**
   * Writes a text of ASCII characters.
   *
   * @return whether all characters are ASCII; if not, the bytes written have no meaning
   */
  @SuppressWarnings("deprecation") // getBytes copies the lower bytes of all characters at once
  static boolean write(String text, byte[] target, int offset) {
    text.getBytes(0, text.length(), target, offset);
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      all |= text.charAt(i);
    }
    return all <= LAST_ASCII;
  }

  /** The stored form of a value; null if Kryo has to encode it. */
  static byte @Nullable [] encode(String value) {
    int length = value.length();
    if (length < MIN_LENGTH || length > MAX_LENGTH) {
      return null;
    }
    int lengthPlusOne = length + 1;
    boolean more = lengthPlusOne > LOW_BITS;
    int text = textOffset(more);
    byte[] stored = new byte[text + length];
    stored[0] = STRING;
    stored[1] = (byte) (LENGTH_FOLLOWS | (more ? MORE_FOLLOWS : 0) | (lengthPlusOne & LOW_BITS));
    if (more) {
      stored[2] = (byte) (lengthPlusOne >>> BITS);
    }
    return write(value, stored, text) ? stored : null;
  }

  /** The value of a stored form; null if Kryo has to decode it. */
  static @Nullable String decode(byte[] stored, int offset) {
    if (stored.length - offset < MIN_LENGTH
        || stored[offset] != STRING
        || stored[offset + 1] >= 0) {
      return null;
    }
    boolean more = (stored[offset + 1] & MORE_FOLLOWS) != 0;
    int text = offset + textOffset(more);
    int lengthPlusOne = (stored[offset + 1] & LOW_BITS) | (more ? stored[offset + 2] << BITS : 0);
    int length = stored.length - text;
    return lengthPlusOne == length + 1 ? read(stored, text, length) : null;
  }

  private static int textOffset(boolean more) {
    return more ? 3 : 2;
  }
}
