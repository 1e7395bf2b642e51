package dev.corral.jcache.internal.redis.settings;

/** Recognizes texts that are safe in the names of Redis keys and clients. */
final class PlainText {

  private PlainText() {}

  /** Whether the text has no white space, no control and no format characters. */
  static boolean isPlain(String text) {
    return text.codePoints()
        .noneMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || isControl(c));
  }

  private static boolean isControl(int c) {
    return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
  }
}
