package org.springframework.cache.jcache;

import java.util.concurrent.Callable;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import javax.cache.processor.MutableEntry;

/**
 * An entry processor with the name and the effect of the one with which Spring implements {@code
 * Cacheable(sync = true)}. So the tests need no Spring.
 */
public final class JCacheCache {

  private JCacheCache() {}

  /** A processor whose first argument is the {@link Callable} that computes a missing value. */
  public static <K, V> EntryProcessor<K, V, V> valueLoader() {
    return new ValueLoaderEntryProcessor<>();
  }

  private static final class ValueLoaderEntryProcessor<K, V> implements EntryProcessor<K, V, V> {

    @Override
    @SuppressWarnings("unchecked")
    public V process(MutableEntry<K, V> entry, Object... arguments) {
      if (entry.exists()) {
        return entry.getValue();
      }
      try {
        V computed = ((Callable<V>) arguments[0]).call();
        entry.setValue(computed);
        return computed;
      } catch (Exception e) {
        throw new EntryProcessorException("the method failed", e);
      }
    }
  }
}
