package dev.corral.jcache.internal.codec.keys;

import java.util.Locale;

/**
 * Percent-encodes the characters that are invisible or have no UTF-8 encoding: control characters
 * as {@code %XX}, lone surrogates as {@code %uXXXX}, and {@code %} itself as {@code %25}.
 */
final class KeyText {

  /** The first control character after the printable ASCII characters. */
  private static final char DELETE = '\u007f';

  private KeyText() {}

  /** The text with percent signs, control characters and lone surrogates escaped. */
  static String escape(String text) {
    int first = firstToEscape(text);
    if (first < 0) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (startsPair(text, i)) {
        escaped.append(c).append(text.charAt(++i));
      } else if (Character.isSurrogate(c)) {
        escaped.append("%u").append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
      } else if (isEscaped(c)) {
        escaped.append('%').append(hexDigit(c >> 4)).append(hexDigit(c & 0xF));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /**
   * The original text.
   *
   * @throws IllegalArgumentException if {@link #escape} cannot have returned the text
   */
  static String unescape(String text) {
    int next = text.indexOf('%');
    if (next < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    int done = 0;
    while (next >= 0) {
      plain.append(text, done, next);
      int from = next + 1;
      int to = next + 3;
      if (from < text.length() && text.charAt(from) == 'u') {
        from++;
        to = from + 4;
      }
      if (to > text.length()) {
        throw new IllegalArgumentException("the text ends within an escape sequence");
      }
      plain.append((char) Integer.parseInt(text, from, to, 16));
      done = to;
      next = text.indexOf('%', done);
    }
    return plain.append(text, done, text.length()).toString();
  }

  private static int firstToEscape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > '%' && c < DELETE) {
        continue;
      }
      if (isEscaped(c)) {
        return i;
      }
      if (Character.isSurrogate(c)) {
        if (!startsPair(text, i)) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  private static boolean isEscaped(char c) {
    return c == '%' || Character.isISOControl(c);
  }

  private static boolean startsPair(String text, int index) {
    return Character.isHighSurrogate(text.charAt(index))
        && index + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(index + 1));
  }

  private static char hexDigit(int value) {
    return "0123456789ABCDEF".charAt(value);
  }
}
