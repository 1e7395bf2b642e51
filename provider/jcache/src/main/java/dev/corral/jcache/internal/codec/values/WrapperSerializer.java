package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.function.Function;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The serializer of the unmodifiable and synchronized wrappers of {@link Collections}: the wrapped
 * collection or map, with its class. So its comparator, or its order, is preserved, and other
 * references to it are.
 */
@SuppressWarnings({"rawtypes", "unchecked"})
final class WrapperSerializer extends Serializer<Object> {

  private final Function wrap;
  private @Nullable Fields fields;

  /**
   * A serializer for one class of wrappers.
   *
   * @param wrap creates a wrapper
   */
  WrapperSerializer(Function<?, ?> wrap) {
    this.wrap = wrap;
  }

  @Override
  public void write(Kryo kryo, Output output, Object wrapper) {
    CheckedKryo.references(kryo).mark(GraphReferences.Kind.LATE);
    Fields all = fieldsOf(wrapper);
    Object wrapped = all.wrapped;
    Object mutex = all.mutex;
    all.forget();
    if (wrapped == null) {
      throw new CacheException(
          "An object of class " + wrapper.getClass().getName() + " cannot be stored");
    }
    synchronized (mutex == null ? wrapper : mutex) {
      kryo.writeClassAndObject(output, wrapped);
    }
  }

  private Fields fieldsOf(Object wrapper) {
    try {
      if (fields == null) {
        fields = new Fields();
      }
      fields.writeObject(wrapper);
      fields.reset();
      return fields;
    } catch (IOException e) {
      throw new CacheException(
          "An object of class " + wrapper.getClass().getName() + " cannot be stored", e);
    }
  }

  @Override
  public Object read(Kryo kryo, Input input, Class<? extends Object> type) {
    @Nullable Object wrapped = kryo.readClassAndObject(input);
    if (wrapped == null) {
      throw new UndecodableValueException("A stored object of " + type + " is empty", null);
    }
    return wrap.apply(wrapped);
  }

  /**
   * The fields of a wrapper, which no method returns. Its Java serialization names them, and writes
   * nothing.
   */
  private static final class Fields extends ObjectOutputStream {

    private boolean begun;
    private @Nullable Object wrapped;
    private @Nullable Object mutex;

    Fields() throws IOException {
      super(OutputStream.nullOutputStream());
      enableReplaceObject(true);
    }

    /** Gets the wrapper; then the wrapped object; then the object that locks it, if any. */
    @Override
    protected @Nullable Object replaceObject(@Nullable Object each) {
      if (!begun) {
        begun = true;
        return each;
      } else if (wrapped == null) {
        wrapped = each;
      } else if (mutex == null) {
        mutex = each;
      }
      return null;
    }

    void forget() {
      begun = false;
      wrapped = null;
      mutex = null;
    }
  }
}
