package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The serializers of objects that hold one other object: that object, with its class. */
@SuppressWarnings({"rawtypes", "unchecked"})
final class HolderSerializers {

  private HolderSerializers() {}

  /** An {@link Optional}, which is created after its content. */
  static final class OfOptional extends Serializer<Optional> {

    @Override
    public void write(Kryo kryo, Output output, Optional optional) {
      CheckedKryo.references(kryo).mark(GraphReferences.Kind.LATE);
      kryo.writeClassAndObject(output, optional.orElse(null));
    }

    @Override
    public Optional read(Kryo kryo, Input input, Class<? extends Optional> type) {
      return Optional.ofNullable(kryo.readClassAndObject(input));
    }
  }

  /** An {@link AtomicReference}, which may be part of a cycle. */
  static final class OfReference extends Serializer<AtomicReference> {

    @Override
    public void write(Kryo kryo, Output output, AtomicReference reference) {
      kryo.writeClassAndObject(output, reference.get());
    }

    @Override
    public AtomicReference read(Kryo kryo, Input input, Class<? extends AtomicReference> type) {
      AtomicReference reference = new AtomicReference();
      kryo.reference(reference);
      reference.set(kryo.readClassAndObject(input));
      return reference;
    }
  }
}
