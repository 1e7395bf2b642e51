package dev.corral.jcache.internal.codec.values;

import com.esotericsoftware.kryo.kryo5.Kryo;
import com.esotericsoftware.kryo.kryo5.Serializer;
import com.esotericsoftware.kryo.kryo5.io.Input;
import com.esotericsoftware.kryo.kryo5.io.Output;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The collections and proxies of Hibernate, and the immutable collections of Guava, which are
 * stored in other forms than their fields. They are found by name, so Corral depends on neither.
 *
 * <ul>
 *   <li>A collection of Hibernate that has been loaded is stored as a plain one of the JDK: {@code
 *       PersistentBag} as ArrayList. It comes back as that.
 *   <li>A proxy of Hibernate that has been loaded is stored as its entity.
 *   <li>What has not been loaded is refused: it needs a session, which a reader does not have.
 *   <li>A collection of Guava is stored with the name of its public class, and restored by {@code
 *       copyOf}. Its own Java serialization is not used.
 *   <li>The metadata of a native query's results is stored by {@link QueryMetadataSerializer}.
 * </ul>
 */
@SuppressWarnings({"unchecked", "rawtypes", "NonApiType"})
final class LibraryContainers {

  private static final String PROXY = "org.hibernate.proxy.HibernateProxy";
  private static final String NATIVE_QUERY =
      "org.hibernate.sql.results.jdbc.internal.CachedJdbcValuesMetadata";
  private static final String GUAVA = "com.google.common.collect.";

  private static final Map<String, Plain> OF_HIBERNATE = ofHibernate();

  private static final Map<String, GuavaSerializer.Form> OF_GUAVA =
      GuavaSerializer.forms().stream()
          .collect(Collectors.toUnmodifiableMap(form -> GUAVA + form.name(), form -> form));

  private LibraryContainers() {}

  private static Map<String, Plain> ofHibernate() {
    Map<String, Plain> forms = new LinkedHashMap<>();
    Plain list = new Plain(ArrayList.class, all -> new ArrayList<>((List<?>) all));
    Map<String, Plain> named =
        Map.of(
            "PersistentBag", list,
            "PersistentIdentifierBag", list,
            "PersistentList", list,
            "PersistentSet",
                new Plain(LinkedHashSet.class, all -> new LinkedHashSet<>((Set<?>) all)),
            "PersistentSortedSet", new Plain(TreeSet.class, all -> new TreeSet((SortedSet) all)),
            "PersistentMap",
                new Plain(LinkedHashMap.class, all -> new LinkedHashMap<>((Map<?, ?>) all)),
            "PersistentSortedMap", new Plain(TreeMap.class, all -> new TreeMap((SortedMap) all)));
    for (String part : List.of("spi", "internal")) {
      named.forEach(
          (name, form) -> forms.put("org.hibernate.collection." + part + "." + name, form));
    }
    return forms;
  }

  /** Whether the stored form of a class with this name does not depend on its fields. */
  static boolean isNamed(String className) {
    return OF_GUAVA.containsKey(className) || className.equals(NATIVE_QUERY);
  }

  /**
   * The class whose name is stored in place of the class of an object; null if it is the same, or
   * has no form here.
   */
  static @Nullable Class<?> storedAs(Class<?> type) {
    Plain plain = OF_HIBERNATE.get(type.getName());
    if (plain != null) {
      return plain.type();
    }
    Class<?> guava = guavaOf(type);
    return guava == type ? null : guava;
  }

  private static @Nullable Class<?> guavaOf(Class<?> type) {
    if (!type.getName().startsWith(GUAVA)) {
      return null;
    }
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (OF_GUAVA.containsKey(each.getName())) {
        return each;
      }
    }
    return null;
  }

  /** The serializer of a class whose name is stored; null if it has none here. */
  static @Nullable Serializer<?> serializer(Class<?> type) {
    if (type.getName().equals(NATIVE_QUERY)) {
      return new QueryMetadataSerializer(type);
    }
    GuavaSerializer.Form form = OF_GUAVA.get(type.getName());
    return form == null ? null : new GuavaSerializer(type, form);
  }

  /**
   * The serializer that writes an object of a class in the form of another.
   *
   * @param stored the serializer of {@link #storedAs}
   */
  static Serializer<?> writer(Class<?> type, Serializer<?> stored) {
    Plain plain = OF_HIBERNATE.get(type.getName());
    return plain == null ? stored : new LoadedSerializer(plain.copy(), stored);
  }

  /** The serializer by which a Kryo recognizes a proxy, to write its entity in its place. */
  static Serializer<?> proxyMark() {
    return new ProxyMark();
  }

  /** The entity of a proxy whose class has the serializer {@link #proxyMark}; else the object. */
  static Object withoutProxy(Object object, Serializer<?> serializer) {
    return serializer instanceof ProxyMark ? entityOf(object) : object;
  }

  /** Whether the class is that of a proxy of Hibernate. */
  static boolean isProxy(Class<?> type) {
    for (Class<?> each : type.getInterfaces()) {
      if (each.getName().equals(PROXY)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The entity of a proxy.
   *
   * @throws RefusedClassException if it has not been loaded
   */
  static Object entityOf(Object proxy) {
    Object initializer =
        call(interfaceNamed(proxy.getClass()), proxy, "getHibernateLazyInitializer");
    Class<?> declared = initializer.getClass();
    if (call(declared, initializer, "isUninitialized").equals(true)) {
      Class<?> entity = proxy.getClass().getSuperclass();
      throw new RefusedClassException(
          proxy.getClass(), "A proxy of Hibernate for " + entity.getName() + notLoaded());
    }
    return call(declared, initializer, "getImplementation");
  }

  private static Class<?> interfaceNamed(Class<?> type) {
    return Stream.of(type.getInterfaces())
        .filter(each -> each.getName().equals(PROXY))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Requires that a collection of Hibernate has been loaded. Never loads it.
   *
   * @throws RefusedClassException if it has not
   */
  static void requireLoaded(Object collection) {
    if (call(collection.getClass(), collection, "wasInitialized").equals(false)) {
      throw new RefusedClassException(
          collection.getClass(), "A collection of Hibernate" + notLoaded());
    }
  }

  private static String notLoaded() {
    return " cannot be stored, because it has not been loaded: load it first (join fetch,"
        + " @EntityGraph, Hibernate.initialize), or cache a class without it";
  }

  /**
   * What an object of these classes contains: a collection or map, whose iteration calls no code of
   * the elements, or the entity of a proxy; null if the object is of another class.
   *
   * @throws RefusedClassException if it has not been loaded
   */
  static @Nullable Object contentOf(Object object) {
    Class<?> type = object.getClass();
    if (OF_HIBERNATE.containsKey(type.getName())) {
      requireLoaded(object);
      return object;
    } else if (isProxy(type)) {
      return entityOf(object);
    }
    Class<?> guava = guavaOf(type);
    if (guava == null || object instanceof Collection || object instanceof Map) {
      return guava == null ? null : object;
    }
    return call(guava, object, guava.getSimpleName().equals("ImmutableTable") ? "rowMap" : "asMap");
  }

  /** Calls a public method without parameters, which a public class or interface declares. */
  static Object call(Class<?> type, Object object, String method) {
    try {
      var found = type.getMethod(method);
      found.trySetAccessible();
      return found.invoke(object);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(method + " of " + type + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Corral does not support this release of %s".formatted(type.getName()), e);
    }
  }

  /** The form of a collection of Hibernate: the class of the JDK, and a copy of that class. */
  private record Plain(Class<?> type, Function<Object, Object> copy) {}

  /** Never writes: {@link #withoutProxy} replaces the objects of its classes. */
  private static final class ProxyMark extends Serializer<Object> {

    @Override
    public void write(Kryo kryo, Output output, Object proxy) {
      throw new IllegalStateException("A proxy has not been replaced: " + proxy.getClass());
    }

    @Override
    public Object read(Kryo kryo, Input input, Class<? extends Object> type) {
      throw new IllegalStateException("No stored value has this class: " + type);
    }
  }

  /** Writes a collection of Hibernate as its copy. */
  private static final class LoadedSerializer extends Serializer<Object> {

    private final Function<Object, Object> copy;
    private final Serializer stored;

    LoadedSerializer(Function<Object, Object> copy, Serializer<?> stored) {
      this.copy = copy;
      this.stored = stored;
    }

    @Override
    public void write(Kryo kryo, Output output, Object collection) {
      requireLoaded(collection);
      stored.write(kryo, output, copy.apply(collection));
    }

    @Override
    public Object read(Kryo kryo, Input input, Class<? extends Object> type) {
      throw new IllegalStateException("No stored value has this class: " + type);
    }
  }
}
