package dev.corral.examples.benchmarks;

import dev.corral.jcache.AsyncCache;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import javax.cache.Cache;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;

/**
 * A cache by the standard API.
 *
 * @param onClose ends what is behind the cache
 */
record JCacheSubject(String name, boolean usesRedis, Cache<String, String> cache, Runnable onClose)
    implements Subject {

  /** Gets and sets; it can be sent to a server that runs it there. */
  private enum Touch implements EntryProcessor<String, String, Boolean> {
    TOUCH;

    @Override
    public Boolean process(MutableEntry<String, String> entry, Object... arguments) {
      entry.setValue(Objects.requireNonNull(entry.getValue()));
      return true;
    }
  }

  @Override
  public @Nullable String get(String key) {
    return cache.get(key);
  }

  @Override
  public void put(String key, String value) {
    cache.put(key, value);
  }

  @Override
  public Map<String, String> getAll(Set<String> keys) {
    return cache.getAll(keys);
  }

  @Override
  public void putAll(Map<String, String> entries) {
    cache.putAll(entries);
  }

  @Override
  public boolean putIfAbsent(String key, String value) {
    return cache.putIfAbsent(key, value);
  }

  @Override
  public boolean invokes() {
    return true;
  }

  @Override
  public void invoke(String key) {
    cache.invoke(key, Touch.TOUCH);
  }

  @Override
  public boolean isAsynchronous() {
    return cache instanceof AsyncCache;
  }

  @Override
  @SuppressWarnings("unchecked") // the types of the cache
  public CompletionStage<@Nullable String> getAsync(String key) {
    return ((AsyncCache<String, String>) cache).getAsync(key);
  }

  @Override
  public void close() {
    onClose.run();
  }
}
