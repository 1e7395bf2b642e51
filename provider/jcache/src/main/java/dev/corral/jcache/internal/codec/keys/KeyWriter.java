package dev.corral.jcache.internal.codec.keys;

import org.jspecify.annotations.Nullable;

/**
 * Writes one key, part by part.
 *
 * <p>Texts within parentheses have {@code \}, {@code (}, {@code )} and {@code ,} escaped by a
 * backslash, once, however deep they stand; at the top nothing has to be.
 */
final class KeyWriter {

  private final KeyCodecs codecs;
  private final StringBuilder out = new StringBuilder();
  private int depth;
  private boolean hibernate;

  KeyWriter(KeyCodecs codecs) {
    this.codecs = codecs;
  }

  /** Writes a value in its form, {@code #name:} included. */
  void value(@Nullable Object value) {
    if (value == null) {
      out.append("#null");
    } else if (value instanceof Long number) {
      out.append(number.longValue());
    } else if (value instanceof String string) {
      string(string);
    } else {
      KeyForm form = codecs.formOf(value.getClass(), hibernate);
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

  /** Writes the text, or the head, of a form. */
  void text(String text) {
    if (depth == 0) {
      out.append(text);
    } else {
      escaped(text);
    }
  }

  /** Writes a head that parts follow. */
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

  /** Writes values in parentheses. */
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

  /** Writes texts that are values already in parentheses. */
  void written(Iterable<String> values) {
    out.append('(').append(String.join(",", values)).append(')');
  }

  /** The text that a value would have within parentheses. */
  String apart(@Nullable Object value) {
    KeyWriter apart = new KeyWriter(codecs);
    apart.depth = depth + 1;
    apart.hibernate = hibernate;
    apart.value(value);
    return apart.out.toString();
  }

  /** From here on, objects of an application are ids that Hibernate did not take apart. */
  void withinHibernate(Runnable body) {
    boolean before = hibernate;
    hibernate = true;
    body.run();
    hibernate = before;
  }

  private void open() {
    out.append('(');
    depth++;
  }

  private void close() {
    out.append(')');
    depth--;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
