package dev.corral.jcache.internal.codec.keys;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The forms of the keys of Hibernate's second-level cache, 6.6 to 7.4, found by name.
 *
 * <p>Their field {@code hashCode} is left out: it differs between JVMs when an id holds an enum. A
 * decoded key computes it anew from the parts, as Hibernate does for basic ids. Example: {@code
 * #hibernate:com.shop.Book(42)}.
 */
final class HibernateKeyForms {

  private static final String MEMENTO =
      "org.hibernate.query.internal.QueryParameterBindingsImpl$ParameterBindingsMementoImpl";

  private final Map<String, KeyForm> forms = new LinkedHashMap<>();

  HibernateKeyForms(KeyClasses classes) {
    add(
        new Form(
            classes,
            "hibernate",
            "org.hibernate.cache.internal.BasicCacheKeyImplementation",
            "entityOrRoleName",
            List.of("id"),
            List.of(Serializable.class, String.class, int.class),
            (type, role, parts) -> new Object[] {parts[0], role, Objects.hashCode(parts[0])}));
    add(
        new Form(
            classes,
            "hibernate-tenant",
            "org.hibernate.cache.internal.CacheKeyImplementation",
            "entityOrRoleName",
            List.of("id", "tenantId"),
            List.of(Object.class, String.class, String.class, int.class),
            (type, role, parts) -> new Object[] {parts[0], role, parts[1], hash(parts)}));
    add(
        new Form(
            classes,
            "hibernate-natural",
            "org.hibernate.cache.internal.NaturalIdCacheKey",
            "entityName",
            List.of("naturalIdValues", "tenantId"),
            List.of(Object.class, String.class, String.class, int.class),
            (type, role, parts) -> new Object[] {parts[0], role, parts[1], hash(parts)}));
    add(
        new Form(
            classes,
            "hibernate-parameters",
            MEMENTO,
            "",
            List.of("values"),
            List.of(Object[].class, int.class),
            (type, role, parts) -> new Object[] {parts[0], hash(parts)}));
    add(
        new Form(
            classes,
            "hibernate-query",
            "org.hibernate.cache.spi.QueryKey",
            "sqlQueryString",
            List.of("parameterBindingsMemento", "firstRow", "maxRows", "enabledFilterNames"),
            List.of(),
            (type, role, parts) ->
                new Object[] {role, parts[0], parts[1], parts[2], filters(parts[3])}));
  }

  private void add(Form form) {
    forms.put(form.className(), form);
  }

  /** The form of a class, or null if it is no key of Hibernate. */
  @Nullable KeyForm of(Class<?> type) {
    return forms.get(type.getName());
  }

  Collection<KeyForm> all() {
    return forms.values();
  }

  private static int hash(@Nullable Object[] parts) {
    return Arrays.deepHashCode(parts);
  }

  private static @Nullable Object filters(@Nullable Object names) {
    return names == null ? null : new java.util.LinkedHashSet<>(Arrays.asList((String[]) names));
  }

  /** What the constructor of a key takes. */
  private interface Arguments {
    @Nullable Object[] of(Class<?> type, String head, @Nullable Object[] parts);
  }

  /** A head and fields; {@code parameters} empty stands for the only constructor. */
  private record Form(
      KeyClasses classes,
      String name,
      String className,
      String headField,
      List<String> partFields,
      List<Class<?>> parameters,
      Arguments arguments,
      ClassValue<List<Field>> fields)
      implements KeyForm {

    Form(
        KeyClasses classes,
        String name,
        String className,
        String headField,
        List<String> partFields,
        List<Class<?>> parameters,
        Arguments arguments) {
      this(
          classes,
          name,
          className,
          headField,
          partFields,
          parameters,
          arguments,
          new ClassValue<>() {
            @Override
            protected List<Field> computeValue(Class<?> type) {
              return partFields.stream().map(field -> field(type, field)).toList();
            }
          });
    }

    @Override
    public void write(Object key, KeyWriter out) {
      Class<?> type = key.getClass();
      if (!headField.isEmpty()) {
        out.head((String) Objects.requireNonNull(ObjectKeyForm.get(field(type, headField), key)));
      }
      Object[] parts =
          fields.get(type).stream().map(field -> ObjectKeyForm.get(field, key)).toArray();
      out.withinHibernate(() -> out.parts(parts));
    }

    @Override
    public Object read(KeyReader in) {
      String head = in.head();
      @Nullable Object[] parts = in.parts();
      Class<?> type = classes.load(className);
      try {
        Constructor<?> constructor =
            parameters.isEmpty()
                ? type.getDeclaredConstructors()[0]
                : type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        return constructor.newInstance(arguments.of(type, head, parts));
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("Cannot make a " + className, e);
      }
    }

    private static Field field(Class<?> type, String name) {
      try {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        throw new IllegalArgumentException(
            "This release of Hibernate is not known: " + type.getName() + " has no " + name, e);
      }
    }
  }
}
