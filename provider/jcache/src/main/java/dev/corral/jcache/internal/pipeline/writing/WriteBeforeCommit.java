package dev.corral.jcache.internal.pipeline.writing;

import dev.corral.jcache.internal.entry.CacheEntry;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.Admission;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/** Writes a change to the database, after it is chosen and before the cache has it. */
record WriteBeforeCommit<K, V>(WriterInvoker<K, V> writer) implements BeforeCommit<K, V> {

  @Override
  public boolean concerns(EntryOperation<V> operation) {
    return !operation.is(Trait.BY_LOADER);
  }

  @Override
  public void run(K key, EntryOperation<V> operation, Then chosen) {
    if (chosen == Then.PUT) {
      writer.write(key, Objects.requireNonNull(operation.value()));
    } else {
      writer.delete(key);
    }
  }

  @Override
  public Admission<K, V> runAll(List<EntryRequest<K, V>> requests, Then chosen) {
    return chosen == Then.PUT ? writeAll(requests) : deleteAll(requests);
  }

  private Admission<K, V> writeAll(List<EntryRequest<K, V>> requests) {
    Collection<Cache.Entry<? extends K, ? extends V>> unwritten = new ArrayList<>();
    for (EntryRequest<K, V> request : requests) {
      V value = request.decider().inAdvance().orElseThrow().value();
      unwritten.add(new CacheEntry<>(request.key(), Objects.requireNonNull(value)));
    }
    CacheWriterException failure = writer.writeAll(unwritten);
    Set<Object> remaining = new HashSet<>();
    unwritten.forEach(entry -> remaining.add(entry.getKey()));
    return admission(requests, remaining, failure);
  }

  private Admission<K, V> deleteAll(List<EntryRequest<K, V>> requests) {
    Set<Object> undeleted = new HashSet<>();
    requests.forEach(request -> undeleted.add(request.key()));
    CacheWriterException failure = writer.deleteAll(undeleted);
    return admission(requests, undeleted, failure);
  }

  /** Admits the requests whose keys the writer has not left in its collection. */
  private static <K, V> Admission<K, V> admission(
      List<EntryRequest<K, V>> requests,
      Set<Object> unwritten,
      @Nullable CacheWriterException failure) {
    return new Admission<>(
        requests.stream().filter(it -> !unwritten.contains(it.key())).toList(), failure);
  }
}
