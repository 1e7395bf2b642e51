package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions.Coalescing;
import dev.corral.jcache.internal.pipeline.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the misses of single keys that happen in this JVM within a short window, so that {@link
 * JointLoader} loads them together. Safe for many threads.
 */
final class LoadCoalescer<K, V> {

  private final Coalescing options;
  private final JointLoader<K, V> loader;
  private @Nullable Batch<K, V> open;

  LoadCoalescer(Coalescing options, JointLoader<K, V> loader) {
    this.options = options;
    this.loader = loader;
  }

  /** Keys that are loaded together, with their loads in flight. */
  private static final class Batch<K, V> {

    private final Map<K, InFlightLoad<V>> loads = new LinkedHashMap<>();
    private final CountDownLatch full = new CountDownLatch(1);
  }

  /**
   * Adds a load to the batch that is being gathered. Does not wait.
   *
   * @param load registered as the load in flight of its key
   */
  void add(K key, InFlightLoad<V> load, Stage.Next<K, V> next) {
    load.join();
    Batch<K, V> opened = addToOpen(key, load);
    if (opened != null) {
      loader.inBackground(
          () -> loadAfterWindow(opened, next), failure -> loader.fail(close(opened), failure));
    }
  }

  /** Returns the batch if it is a new one. */
  private synchronized @Nullable Batch<K, V> addToOpen(K key, InFlightLoad<V> load) {
    Batch<K, V> batch = open;
    if (batch != null && batch.loads.containsKey(key)) {
      batch.full.countDown(); // the key was changed meanwhile, so that load is for other readers
      batch = null;
    }
    boolean isNew = batch == null;
    if (batch == null) {
      batch = new Batch<>();
      open = batch;
    }
    batch.loads.put(key, load);
    if (batch.loads.size() >= options.coalesceMaxKeys()) {
      open = null;
      batch.full.countDown();
    }
    return isNew ? batch : null;
  }

  private void loadAfterWindow(Batch<K, V> batch, Stage.Next<K, V> next) {
    try {
      boolean unused = batch.full.await(options.coalesceWindow().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // those that have joined still wait for this thread
    }
    loader.load(close(batch), next);
  }

  /** The loads of a batch, to which none is added any more. */
  private synchronized Map<K, InFlightLoad<V>> close(Batch<K, V> batch) {
    if (open == batch) {
      open = null;
    }
    return batch.loads;
  }
}
