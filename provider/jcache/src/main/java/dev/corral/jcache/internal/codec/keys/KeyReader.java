package dev.corral.jcache.internal.codec.keys;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses one key that a {@link KeyWriter} wrote. Its methods throw a RuntimeException if the text
 * is malformed.
 */
final class KeyReader {

  private final KeyCodecs codecs;
  private final String text;
  private int position;
  private int depth;

  KeyReader(KeyCodecs codecs, String text) {
    this.codecs = codecs;
    this.text = text;
  }

  /** Parses the whole text as one value; null for {@code #null}. */
  @Nullable Object read() {
    Object value = value();
    if (position != text.length()) {
      throw malformed();
    }
    return value;
  }

  private @Nullable Object value() {
    if (position == text.length()) {
      return text();
    }
    char first = text.charAt(position);
    if (first == '#') {
      position++;
      return form();
    } else if (first == '\'') {
      position++;
      return text();
    } else if (KeyCodecs.startsNumber(first)) {
      return Long.valueOf(text());
    }
    return text();
  }

  private @Nullable Object form() {
    int start = position;
    while (position < text.length() && isNamePart(text.charAt(position))) {
      position++;
    }
    String name = text.substring(start, position);
    if (name.equals("null")) {
      return null;
    }
    expect(':');
    return codecs.formNamed(name).read(this);
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }

  /** Reads a text up to the end of the value. */
  String text() {
    if (depth > 0) {
      return unescaped();
    }
    String rest = text.substring(position);
    position = text.length();
    return rest;
  }

  /** Reads the head, which is followed by parts. */
  String head() {
    return unescaped();
  }

  private String unescaped() {
    StringBuilder plain = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '(' || c == ')' || c == ',') {
        break;
      }
      if (c == '\\' && ++position == text.length()) {
        throw malformed();
      }
      plain.append(text.charAt(position++));
    }
    return plain.toString();
  }

  /** Reads parts in parentheses. */
  @Nullable Object[] parts() {
    expect('(');
    depth++;
    List<@Nullable Object> values = new ArrayList<>();
    if (peek() != ')') {
      values.add(value());
      while (peek() == ',') {
        position++;
        values.add(value());
      }
    }
    expect(')');
    depth--;
    return values.toArray();
  }

  private char peek() {
    if (position == text.length()) {
      throw malformed();
    }
    return text.charAt(position);
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw malformed();
    }
    position++;
  }

  static IllegalArgumentException malformed() {
    return new IllegalArgumentException("not a canonical key text");
  }
}
