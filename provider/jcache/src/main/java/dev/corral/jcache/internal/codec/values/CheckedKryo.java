package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
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
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** A Kryo that writes and reads allowed classes only, each in the form chosen here. */
@SuppressWarnings({"rawtypes", "unchecked"})
final class CheckedKryo extends Kryo {

  /** Kryo itself numbers the primitives and String from 0 to 8. */
  private static final int FIRST_NUMBER = 16;

  private final JavaForm javaForm;
  private final JdkForms jdkForms;

  private CheckedKryo(
      AllowedClassResolver resolver, JavaForm javaForm, JdkForms jdkForms, ClassLoader loader) {
    super(resolver, new References(jdkForms));
    this.javaForm = javaForm;
    this.jdkForms = jdkForms;
    setClassLoader(loader);
    setRegistrationRequired(false);
    setOptimizedGenerics(false);
    setInstantiatorStrategy(CheckedKryo::instantiator);
  }

  static CheckedKryo create(ClassLoader loader, AllowList allowList, ClassCodes codes) {
    JavaForm javaForm = new JavaForm(loader, allowList);
    CheckedKryo kryo =
        new CheckedKryo(
            new AllowedClassResolver(loader, allowList, codes),
            javaForm,
            new JdkForms(javaForm),
            loader);
    List<Class<?>> numbered = JdkForms.numbered();
    for (int i = 0; i < numbered.size(); i++) {
      if (allowList.allows(numbered.get(i))) {
        kryo.register(numbered.get(i), FIRST_NUMBER + i);
      }
    }
    return kryo;
  }

  @Override
  public Serializer getDefaultSerializer(Class type) {
    Serializer<?> form = jdkForms.of(type);
    if (form != null) {
      return form;
    } else if (type.isEnum()) {
      return new EnumNameSerializer(type);
    } else if (JavaHooks.presentIn(type)) {
      return javaForm;
    } else if (type.isRecord()) {
      return new RecordSerializer<>(type);
    } else if (JdkForms.isJdk(type)) {
      return ofJdk(type);
    } else if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      return new NoForm(type);
    }
    return ofApplication(type);
  }

  private Serializer<?> ofJdk(Class<?> type) {
    if (Serializable.class.isAssignableFrom(type)) {
      return javaForm;
    }
    Serializer<?> copy = JdkForms.copyOf(type);
    return copy != null ? copy : new NoForm(type);
  }

  private Serializer<?> ofApplication(Class<?> type) {
    try {
      return new FieldForm(type);
    } catch (RuntimeException e) {
      return Serializable.class.isAssignableFrom(type) ? javaForm : new NoForm(type);
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
          throw new UndecodableValueException("The constructor without parameters of " + type, e);
        }
      };
    } catch (NoSuchMethodException | RuntimeException e) {
      return new StdInstantiatorStrategy().newInstantiatorOf(type);
    }
  }

  /** Keeps the identity of what is mutable, so that a graph may be cyclic. */
  private static final class References extends MapReferenceResolver {

    private final JdkForms jdkForms;
    private @Nullable Class<?> last;
    private boolean lastIsKept;

    References(JdkForms jdkForms) {
      this.jdkForms = jdkForms;
    }

    /** Mostly the same class as the time before. */
    @Override
    public boolean useReferences(Class type) {
      if (type != last) {
        lastIsKept = isKept(type);
        last = type;
      }
      return lastIsKept;
    }

    private boolean isKept(Class<?> type) {
      return !Util.isWrapperClass(type)
          && !type.isPrimitive()
          && !Util.isEnum(type)
          && !jdkForms.isValue(type);
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

  /** Stands for a class that has no form: it may be named, but no instance can be stored. */
  private static final class NoForm extends Serializer<Object> {

    private final Class<?> type;

    NoForm(Class<?> type) {
      this.type = type;
    }

    @Override
    public void write(Kryo kryo, com.esotericsoftware.kryo.kryo5.io.Output output, Object object) {
      throw new CacheException(
          "Class "
              + type.getName()
              + " cannot be stored: its fields are closed to reflection and it is not Serializable");
    }

    @Override
    public Object read(
        Kryo kryo,
        com.esotericsoftware.kryo.kryo5.io.Input input,
        Class<? extends Object> concrete) {
      throw new UndecodableValueException("Class " + type.getName() + " cannot be stored", null);
    }
  }
}
