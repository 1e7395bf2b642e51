package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import dev.corral.jcache.codec.UndecodableValueException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The serializer of a record: its components, in the order of their names. The canonical
 * constructor creates the record from them, so writing refuses a record whose components the
 * constructor would refuse now.
 */
final class ComponentSerializer extends Serializer<Object> {

  private final Class<?> type;
  private final Constructor<?> constructor;
  private final List<Component> components;
  private final boolean mayChange;

  /**
   * A serializer for one class.
   *
   * @param isValue whether the instances of a class are immutable values without parts
   * @throws CacheException if reflection cannot access the class
   */
  ComponentSerializer(Class<?> type, Predicate<Class<?>> isValue) {
    RecordComponent[] declared = type.getRecordComponents();
    this.type = type;
    this.components =
        IntStream.range(0, declared.length)
            .mapToObj(i -> Component.of(declared[i], i))
            .sorted(Comparator.comparing(Component::name))
            .toList();
    this.mayChange = !components.stream().map(Component::type).allMatch(isValue);
    try {
      this.constructor =
          type.getDeclaredConstructor(
              Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type + " has no canonical constructor", e);
    }
    if (!constructor.trySetAccessible()) {
      throw new CacheException(
          "Record %s cannot be stored: reflection cannot access its constructor%s"
              .formatted(type.getName(), ModuleAccess.advice(type)));
    }
  }

  /** The components of a record type, in the order in which their values are stored. */
  static List<RecordComponent> inStoredOrder(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .sorted(Comparator.comparing(RecordComponent::getName))
        .toList();
  }

  /** Whether all values of a type have exactly this type, so that their class is not stored. */
  static boolean isFinal(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return Modifier.isFinal(element.getModifiers());
  }

  /** The components of a record; none if reflection cannot read them. */
  static List<@Nullable Object> valuesOf(Object object) {
    List<@Nullable Object> values = new ArrayList<>();
    try {
      for (RecordComponent declared : object.getClass().getRecordComponents()) {
        values.add(Component.of(declared, values.size()).of(object));
      }
    } catch (CacheException e) {
      values.clear();
    }
    return values;
  }

  @Override
  public void write(Kryo kryo, Output output, Object object) {
    CheckedKryo.references(kryo).mark(GraphReferences.Kind.LATE);
    @Nullable Object[] values = new Object[components.size()];
    for (Component each : components) {
      values[each.index()] = each.of(object);
    }
    if (mayChange) {
      requireConstructible(values);
    }
    for (Component each : components) {
      Object value = values[each.index()];
      if (each.type().isPrimitive()) {
        kryo.writeObject(output, value);
      } else if (each.isFinal()) {
        kryo.writeObjectOrNull(output, value, each.type());
      } else {
        kryo.writeClassAndObject(output, value);
      }
    }
  }

  /** The constructor accepted these components, but an object may have changed since then. */
  private void requireConstructible(@Nullable Object[] values) {
    try {
      create(values);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getTargetException();
      throw new CacheException(
          "A record of class "
              + type.getName()
              + " cannot be stored: its constructor refuses its present components with "
              + cause.getClass().getName(),
          cause);
    }
  }

  @Override
  public Object read(Kryo kryo, Input input, Class<? extends Object> concrete) {
    GraphReferences references = CheckedKryo.references(kryo);
    int id = references.current();
    int outer = references.beginScope();
    @Nullable Object[] values = new Object[components.size()];
    for (Component each : components) {
      values[each.index()] = read(kryo, input, each);
    }
    try {
      Object created = create(values);
      if (references.firstReferred() < id) {
        requireKept(created, values);
      }
      references.endScope(outer);
      return created;
    } catch (InvocationTargetException e) {
      Throwable cause = e.getTargetException();
      throw new UndecodableValueException(
          "The constructor of record "
              + type.getName()
              + " refuses stored components with "
              + cause.getClass().getName(),
          cause);
    }
  }

  private static @Nullable Object read(Kryo kryo, Input input, Component component) {
    Class<?> type = component.type();
    if (type.isPrimitive()) {
      return kryo.readObject(input, type);
    }
    return component.isFinal()
        ? kryo.readObjectOrNull(input, type)
        : kryo.readClassAndObject(input);
  }

  /** In a cycle, a constructor would copy a component before its elements have been added. */
  private void requireKept(Object created, @Nullable Object[] values) {
    for (Component each : components) {
      if (!each.type().isPrimitive() && each.of(created) != values[each.index()]) {
        throw new UndecodableValueException(
            "A record of class "
                + type.getName()
                + " is part of a cycle, and its constructor copies its component '"
                + each.name()
                + "'",
            null);
      }
    }
  }

  private Object create(@Nullable Object[] values) throws InvocationTargetException {
    try {
      return constructor.newInstance(values);
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException("Reflection cannot create a " + type, e);
    }
  }

  /**
   * A component of a record.
   *
   * @param index its position in the canonical constructor
   * @param isFinal whether all its values have exactly this type, so their class is not stored
   * @param member the field; the accessor method, if reflection cannot access the field
   */
  private record Component(
      String name, int index, Class<?> type, boolean isFinal, AccessibleObject member) {

    static Component of(RecordComponent declared, int index) {
      Class<?> type = declared.getType();
      boolean isFinal = ComponentSerializer.isFinal(type);
      return new Component(declared.getName(), index, type, isFinal, memberOf(declared));
    }

    private static AccessibleObject memberOf(RecordComponent declared) {
      try {
        Field field = declared.getDeclaringRecord().getDeclaredField(declared.getName());
        if (field.trySetAccessible()) {
          return field;
        }
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException(declared + " has no field", e);
      }
      Method accessor = declared.getAccessor();
      accessor.trySetAccessible();
      return accessor;
    }

    @Nullable Object of(Object object) {
      try {
        return member instanceof Field field ? field.get(object) : ((Method) member).invoke(object);
      } catch (ReflectiveOperationException e) {
        throw new CacheException(
            "Cannot read component '" + name + "' of class " + object.getClass().getName(), e);
      }
    }
  }
}
