package dev.corral.jcache.internal.codec.keys;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The text form of one kind of key, that which stands after {@code #name:}. */
interface KeyForm {

  String name();

  /** Writes a key of this form. */
  void write(Object key, KeyWriter out);

  /** Reads what {@link #write} wrote. */
  @Nullable Object read(KeyReader in);

  /** A form without parts: all of it is one text. */
  static <T> KeyForm leaf(String name, Function<T, String> print, Function<String, T> parse) {
    return new Leaf<>(name, print, parse);
  }

  /** A form whose parts stand in parentheses after an optional head. */
  static KeyForm composite(
      String name,
      Function<Object, @Nullable Object[]> parts,
      Function<@Nullable Object[], Object> maker) {
    return new Composite(name, parts, maker);
  }

  /** One text. */
  record Leaf<T>(String name, Function<T, String> print, Function<String, T> parse)
      implements KeyForm {
    @Override
    @SuppressWarnings("unchecked")
    public void write(Object key, KeyWriter out) {
      out.text(print.apply((T) key));
    }

    @Override
    public @Nullable Object read(KeyReader in) {
      return parse.apply(in.text());
    }
  }

  /** Parts only. */
  record Composite(
      String name,
      Function<Object, @Nullable Object[]> parts,
      Function<@Nullable Object[], Object> maker)
      implements KeyForm {
    @Override
    public void write(Object key, KeyWriter out) {
      out.parts(parts.apply(key));
    }

    @Override
    public Object read(KeyReader in) {
      return maker.apply(in.parts());
    }
  }
}
