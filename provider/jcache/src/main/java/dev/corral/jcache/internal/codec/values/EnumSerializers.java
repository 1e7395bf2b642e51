package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.serializers.DefaultSerializers.EnumSetSerializer;
import java.util.EnumMap;
import java.util.EnumSet;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** The serializers of sets and maps of enum constants. */
@SuppressWarnings({"rawtypes", "unchecked"})
final class EnumSerializers {

  private EnumSerializers() {}

  /** A set: the enum, a count and the constants. */
  static final class OfSet extends Serializer<EnumSet> {

    private final EnumSetSerializer serializer = new EnumSetSerializer();

    @Override
    public void write(Kryo kryo, Output output, EnumSet set) {
      if (set.isEmpty() && EnumSet.complementOf(set).isEmpty()) {
        throw new CacheException("An EnumSet of an enum without constants cannot be stored");
      }
      serializer.write(kryo, output, set);
    }

    @Override
    public EnumSet read(Kryo kryo, Input input, Class<? extends EnumSet> type) {
      return serializer.read(kryo, input, type);
    }
  }

  /**
   * A map: a count, and the constants with their values. An empty map has its Java serialization,
   * because no method returns its enum.
   */
  static final class OfMap extends Serializer<EnumMap> {

    private final ObjectStreamSerializer objectStream;

    OfMap(ObjectStreamSerializer objectStream) {
      this.objectStream = objectStream;
    }

    @Override
    public void write(Kryo kryo, Output output, EnumMap map) {
      @Nullable Object[] flat = CollectionSerializers.flatten(map);
      output.writeVarInt(flat.length, /* optimizePositive= */ true);
      if (flat.length == 0) {
        objectStream.write(kryo, output, map);
      }
      for (@Nullable Object each : flat) {
        kryo.writeClassAndObject(output, each);
      }
    }

    @Override
    public EnumMap read(Kryo kryo, Input input, Class<? extends EnumMap> type) {
      int size = ((BoundedInput) input).bounded(input.readVarInt(/* optimizePositive= */ true));
      if (size == 0) {
        return (EnumMap) objectStream.read(kryo, input, type);
      }
      Enum first = (Enum) kryo.readClassAndObject(input);
      EnumMap map = new EnumMap(first.getDeclaringClass());
      kryo.reference(map);
      map.put(first, kryo.readClassAndObject(input));
      for (int i = 2; i < size; i += 2) {
        Enum key = (Enum) kryo.readClassAndObject(input);
        map.put(key, kryo.readClassAndObject(input));
      }
      return map;
    }
  }
}
