package dev.corral.jcache.internal.codec.values;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.type.TypeModifier;
import com.fasterxml.jackson.databind.type.TypeParser;
import com.fasterxml.jackson.databind.util.LRUMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's types, with a cache of their own, so that no shared cache refers to the classes of an
 * application. A class that JSON names is loaded only if it may be allowed, and is not initialized.
 */
final class JsonTypes extends TypeFactory {

  private static final long serialVersionUID = 1L;
  private static final int MAX_TYPES = 500;

  private final transient ClassLoader loader;
  private final transient AllowList allowList;

  JsonTypes(ClassLoader loader, AllowList allowList) {
    this(loader, allowList, null);
  }

  private JsonTypes(ClassLoader loader, AllowList allowList, TypeModifier @Nullable [] modifiers) {
    super(
        new LRUMap<Object, JavaType>(16, MAX_TYPES),
        new TypeParser(TypeFactory.defaultInstance()),
        modifiers,
        loader);
    this.loader = loader;
    this.allowList = allowList;
  }

  /** Modules add modifiers; the result is used in place of this factory. */
  @Override
  public TypeFactory withModifier(@Nullable TypeModifier modifier) {
    if (modifier == null) {
      return new JsonTypes(loader, allowList);
    }
    int count = _modifiers == null ? 0 : _modifiers.length;
    TypeModifier[] all =
        _modifiers == null ? new TypeModifier[1] : Arrays.copyOf(_modifiers, count + 1);
    all[count] = modifier;
    return new JsonTypes(loader, allowList, all);
  }

  @Override
  public Class<?> findClass(String className) throws ClassNotFoundException {
    if (PlatformTypes.primitive(className) == null && !allowList.mayAllow(className)) {
      throw new ClassNotFoundException(allowList.refusal(className));
    }
    Class<?> type = PlatformTypes.load(className, loader);
    if (!allowList.allows(type)) {
      throw new ClassNotFoundException(allowList.refusal(type));
    }
    return type;
  }
}
