package dev.corral.spring.annotations;

import java.lang.annotation.Annotation;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.GeneratedCacheKey;

/** Keys of one argument, with a prefix. */
public final class PrefixedKeys implements CacheKeyGenerator {

  @Override
  public GeneratedCacheKey generateCacheKey(
      CacheKeyInvocationContext<? extends Annotation> context) {
    return new PrefixedKey("prefix-" + context.getKeyParameters()[0].getValue());
  }

  /** A key of a class of the application. */
  record PrefixedKey(String text) implements GeneratedCacheKey {}
}
