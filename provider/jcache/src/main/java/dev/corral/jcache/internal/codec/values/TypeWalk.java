package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.internal.codec.values.MissingClasses.Place;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows the declared types of fields from a class, the nearest first, to find classes that are
 * not allowed: type arguments, elements of arrays, components of records, permitted subclasses.
 * Other subclasses are not known from a declared type. It initializes no class.
 */
final class TypeWalk {

  private static final int MAX_TYPES = 10_000;

  private final AllowList allowList;
  private final FoundClasses found;
  private final Map<String, Place> open = new LinkedHashMap<>();
  private final Set<Type> seen = new HashSet<>();
  private final Deque<Step> steps = new ArrayDeque<>();

  /** A type to visit. */
  private record Step(Type type, String path) {}

  TypeWalk(AllowList allowList) {
    this.allowList = allowList;
    this.found = new FoundClasses(allowList);
  }

  List<Place> missing() {
    return found.missing();
  }

  List<Place> open() {
    return new ArrayList<>(open.values());
  }

  List<Place> blocked() {
    return found.blocked();
  }

  /** Follows the types of a class that was found at a place. */
  void start(Class<?> type, String path) {
    add(type, path);
    while (!steps.isEmpty()) {
      Step step = steps.remove();
      visit(step.type(), step.path());
    }
  }

  private void add(Type type, String path) {
    if (seen.size() < MAX_TYPES && seen.add(type)) {
      steps.add(new Step(type, path));
    }
  }

  private void visit(Type type, String path) {
    if (type instanceof Class<?> plain) {
      visitClass(plain, path);
    } else if (type instanceof ParameterizedType generic) {
      add(generic.getRawType(), path);
      Type[] arguments = generic.getActualTypeArguments();
      boolean isMap =
          generic.getRawType() instanceof Class<?> raw && Map.class.isAssignableFrom(raw);
      for (int i = 0; i < arguments.length; i++) {
        String part = isMap && arguments.length == 2 ? (i == 0 ? "{key}" : "{value}") : "[]";
        add(arguments[i], path + part);
      }
    } else if (type instanceof GenericArrayType array) {
      add(array.getGenericComponentType(), path + "[]");
    } else if (type instanceof TypeVariable<?> variable) {
      for (Type bound : variable.getBounds()) {
        add(bound, path);
      }
    } else if (type instanceof WildcardType wildcard) {
      for (Type bound : wildcard.getUpperBounds()) {
        add(bound, path);
      }
    }
  }

  private void visitClass(Class<?> type, String path) {
    if (type.isArray()) {
      add(type.getComponentType(), path + "[]");
      return;
    } else if (type.isPrimitive() || type.isAnnotation()) {
      return;
    }
    boolean isAbstract = type.isInterface() || Modifier.isAbstract(type.getModifiers());
    boolean isJdk = PlatformTypes.isJdk(type);
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        add(permitted, path);
      }
    } else if (isAbstract && !type.isEnum() && !isJdk && !allowList.allows(type)) {
      open.putIfAbsent(type.getName(), new Place(type.getName(), path));
    }
    if (!isAbstract || type.isEnum()) {
      found.add(type, path);
    }
    if (!isJdk && !type.isEnum() && !type.isInterface()) {
      fields(type, path);
    }
  }

  private void fields(Class<?> type, String path) {
    for (Field field : type.getDeclaredFields()) {
      if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
        String name = field.getName();
        add(field.getGenericType(), path.isEmpty() ? name : path + "." + name);
      }
    }
    Type parent = type.getGenericSuperclass();
    if (parent instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        add(argument, path + "[]");
      }
    }
    Class<?> superclass = type.getSuperclass();
    if (superclass != null && !PlatformTypes.isJdk(superclass)) {
      fields(superclass, path);
    }
  }
}
