package dev.corral.jcache.internal.redis.settings;

/**
 * The text that every Redis key and channel of a cache manager begins with, for instance {@code
 * shop:}. It separates applications that share a Redis.
 */
public record KeyPrefix(String text) {

  /** The default: the empty prefix. */
  public static final KeyPrefix NONE = new KeyPrefix("");

  /**
   * Checks the characters.
   *
   * @throws IllegalArgumentException if the text contains braces, white space or control characters
   */
  public KeyPrefix {
    if (!PlainText.isPlain(text) || text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
      throw new IllegalArgumentException(
          "corral.redis.key-prefix must be without braces, white space and control characters, not"
              + " \""
              + text
              + "\"; for instance shop:");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
