package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Registration;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.objenesis.instantiator.ObjectInstantiator;
import com.esotericsoftware.kryo.kryo5.objenesis.strategy.StdInstantiatorStrategy;
import com.esotericsoftware.kryo.kryo5.serializers.EnumNameSerializer;
import com.esotericsoftware.kryo.kryo5.serializers.RecordSerializer;
import com.esotericsoftware.kryo.kryo5.util.MapReferenceResolver;
import com.esotericsoftware.kryo.kryo5.util.Util;
import dev.corral.jcache.codec.UndecodableValueException;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.concurrent.CopyOnWriteArraySet;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** A Kryo for allowed classes, which chooses the serializer of each class. For one thread. */
@SuppressWarnings({"rawtypes", "unchecked"})
final class CheckedKryo extends Kryo {

  /** Kryo uses the numbers 0 to 8 for primitives and String. */
  private static final int FIRST_NUMBER = 16;

  private final ObjectStreamSerializer objectStream;
  private final JdkSerializers jdkSerializers;
  private final HashingBudget hashing = new HashingBudget();

  private CheckedKryo(
      AllowedClassResolver resolver,
      ObjectStreamSerializer objectStream,
      JdkSerializers jdkSerializers,
      ClassLoader loader) {
    super(resolver, new References(jdkSerializers));
    this.objectStream = objectStream;
    this.jdkSerializers = jdkSerializers;
    setClassLoader(loader);
    setRegistrationRequired(false);
    setOptimizedGenerics(false);
    setInstantiatorStrategy(CheckedKryo::instantiator);
  }

  static CheckedKryo create(ClassLoader loader, AllowList allowList, ClassCodes codes) {
    ObjectStreamSerializer objectStream = new ObjectStreamSerializer(loader, allowList);
    CheckedKryo kryo =
        new CheckedKryo(
            new AllowedClassResolver(loader, allowList, codes),
            objectStream,
            new JdkSerializers(objectStream),
            loader);
    List<Class<?>> numbered = JdkSerializers.numbered();
    for (int i = 0; i < numbered.size(); i++) {
      if (allowList.allows(numbered.get(i))) {
        kryo.register(numbered.get(i), FIRST_NUMBER + i);
      }
    }
    return kryo;
  }

  /** The work of hash codes in the graph that is being written or read. */
  HashingBudget hashing() {
    return hashing;
  }

  @Override
  public void writeClassAndObject(Output output, @Nullable Object object) {
    long compared = hashing.comparisons();
    long before = beginWriting(object);
    super.writeClassAndObject(output, object);
    hashing.end(object, before, compared);
  }

  @Override
  public void writeObjectOrNull(Output output, @Nullable Object object, Class type) {
    long compared = hashing.comparisons();
    long before = beginWriting(object);
    super.writeObjectOrNull(output, object, type);
    hashing.end(object, before, compared);
  }

  private long beginWriting(@Nullable Object object) {
    long before = hashing.begin();
    if (object != null) {
      hashing.setType(object.getClass());
      if (object instanceof CopyOnWriteArraySet<?> set) {
        hashing.setCount(set.size());
      }
    }
    return before;
  }

  @Override
  public @Nullable Object readClassAndObject(Input input) {
    long compared = hashing.comparisons();
    long before = hashing.begin();
    @Nullable Object object = super.readClassAndObject(input);
    hashing.end(object, before, compared);
    return object;
  }

  @Override
  public <T> @Nullable T readObjectOrNull(Input input, Class<T> type) {
    long compared = hashing.comparisons();
    long before = hashing.begin();
    beginReading(input, type);
    @Nullable T object = super.readObjectOrNull(input, type);
    hashing.end(object, before, compared);
    return object;
  }

  /** The serializers call it for primitives only. */
  @Override
  public <T> T readObject(Input input, Class<T> type) {
    ((BoundedInput) input).budget().allocate(DecodingBudget.FIELD_BYTES);
    return super.readObject(input, type);
  }

  @Override
  public @Nullable Registration readClass(Input input) {
    Registration registration = super.readClass(input);
    if (registration != null) {
      beginReading(input, registration.getType());
    }
    return registration;
  }

  private void beginReading(Input input, Class<?> type) {
    ((BoundedInput) input).budget().allocate(DecodingBudget.OBJECT_BYTES);
    hashing.setType(type);
  }

  @Override
  public Serializer getDefaultSerializer(Class type) {
    Serializer<?> compact = jdkSerializers.of(type);
    if (compact != null) {
      return compact;
    } else if (type.isEnum()) {
      return new EnumNameSerializer(type);
    } else if (SerializationHooks.presentIn(type)) {
      return objectStream;
    } else if (type.isRecord()) {
      return new RecordSerializer<>(type);
    } else if (PlatformTypes.isJdk(type)) {
      return ofJdk(type);
    } else if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      return new RefusingSerializer(type);
    }
    return ofApplication(type);
  }

  private Serializer<?> ofJdk(Class<?> type) {
    if (Serializable.class.isAssignableFrom(type)) {
      return objectStream;
    }
    Serializer<?> copy = JdkSerializers.copyOf(type);
    return copy != null ? copy : new RefusingSerializer(type);
  }

  private Serializer<?> ofApplication(Class<?> type) {
    try {
      return new ReflectiveSerializer(type);
    } catch (RuntimeException e) {
      return Serializable.class.isAssignableFrom(type)
          ? objectStream
          : new RefusingSerializer(type);
    }
  }

  private static <T> ObjectInstantiator<T> instantiator(Class<T> type) {
    try {
      Constructor<T> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return () -> {
        try {
          return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
          throw new UndecodableValueException(
              "The constructor without parameters of " + type + " failed", e);
        }
      };
    } catch (NoSuchMethodException | RuntimeException e) {
      return new StdInstantiatorStrategy().newInstantiatorOf(type);
    }
  }

  /** Preserves the identity of mutable objects, so a graph may be cyclic. */
  private static final class References extends MapReferenceResolver {

    private final JdkSerializers jdkSerializers;
    private @Nullable Class<?> lastType;
    private boolean lastHasIdentity;

    References(JdkSerializers jdkSerializers) {
      this.jdkSerializers = jdkSerializers;
    }

    /** Remembers the last result, because consecutive objects often have the same class. */
    @Override
    public boolean useReferences(Class type) {
      if (type != lastType) {
        lastHasIdentity = hasIdentity(type);
        lastType = type;
      }
      return lastHasIdentity;
    }

    private boolean hasIdentity(Class<?> type) {
      return !Util.isWrapperClass(type)
          && !type.isPrimitive()
          && !Util.isEnum(type)
          && !jdkSerializers.isValue(type);
    }

    @Override
    public Object getReadObject(Class type, int id) {
      @Nullable Object known = super.getReadObject(type, id);
      if (known == null) {
        throw new UndecodableValueException(
            "A stored record or immutable collection contains itself", null);
      }
      return known;
    }
  }

  /** The serializer of a class whose instances cannot be stored, though the class itself can. */
  private static final class RefusingSerializer extends Serializer<Object> {

    private final Class<?> type;

    RefusingSerializer(Class<?> type) {
      this.type = type;
    }

    @Override
    public void write(Kryo kryo, Output output, Object object) {
      throw new CacheException(
          "Class "
              + type.getName()
              + " cannot be stored: reflection cannot access its fields, and it is not"
              + " Serializable");
    }

    @Override
    public Object read(Kryo kryo, Input input, Class<? extends Object> concrete) {
      throw new UndecodableValueException("Class " + type.getName() + " cannot be stored", null);
    }
  }
}
