package dev.corral.jcache.internal.cache;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.EntryMetadata;
import dev.corral.jcache.EntryOptions;
import dev.corral.jcache.NearCacheStatistics;
import dev.corral.jcache.internal.entry.CacheEntry;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Unwrapping;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.pipeline.events.CacheListeners;
import dev.corral.jcache.internal.pipeline.near.NearCache;
import dev.corral.jcache.internal.pipeline.statistics.CacheStatistics;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorResult;
import org.jspecify.annotations.Nullable;

/**
 * The {@code javax.cache.Cache} of Corral. Each method checks its arguments, passes a request to
 * the pipeline, and derives its result from the outcome. Safe for many threads.
 */
public final class RedisCache<K, V>
    implements AsyncMethods<K, V>,
        LoadMethods<K, V>,
        ManagementMethods<K, V>,
        TransactionMethods<K, V> {

  private final String name;
  private final CacheManager manager;
  private final Stage.Next<K, V> pipeline;
  private final CacheComponents.Entries<K, V> entries;
  private final @Nullable NearCache<K, V> nearCache;
  private final CacheComponents.Loading<K, V> loading;
  private final CacheListeners<K, V> listeners;
  private final CacheComponents.Management<K, V> management;
  private final Runnable onClose;
  private final BulkOperations<K, V> bulk;
  private final BackgroundLoads<K, V> backgroundLoads;
  private final TransactionSupport<K, V> transactionSupport;
  private final AsyncCalls<K, V> asyncCalls;
  private final AtomicReference<CorralConfiguration<K, V>> configuration;
  private final AtomicBoolean closed = new AtomicBoolean();

  public RedisCache(
      String name,
      CacheManager manager,
      CorralConfiguration<K, V> configuration,
      CacheComponents<K, V> components) {
    this.name = name;
    this.manager = manager;
    this.entries = components.entries();
    this.pipeline = entries.pipeline();
    this.nearCache = entries.nearCache();
    this.loading = components.loading();
    this.listeners = components.listeners();
    this.management = components.management();
    this.onClose = components.onClose();
    this.bulk =
        new BulkOperations<>(
            pipeline, entries.contents(), management.recovery(), loading, nearCache);
    this.backgroundLoads = new BackgroundLoads<>(name, bulk, loading, management.recovery());
    this.transactionSupport = new TransactionSupport<>(name, configuration, components);
    NearReads<K, V> near = new NearReads<>(nearCache, management.statistics());
    this.asyncCalls = new AsyncCalls<>(name, near, components.asyncThreads());
    this.configuration = new AtomicReference<>(configuration);
  }

  // one entry

  @Override
  public @Nullable V get(K key) {
    if (nearCache != null) {
      checkOpen();
      V value = nearCache.get(Objects.requireNonNull(key, "key"));
      if (value != null) {
        management.statistics().recordHit();
        return value;
      }
    }
    return execute(key, EntryOperation.get()).value();
  }

  @Override
  public boolean containsKey(K key) {
    if (nearCache != null) {
      checkOpen();
      if (nearCache.contains(Objects.requireNonNull(key, "key"))) {
        return true;
      }
    }
    return execute(key, EntryOperation.contains()).hit();
  }

  @Override
  public void put(K key, V value) {
    execute(key, EntryOperation.put(checked(value)));
  }

  @Override
  public void put(K key, V value, EntryOptions options) {
    execute(key, EntryOperation.put(checked(value), checked(options)));
  }

  @Override
  public boolean putIfAbsent(K key, V value, EntryOptions options) {
    return execute(key, EntryOperation.putIfAbsent(checked(value), checked(options))).stored();
  }

  @Override
  public @Nullable V getAndPut(K key, V value) {
    return execute(key, EntryOperation.getAndPut(checked(value))).previous();
  }

  @Override
  public boolean putIfAbsent(K key, V value) {
    return execute(key, EntryOperation.putIfAbsent(checked(value))).stored();
  }

  @Override
  public boolean remove(K key) {
    return execute(key, EntryOperation.remove()).removed();
  }

  @Override
  public boolean remove(K key, V oldValue) {
    return execute(key, EntryOperation.remove(checked(oldValue))).removed();
  }

  @Override
  public @Nullable V getAndRemove(K key) {
    return execute(key, EntryOperation.getAndRemove()).previous();
  }

  @Override
  public boolean replace(K key, V oldValue, V newValue) {
    return execute(key, EntryOperation.replace(checked(oldValue), checked(newValue))).stored();
  }

  @Override
  public boolean replace(K key, V value) {
    return execute(key, EntryOperation.replace(checked(value))).stored();
  }

  @Override
  public @Nullable V getAndReplace(K key, V value) {
    return execute(key, EntryOperation.getAndReplace(checked(value))).previous();
  }

  @Override
  public <T> @Nullable T invoke(K key, EntryProcessor<K, V, T> processor, Object... arguments) {
    checkOpen();
    Objects.requireNonNull(processor, "entryProcessor");
    Objects.requireNonNull(key, "key");
    var loader = loading.forProcessor(key, pipeline);
    var run = new ProcessorRun<>(name, key, processor, arguments, loader);
    pipeline.proceed(EntryRequest.of(key, run));
    return run.result();
  }

  private Outcome<V> execute(K key, EntryOperation<V> operation) {
    checkOpen();
    return pipeline.proceed(EntryRequest.of(Objects.requireNonNull(key, "key"), operation));
  }

  private <T> T checked(T value) {
    checkOpen();
    return Objects.requireNonNull(value, "value");
  }

  // many entries

  @Override
  public Map<K, V> getAll(Set<? extends K> keys) {
    checkOpen();
    return bulk.getAll(BulkOperations.checkedKeys(keys));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> map) {
    checkOpen();
    bulk.putAll(map, null);
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> map, EntryOptions options) {
    bulk.putAll(map, checked(options));
  }

  @Override
  public void removeAll(Set<? extends K> keys) {
    checkOpen();
    bulk.removeAll(BulkOperations.checkedKeys(keys));
  }

  @Override
  public void removeAll() {
    checkOpen();
    bulk.removeAll();
  }

  @Override
  public void clear() {
    checkOpen();
    bulk.clear();
  }

  @Override
  public void invalidateTags(String... tags) {
    checkOpen();
    bulk.invalidateTags(List.of(tags));
  }

  @Override
  public Optional<EntryMetadata> metadata(K key) {
    checkOpen();
    return entries.contents().metadata(Objects.requireNonNull(key, "key"));
  }

  @Override
  public BackgroundLoads<K, V> backgroundLoads() {
    checkOpen();
    return backgroundLoads;
  }

  @Override
  public <T> Map<K, EntryProcessorResult<T>> invokeAll(
      Set<? extends K> keys, EntryProcessor<K, V, T> processor, Object... arguments) {
    checkOpen();
    Objects.requireNonNull(processor, "entryProcessor");
    return bulk.invokeAll(
        BulkOperations.checkedKeys(keys), key -> invoke(key, processor, arguments));
  }

  @Override
  public AsyncCalls<K, V> asyncCalls() {
    return asyncCalls;
  }

  @Override
  public TransactionSupport<K, V> transactionSupport() {
    checkOpen();
    return transactionSupport;
  }

  @Override
  public Iterator<Cache.Entry<K, V>> iterator() {
    checkOpen();
    return new EntryIterator<>(entries.contents().pages(), this::visit, this::remove);
  }

  /** An iterator accesses each entry that it returns. Redis is not called if this has no effect. */
  private @Nullable CacheEntry<K, V> visit(CacheEntry<K, V> entry) {
    checkOpen();
    if (!entries.accessChangesExpiry()) {
      management.statistics().recordHit();
      return entry;
    }
    Outcome<V> found = execute(entry.key(), EntryOperation.visit());
    V value = found.hit() ? found.previous() : null; // a dry run answers iterators, too
    return value == null ? null : new CacheEntry<>(entry.key(), value);
  }

  /** Discards the near cache of this JVM; its entries remain in Redis. */
  public void discardNearCache() {
    if (nearCache != null) {
      nearCache.invalidateAll();
    }
  }

  // statistics and management

  @Override
  public CacheComponents.Management<K, V> management() {
    checkOpen();
    return management;
  }

  @Override
  public NearCacheStatistics nearCacheStatistics() {
    checkOpen();
    return nearCache == null ? NearCacheStatistics.NONE : nearCache.statistics();
  }

  // listeners

  @Override
  public void registerCacheEntryListener(CacheEntryListenerConfiguration<K, V> listener) {
    checkOpen();
    listeners.register(Objects.requireNonNull(listener, "listener"), this);
    configuration.updateAndGet(
        it -> it.with(standard -> standard.addCacheEntryListenerConfiguration(listener)));
  }

  @Override
  public void deregisterCacheEntryListener(CacheEntryListenerConfiguration<K, V> listener) {
    checkOpen();
    List<Object> removed = listeners.deregister(Objects.requireNonNull(listener, "listener"));
    configuration.updateAndGet(
        it -> it.with(standard -> standard.removeCacheEntryListenerConfiguration(listener)));
    UserCallbacks.close(name, removed);
  }

  // lifecycle

  @Override
  public String getName() {
    return name;
  }

  @Override
  public CacheManager getCacheManager() {
    return manager;
  }

  @Override
  public <C extends Configuration<K, V>> C getConfiguration(Class<C> type) {
    CorralConfiguration<K, V> current = configuration();
    if (type.isInstance(current)) {
      return type.cast(current);
    }
    throw new IllegalArgumentException(
        "cache '%s' has a configuration of type %s, which is not a %s"
            .formatted(name, CorralConfiguration.class.getName(), type.getName()));
  }

  /** Enables or disables the counters of the standard. */
  public void enableStatistics(boolean on) {
    management.statistics().enable(on);
    configuration.updateAndGet(it -> it.with(standard -> standard.setStatisticsEnabled(on)));
  }

  /** Changes whether the configuration has management enabled. */
  public void enableManagement(boolean on) {
    configuration.updateAndGet(it -> it.with(standard -> standard.setManagementEnabled(on)));
  }

  /** The current configuration, with the listeners that are registered now. */
  @Override
  public CorralConfiguration<K, V> configuration() {
    return Objects.requireNonNull(configuration.get());
  }

  @Override
  public CacheStatistics statistics() {
    return management.statistics();
  }

  /** Closes the cache in this manager; its entries remain in Redis. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      asyncCalls.close();
      backgroundLoads.close();
      onClose.run();
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return Unwrapping.unwrap(this, type);
  }

  private void checkOpen() {
    if (closed.get()) {
      throw AsyncCalls.closedException(name);
    }
  }
}
