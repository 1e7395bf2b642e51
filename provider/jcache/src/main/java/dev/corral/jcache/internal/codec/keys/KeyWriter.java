package dev.corral.jcache.internal.codec.keys;

import org.jspecify.annotations.Nullable;

/**
 * Builds the canonical text of one key.
 *
 * <p>In heads, and in texts inside parentheses, {@code \}, {@code (}, {@code )} and {@code ,} are
 * escaped by one backslash, at any depth of nesting. Other texts are not escaped.
 */
final class KeyWriter {

  private final KeyCodecs codecs;
  private final StringBuilder out = new StringBuilder();
  private int depth;
  private boolean inHibernate;

  KeyWriter(KeyCodecs codecs) {
    this.codecs = codecs;
  }

  /** Writes a value with the name of its form. */
  void value(@Nullable Object value) {
    if (value == null) {
      out.append("#null");
    } else if (value instanceof Long number) {
      out.append(number.longValue());
    } else if (value instanceof String string) {
      string(string);
    } else {
      KeyForm form = codecs.formOf(value.getClass(), inHibernate);
      out.append('#').append(form.name()).append(':');
      form.write(value, this);
    }
  }

  private void string(String string) {
    if (KeyCodecs.needsQuote(string) || (depth > 0 && string.isEmpty())) {
      out.append('\'');
    }
    text(string);
  }

  /** Writes the text of a form without parts. */
  void text(String text) {
    if (depth == 0) {
      out.append(text);
    } else {
      escaped(text);
    }
  }

  /** Writes the head of a form; parts follow. */
  void head(String text) {
    escaped(text);
  }

  private void escaped(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' || c == '(' || c == ')' || c == ',') {
        out.append('\\');
      }
      out.append(c);
    }
  }

  /** Writes values in parentheses, separated by commas. */
  void parts(@Nullable Object... values) {
    open();
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        out.append(',');
      }
      value(values[i]);
    }
    close();
  }

  /** Writes values in parentheses, whose texts come from {@link #nested}. */
  void nestedTexts(Iterable<String> texts) {
    out.append('(').append(String.join(",", texts)).append(')');
  }

  /** The text of a value inside parentheses; writes nothing. */
  String nested(@Nullable Object value) {
    KeyWriter nested = new KeyWriter(codecs);
    nested.depth = depth + 1;
    nested.inHibernate = inHibernate;
    nested.value(value);
    return nested.out.toString();
  }

  /** Runs {@code body} in a mode in which objects of the application are ids of Hibernate. */
  void withinHibernate(Runnable body) {
    boolean before = inHibernate;
    inHibernate = true;
    body.run();
    inHibernate = before;
  }

  private void open() {
    out.append('(');
    depth++;
  }

  private void close() {
    out.append(')');
    depth--;
  }

  /** The text so far. */
  @Override
  public String toString() {
    return out.toString();
  }
}
