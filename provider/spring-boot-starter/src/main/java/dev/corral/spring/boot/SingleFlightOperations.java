package dev.corral.spring.boot;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.MethodClassKey;

/**
 * The cache operations of another source, in which each plain {@code @Cacheable} that may be
 * synchronized is synchronized: the only operation of its method, with one cache and without {@code
 * unless}. Safe for many threads.
 */
final class SingleFlightOperations implements CacheOperationSource {

  private final CacheOperationSource source;
  private final Predicate<CacheableOperation> usesCorral;
  private final ConcurrentMap<MethodClassKey, Collection<CacheOperation>> changed =
      new ConcurrentHashMap<>();

  /**
   * @param usesCorral whether the cache of an operation is one of Corral
   */
  SingleFlightOperations(CacheOperationSource source, Predicate<CacheableOperation> usesCorral) {
    this.source = source;
    this.usesCorral = usesCorral;
  }

  @Override
  public boolean isCandidateClass(Class<?> targetClass) {
    return source.isCandidateClass(targetClass);
  }

  @Override
  public boolean hasCacheOperations(Method method, @Nullable Class<?> targetClass) {
    return source.hasCacheOperations(method, targetClass);
  }

  @Override
  public @Nullable Collection<CacheOperation> getCacheOperations(
      Method method, @Nullable Class<?> targetClass) {
    Collection<CacheOperation> operations = source.getCacheOperations(method, targetClass);
    if (operations == null || operations.size() != 1) {
      return operations;
    }
    CacheOperation only = operations.iterator().next();
    if (!(only instanceof CacheableOperation cacheable) || !maySynchronize(cacheable)) {
      return operations;
    }
    MethodClassKey key = new MethodClassKey(method, targetClass);
    Collection<CacheOperation> known = changed.get(key);
    if (known != null) {
      return known;
    }
    if (!usesCorral.test(cacheable)) {
      return operations;
    }
    Collection<CacheOperation> synchronizedOnly = List.of(synchronizedCopy(cacheable));
    changed.put(key, synchronizedOnly);
    return synchronizedOnly;
  }

  private static boolean maySynchronize(CacheableOperation operation) {
    String unless = operation.getUnless();
    return !operation.isSync()
        && operation.getCacheNames().size() == 1
        && (unless == null || unless.isEmpty());
  }

  private static CacheableOperation synchronizedCopy(CacheableOperation operation) {
    CacheableOperation.Builder copy = new CacheableOperation.Builder();
    copy.setName(operation.getName());
    copy.setCacheNames(operation.getCacheNames().toArray(new String[0]));
    copy.setKey(operation.getKey());
    copy.setKeyGenerator(operation.getKeyGenerator());
    copy.setCacheManager(operation.getCacheManager());
    copy.setCacheResolver(operation.getCacheResolver());
    copy.setCondition(operation.getCondition());
    copy.setSync(true);
    return copy.build();
  }
}
