package dev.corral.jcache.internal.codec.keys;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The forms of the keys of Hibernate's second-level cache, 6.6 to 7.4. Their classes are found by
 * name, so Corral does not depend on Hibernate. Example: {@code #hibernate:com.shop.Book(42)}.
 *
 * <p>The field {@code hashCode} of a key is not written, because it differs between JVMs if an id
 * contains an enum. Decoding computes it from the parts, as Hibernate does for basic ids.
 */
final class HibernateKeyForms {

  private static final String MEMENTO =
      "org.hibernate.query.internal.QueryParameterBindingsImpl$ParameterBindingsMementoImpl";

  /** Takes an id, or the values of a natural id, and a tenant. */
  private static final Factory WITH_TENANT =
      new Factory(
          List.of(Object.class, String.class, String.class, int.class),
          (role, parts) -> new Object[] {parts[0], role, parts[1], hash(parts)});

  private final Map<String, KeyForm> forms = new LinkedHashMap<>();
  private final KeyClasses classes;

  HibernateKeyForms(KeyClasses classes) {
    this.classes = classes;
    add(
        "hibernate",
        "org.hibernate.cache.internal.BasicCacheKeyImplementation",
        new Structure("entityOrRoleName", List.of("id")),
        new Factory(
            List.of(Serializable.class, String.class, int.class),
            (role, parts) -> new Object[] {parts[0], role, Objects.hashCode(parts[0])}));
    add(
        "hibernate-tenant",
        "org.hibernate.cache.internal.CacheKeyImplementation",
        new Structure("entityOrRoleName", List.of("id", "tenantId")),
        WITH_TENANT);
    add(
        "hibernate-natural",
        "org.hibernate.cache.internal.NaturalIdCacheKey",
        new Structure("entityName", List.of("naturalIdValues", "tenantId")),
        WITH_TENANT);
    add(
        "hibernate-parameters",
        MEMENTO,
        new Structure(null, List.of("values")),
        new Factory(
            List.of(Object[].class, int.class),
            (none, parts) -> new Object[] {parts[0], hash(parts)}));
    add(
        "hibernate-query",
        "org.hibernate.cache.spi.QueryKey",
        new Structure(
            "sqlQueryString",
            List.of("parameterBindingsMemento", "firstRow", "maxRows", "enabledFilterNames")),
        new Factory(
            List.of(),
            (sql, parts) ->
                new Object[] {sql, parts[0], parts[1], parts[2], filterNames(parts[3])}));
  }

  private void add(String name, String className, Structure structure, Factory factory) {
    forms.put(className, new Form(name, className, structure, factory, classes));
  }

  /** The form of a class; null if the class is not a key of Hibernate. */
  @Nullable KeyForm of(Class<?> type) {
    return forms.get(type.getName());
  }

  Collection<KeyForm> all() {
    return forms.values();
  }

  private static int hash(@Nullable Object[] parts) {
    return Arrays.deepHashCode(parts);
  }

  private static @Nullable Object filterNames(@Nullable Object names) {
    return names == null ? null : new LinkedHashSet<>(Arrays.asList((String[]) names));
  }

  /**
   * The names of the fields that are written.
   *
   * @param head a field of type String; null if there is no head
   */
  private record Structure(@Nullable String head, List<String> parts) {}

  /**
   * How a key is created.
   *
   * @param parameters the types of the constructor's parameters; empty for the only constructor
   * @param arguments computes the arguments of the constructor from the head and the parts
   */
  private record Factory(
      List<Class<?>> parameters,
      BiFunction<String, @Nullable Object[], @Nullable Object[]> arguments) {}

  /** The fields of a loaded class. */
  private record Fields(@Nullable Field head, List<Field> parts) {}

  /** The form of one class of Hibernate. */
  private static final class Form implements KeyForm {

    private final String name;
    private final String className;
    private final Structure structure;
    private final Factory factory;
    private final KeyClasses classes;
    private final ClassValue<Fields> fields =
        new ClassValue<>() {
          @Override
          protected Fields computeValue(Class<?> type) {
            return fieldsOf(type);
          }
        };

    Form(String name, String className, Structure structure, Factory factory, KeyClasses classes) {
      this.name = name;
      this.className = className;
      this.structure = structure;
      this.factory = factory;
      this.classes = classes;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void write(Object key, KeyWriter out) {
      Fields of = fields.get(key.getClass());
      if (of.head() != null) {
        out.head((String) Objects.requireNonNull(ObjectKeyForm.get(of.head(), key)));
      }
      Object[] parts = of.parts().stream().map(part -> ObjectKeyForm.get(part, key)).toArray();
      out.withinHibernate(() -> out.parts(parts));
    }

    @Override
    public Object read(KeyReader in) {
      String head = in.head();
      @Nullable Object[] parts = in.parts();
      Class<?> type = classes.load(className);
      List<Class<?>> parameters = factory.parameters();
      try {
        Constructor<?> constructor =
            parameters.isEmpty()
                ? type.getDeclaredConstructors()[0]
                : type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        return constructor.newInstance(factory.arguments().apply(head, parts));
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("Cannot create a key of class " + className, e);
      }
    }

    private Fields fieldsOf(Class<?> type) {
      String head = structure.head();
      return new Fields(
          head == null ? null : field(type, head),
          structure.parts().stream().map(part -> field(type, part)).toList());
    }

    private static Field field(Class<?> type, String name) {
      try {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        throw new IllegalArgumentException(
            "Corral does not support this release of Hibernate: %s has no field %s"
                .formatted(type.getName(), name),
            e);
      }
    }
  }
}
