package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import java.util.function.Function;

/** The form of values that are fully said by a text, or by their Java serialization if not. */
final class TextForm<T> extends Serializer<T> {

  private final Function<T, String> print;
  private final Function<String, T> parse;
  private final JavaForm otherwise;

  TextForm(Function<T, String> print, Function<String, T> parse, JavaForm otherwise) {
    this.print = print;
    this.parse = parse;
    this.otherwise = otherwise;
  }

  @Override
  public void write(Kryo kryo, Output output, T object) {
    String text = print.apply(object);
    if (!text.isEmpty() && parse.apply(text).equals(object)) {
      output.writeString(text);
    } else {
      output.writeString("");
      otherwise.write(kryo, output, object);
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public T read(Kryo kryo, Input input, Class<? extends T> type) {
    String text = input.readString();
    if (!text.isEmpty()) {
      T object = parse.apply(text);
      if (!print.apply(object).equals(text)) {
        throw new IllegalArgumentException("Not known in this JVM: a stored " + type.getName());
      }
      return object;
    }
    return (T) otherwise.read(kryo, input, type);
  }
}
