package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Registration;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import com.esotericsoftware.kryo.kryo5.objenesis.instantiator.ObjectInstantiator;
import com.esotericsoftware.kryo.kryo5.objenesis.strategy.StdInstantiatorStrategy;
import com.esotericsoftware.kryo.kryo5.serializers.EnumNameSerializer;
import dev.corral.jcache.codec.UndecodableValueException;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArraySet;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * A Kryo for allowed classes, which chooses the serializer of each class and limits the nesting of
 * objects. For one thread. After a failure it must not be used again.
 */
@SuppressWarnings({"rawtypes", "unchecked"})
final class CheckedKryo extends Kryo {

  /** Kryo uses the numbers 0 to 8 for primitives and String. */
  private static final int FIRST_NUMBER = 16;

  private static final String INACCESSIBLE =
      "reflection cannot access its fields, and it is not Serializable";

  private final ObjectStreamSerializer objectStream;
  private final JdkSerializers jdkSerializers;
  private final GraphReferences references;
  private int maxLevels = NestingLimit.MAX_LEVELS;
  private boolean exceedsLevels;
  private boolean hasNewClass;
  private final HashingBudget hashing = new HashingBudget();

  private CheckedKryo(
      AllowedClassResolver resolver,
      ObjectStreamSerializer objectStream,
      JdkSerializers jdkSerializers,
      GraphReferences references,
      ClassLoader loader) {
    super(resolver, references);
    this.objectStream = objectStream;
    this.jdkSerializers = jdkSerializers;
    this.references = references;
    setClassLoader(loader);
    setRegistrationRequired(false);
    setOptimizedGenerics(false);
    setAutoReset(false);
    setInstantiatorStrategy(CheckedKryo::instantiator);
  }

  static CheckedKryo create(ClassLoader loader, AllowList allowList, ClassCodes codes) {
    ObjectStreamSerializer objectStream = new ObjectStreamSerializer(loader, allowList);
    JdkSerializers jdkSerializers =
        new JdkSerializers(objectStream, new ClassSerializer(loader, allowList));
    CheckedKryo kryo =
        new CheckedKryo(
            new AllowedClassResolver(loader, allowList, codes),
            objectStream,
            jdkSerializers,
            new GraphReferences(jdkSerializers::isValue),
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

  /** The references of the graph that a Kryo of this class writes or reads. */
  static GraphReferences references(Kryo kryo) {
    return ((CheckedKryo) kryo).references;
  }

  GraphReferences references() {
    return references;
  }

  /**
   * Begins to write or read a value.
   *
   * @param maxLevels how deeply objects may be nested
   */
  void begin(int maxLevels) {
    this.maxLevels = maxLevels;
    exceedsLevels = false;
    hasNewClass = false;
    references.beginWriting();
  }

  /**
   * Ends a value that was written or read without an exception.
   *
   * @throws NestingLimit.ExceededException if objects were nested too deeply, and code of the
   *     application ignored that
   */
  void end() {
    reset();
    if (exceedsLevels) {
      throw new NestingLimit.ExceededException();
    }
  }

  /** Whether a failure is due to the nesting of objects, or to the size of the stack. */
  boolean exceedsLevels() {
    return exceedsLevels;
  }

  /**
   * Whether the value that was written is only known to be readable after it was read: it is the
   * first with a class of the application, or has a cycle that runs code of its objects.
   */
  boolean shouldBeRead() {
    return hasNewClass || references.hasDelicateCycle();
  }

  private void checkLevels() {
    if (getDepth() >= maxLevels) {
      exceedsLevels = true;
      throw new NestingLimit.ExceededException();
    }
  }

  @Override
  public void writeClassAndObject(Output output, @Nullable Object written) {
    checkLevels();
    Object object = written == null ? null : withoutProxy(written);
    int height = references.height();
    long compared = hashing.comparisons();
    long before = beginWriting(object);
    super.writeClassAndObject(output, object);
    hashing.end(object, before, compared);
    references.leave(height);
  }

  @Override
  public void writeObjectOrNull(Output output, @Nullable Object object, Class type) {
    checkLevels();
    int height = references.height();
    long compared = hashing.comparisons();
    long before = beginWriting(object);
    super.writeObjectOrNull(output, object, type);
    hashing.end(object, before, compared);
    references.leave(height);
  }

  private Object withoutProxy(Object object) {
    return LibraryContainers.withoutProxy(
        object, getRegistration(object.getClass()).getSerializer());
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
    checkLevels();
    int height = references.height();
    int deferred = references.deferredFills();
    long compared = hashing.comparisons();
    long before = hashing.begin();
    @Nullable Object object = super.readClassAndObject(input);
    endReading(object, before, compared);
    leave(height, deferred);
    return object;
  }

  @Override
  public <T> @Nullable T readObjectOrNull(Input input, Class<T> type) {
    checkLevels();
    int height = references.height();
    int deferred = references.deferredFills();
    long compared = hashing.comparisons();
    long before = hashing.begin();
    beginReading(input, type);
    @Nullable T object = super.readObjectOrNull(input, type);
    endReading(object, before, compared);
    leave(height, deferred);
    return object;
  }

  private void endReading(@Nullable Object object, long before, long compared) {
    if (references.hasCycle()) {
      hashing.setCyclic();
    }
    hashing.end(object, before, compared);
  }

  private void leave(int height, int deferred) {
    references.leave(height);
    if (references.deferredFills() > deferred) {
      references.completeCycles(deferred, hashing);
    }
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
    } else if (type == ArrayBlockingQueue.class) {
      return new RefusingSerializer(type, "use a LinkedBlockingQueue instead");
    }
    Serializer<?> library = LibraryContainers.serializer(type);
    if (library != null) {
      return library;
    }
    hasNewClass |= !PlatformTypes.isJdk(type);
    if (SerializationHooks.presentIn(type)) {
      return objectStream;
    } else if (type.isRecord()) {
      return new ComponentSerializer(type, each -> !references.useReferences(each));
    } else if (PlatformTypes.isJdk(type)) {
      return ofJdk(type);
    } else if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      return new RefusingSerializer(type, INACCESSIBLE);
    }
    return ofApplication(type);
  }

  private Serializer<?> ofJdk(Class<?> type) {
    if (Serializable.class.isAssignableFrom(type)) {
      return objectStream;
    }
    Serializer<?> copy = JdkContainers.copyOf(type);
    return copy != null ? copy : new RefusingSerializer(type, INACCESSIBLE);
  }

  private Serializer<?> ofApplication(Class<?> type) {
    try {
      return new ReflectiveSerializer(type);
    } catch (RuntimeException e) {
      return Serializable.class.isAssignableFrom(type)
          ? objectStream
          : new RefusingSerializer(type, INACCESSIBLE + ModuleAccess.advice(type));
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
              "The constructor without parameters of " + type + " failed",
              e.getCause() == null ? e : e.getCause());
        }
      };
    } catch (NoSuchMethodException | RuntimeException e) {
      return new StdInstantiatorStrategy().newInstantiatorOf(type);
    }
  }

  /** The serializer of a class whose instances cannot be stored, though the class itself can. */
  private static final class RefusingSerializer extends Serializer<Object> {

    private final Class<?> type;
    private final String reason;

    RefusingSerializer(Class<?> type, String reason) {
      this.type = type;
      this.reason = reason;
    }

    @Override
    public void write(Kryo kryo, Output output, Object object) {
      throw new CacheException("Class " + type.getName() + " cannot be stored: " + reason);
    }

    @Override
    public Object read(Kryo kryo, Input input, Class<? extends Object> concrete) {
      throw new UndecodableValueException("Class " + type.getName() + " cannot be stored", null);
    }
  }
}
