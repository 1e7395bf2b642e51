package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import java.util.function.Function;

/**
 * The serializer of values that have a text. A value whose text does not represent it completely is
 * stored by its Java serialization, after an empty text.
 */
final class TextSerializer<T> extends Serializer<T> {

  private final Function<T, String> print;
  private final Function<String, T> parse;
  private final ObjectStreamSerializer fallback;

  TextSerializer(
      Function<T, String> print, Function<String, T> parse, ObjectStreamSerializer fallback) {
    this.print = print;
    this.parse = parse;
    this.fallback = fallback;
  }

  @Override
  public void write(Kryo kryo, Output output, T object) {
    String text = print.apply(object);
    if (!text.isEmpty() && parse.apply(text).equals(object)) {
      output.writeString(text);
    } else {
      output.writeString("");
      fallback.write(kryo, output, object);
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public T read(Kryo kryo, Input input, Class<? extends T> type) {
    String text = input.readString();
    if (!text.isEmpty()) {
      T object = parse.apply(text);
      if (!print.apply(object).equals(text)) {
        throw new IllegalArgumentException("This JVM does not know a stored " + type.getName());
      }
      return object;
    }
    return (T) fallback.read(kryo, input, type);
  }
}
