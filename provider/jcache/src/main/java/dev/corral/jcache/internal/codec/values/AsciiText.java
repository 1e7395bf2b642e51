package dev.corral.jcache.internal.codec.values;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/**
 * Texts of one byte for each character, which can be copied as they are; and values that are such a
 * text and nothing else, in the bytes that Kryo gives them but without a Kryo.
 */
final class AsciiText {

  /** Shorter ones have another form, or are not worth it. */
  static final int LONG = 40;

  /** What Kryo puts before a text: its number of String, 1, and 2 for what it needs itself. */
  private static final byte STRING = 3;

  /** The length and one more, six bits of it in the first byte and seven in the second. */
  private static final int LENGTH_FOLLOWS = 0x80;

  private static final int MORE_FOLLOWS = 0x40;
  private static final int LOW_BITS = 0x3f;
  private static final int BITS = 6;
  private static final int LONGEST = (1 << 13) - 2;

  private static final char LAST = '\u007f';

  /** What a byte that is no ASCII is decoded to. */
  private static final char REPLACEMENT = '\ufffd';

  private AsciiText() {}

  /** The text that these bytes are; null if one of them is no ASCII. */
  static @Nullable String read(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, US_ASCII);
    return text.indexOf(REPLACEMENT) < 0 ? text : null;
  }

  /** Writes a text, or something else if it is none of ASCII only, and tells which. */
  @SuppressWarnings("deprecation") // it copies the lower halves of all characters in one go
  static boolean write(String text, byte[] target, int offset) {
    text.getBytes(0, text.length(), target, offset);
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      all |= text.charAt(i);
    }
    return all <= LAST;
  }

  /** The stored form of a value, or null if Kryo has to find it. */
  static byte @Nullable [] encode(String value) {
    int length = value.length();
    if (length < LONG || length > LONGEST) {
      return null;
    }
    int stated = length + 1;
    boolean more = stated > LOW_BITS;
    int text = textOffset(more);
    byte[] stored = new byte[text + length];
    stored[0] = STRING;
    stored[1] = (byte) (LENGTH_FOLLOWS | (more ? MORE_FOLLOWS : 0) | (stated & LOW_BITS));
    if (more) {
      stored[2] = (byte) (stated >>> BITS);
    }
    return write(value, stored, text) ? stored : null;
  }

  /** The value of a stored form, or null if Kryo has to find it. */
  static @Nullable String decode(byte[] stored, int offset) {
    if (stored.length - offset < LONG || stored[offset] != STRING || stored[offset + 1] >= 0) {
      return null;
    }
    boolean more = (stored[offset + 1] & MORE_FOLLOWS) != 0;
    int text = offset + textOffset(more);
    int stated = (stored[offset + 1] & LOW_BITS) | (more ? stored[offset + 2] << BITS : 0);
    int length = stored.length - text;
    return stated == length + 1 ? read(stored, text, length) : null;
  }

  private static int textOffset(boolean more) {
    return more ? 3 : 2;
  }
}
