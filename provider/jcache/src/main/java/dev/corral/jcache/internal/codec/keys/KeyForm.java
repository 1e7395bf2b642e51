package dev.corral.jcache.internal.codec.keys;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of one kind of key: the text after {@code #name:}.
 *
 * <p>A form has no parts (a leaf), or it has parts in parentheses, possibly after a head.
 */
interface KeyForm {

  /** The name of the form, unique among all forms of a cache; it never changes. */
  String name();

  /** Writes a key of this form. */
  void write(Object key, KeyWriter out);

  /**
   * Reads a key that {@link #write} wrote.
   *
   * @throws RuntimeException if the text is malformed
   */
  @Nullable Object read(KeyReader in);

  /** A form without parts. */
  static <T> KeyForm leaf(String name, Function<T, String> print, Function<String, T> parse) {
    return new Leaf<>(name, print, parse);
  }

  /** A form of parts only. */
  static KeyForm composite(
      String name,
      Function<Object, @Nullable Object[]> parts,
      Function<@Nullable Object[], Object> create) {
    return new Composite(name, parts, create);
  }

  /**
   * A form of a class name and parts.
   *
   * @param type the class whose name is written
   * @param create creates a key from the class and the parts
   */
  static KeyForm typed(
      String name,
      KeyClasses classes,
      Function<Object, Class<?>> type,
      Function<Object, @Nullable Object[]> parts,
      BiFunction<Class<?>, @Nullable Object[], Object> create) {
    return new Typed(name, classes, type, parts, create);
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

  /** Parts in parentheses. */
  record Composite(
      String name,
      Function<Object, @Nullable Object[]> parts,
      Function<@Nullable Object[], Object> create)
      implements KeyForm {
    @Override
    public void write(Object key, KeyWriter out) {
      out.parts(parts.apply(key));
    }

    @Override
    public Object read(KeyReader in) {
      return create.apply(in.parts());
    }
  }

  /** The name of a class, and parts in parentheses. */
  record Typed(
      String name,
      KeyClasses classes,
      Function<Object, Class<?>> type,
      Function<Object, @Nullable Object[]> parts,
      BiFunction<Class<?>, @Nullable Object[], Object> create)
      implements KeyForm {
    @Override
    public void write(Object key, KeyWriter out) {
      out.head(type.apply(key).getName());
      out.parts(parts.apply(key));
    }

    @Override
    public Object read(KeyReader in) {
      Class<?> loaded = classes.load(in.head());
      return create.apply(loaded, in.parts());
    }
  }
}
