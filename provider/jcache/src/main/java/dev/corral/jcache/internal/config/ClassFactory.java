package dev.corral.jcache.internal.config;

import java.lang.reflect.InvocationTargetException;
import javax.cache.CacheException;
import javax.cache.configuration.Factory;

/**
 * A factory of objects of a class that a setting names, by its public constructor without
 * parameters.
 */
record ClassFactory<T>(Class<? extends T> type) implements Factory<T> {

  @Override
  public T create() {
    try {
      return type.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new CacheException(
          "the constructor of %s failed: %s".formatted(type.getName(), e.getCause()), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new CacheException(
          "%s cannot be created, because it is not accessible".formatted(type.getName()), e);
    }
  }
}
