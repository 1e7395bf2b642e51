package dev.corral.spring.annotations;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import org.jspecify.annotations.Nullable;

/**
 * Methods with all annotations of JSR-107 and their attributes. Those that have a parameter for it
 * throw an exception of this class, unless it is null.
 */
@CacheDefaults(cacheName = AnnotatedService.VALUES)
public class AnnotatedService {

  static final String VALUES = "jsr-values";
  static final String FAILURES = "jsr-failures";

  private final ConcurrentMap<String, AtomicInteger> calls = new ConcurrentHashMap<>();

  /** How often methods ran with this key. */
  public int calls(String key) {
    return counter(key).get();
  }

  private AtomicInteger counter(String key) {
    return calls.computeIfAbsent(key, it -> new AtomicInteger());
  }

  private String run(String key) {
    return key + "#" + counter(key).incrementAndGet();
  }

  private void run(String key, @Nullable Class<? extends Exception> failure) throws Exception {
    String text = run(key);
    if (failure != null) {
      throw failure.getConstructor(String.class).newInstance(text);
    }
  }

  /** Cached. */
  @CacheResult
  public String result(String key) {
    return run(key);
  }

  /** Cached as null. */
  @CacheResult
  public @Nullable String nullResult(String key) {
    String unused = run(key);
    return null;
  }

  /** Never read from the cache. */
  @CacheResult(skipGet = true)
  public String freshResult(String key) {
    return run(key);
  }

  /** Cached by the first argument. */
  @CacheResult
  public String resultByFirst(@CacheKey String key, int ignored) {
    return run(key);
  }

  /** Cached by both arguments. */
  @CacheResult
  public String resultByBoth(String key, int number) {
    return run(key);
  }

  /** Cached by the key of a generator. */
  @CacheResult(cacheKeyGenerator = PrefixedKeys.class)
  public String resultByGenerator(String key) {
    return run(key);
  }

  /** Cached in the cache of a resolver. */
  @CacheResult(cacheResolverFactory = OtherCaches.class)
  public String resultElsewhere(String key) {
    return run(key);
  }

  /** Throws; exceptions of some classes are cached. */
  @CacheResult(
      exceptionCacheName = FAILURES,
      cachedExceptions = {UnsupportedOperationException.class, IOException.class},
      nonCachedExceptions = NullPointerException.class)
  public String failing(@CacheKey String key, Class<? extends Exception> failure) throws Exception {
    run(key, failure);
    return key;
  }

  /** Puts after the call. */
  @CachePut(cacheFor = UnsupportedOperationException.class, noCacheFor = NullPointerException.class)
  public void put(
      @CacheKey String key, @CacheValue String value, @Nullable Class<? extends Exception> failure)
      throws Exception {
    run(key, failure);
  }

  /** Puts before the call. */
  @CachePut(afterInvocation = false)
  public void putBefore(
      @CacheKey String key, @CacheValue String value, @Nullable Class<? extends Exception> failure)
      throws Exception {
    run(key, failure);
  }

  /** Removes after the call. */
  @CacheRemove(
      evictFor = UnsupportedOperationException.class,
      noEvictFor = NullPointerException.class)
  public void remove(@CacheKey String key, @Nullable Class<? extends Exception> failure)
      throws Exception {
    run(key, failure);
  }

  /** Removes before the call. */
  @CacheRemove(afterInvocation = false)
  public void removeBefore(@CacheKey String key, @Nullable Class<? extends Exception> failure)
      throws Exception {
    run(key, failure);
  }

  /** Removes all entries after the call. */
  @CacheRemoveAll(
      evictFor = UnsupportedOperationException.class,
      noEvictFor = NullPointerException.class)
  public void removeAll(@Nullable Class<? extends Exception> failure) throws Exception {
    run("", failure);
  }

  /** Removes all entries before the call. */
  @CacheRemoveAll(afterInvocation = false)
  public void removeAllBefore(@Nullable Class<? extends Exception> failure) throws Exception {
    run("", failure);
  }
}
