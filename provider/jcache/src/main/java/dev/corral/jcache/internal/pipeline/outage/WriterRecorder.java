package dev.corral.jcache.internal.pipeline.outage;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.Admission;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import dev.corral.jcache.internal.store.ChangeOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A writer that records what it has written for some requests, whether the commit or an outage
 * calls it. For one call of the cache, so for one thread.
 */
final class WriterRecorder<K, V> implements BeforeCommit<K, V> {

  private final List<EntryRequest<K, V>> requests;
  private final BeforeCommit<K, V> writer;
  private @Nullable Admission<K, V> admission;
  private long begunNanos;
  private long number;

  /**
   * Records the writer of the requests.
   *
   * @param requests at least one; all have the same writer
   */
  WriterRecorder(List<EntryRequest<K, V>> requests) {
    this.requests = requests;
    this.writer = requests.get(0).beforeCommit();
  }

  /** Whether the writer was called and returned. */
  boolean ran() {
    return admission != null;
  }

  /** The requests whose change the database has; none if the writer was not called. */
  List<EntryRequest<K, V>> written() {
    return admission == null ? List.of() : admission.admitted();
  }

  /** A time at which the writer was not called yet, by {@link ChangeOrder}. */
  long begunNanos() {
    return begunNanos;
  }

  /** The number of the changes in the order of this JVM, taken after the writer returned. */
  long number() {
    return number;
  }

  /** Why the database did not get all changes; null if it did, or if there was no call. */
  @Nullable RuntimeException failure() {
    return admission == null ? null : admission.failure();
  }

  /** Calls another writer, without a commit in Redis afterwards. */
  void callInstead(BeforeCommit<K, V> other, Then chosen) {
    begunNanos = ChangeOrder.nanos();
    if (requests.size() > 1) {
      record(other.runAll(requests, chosen));
      return;
    }
    EntryRequest<K, V> request = requests.get(0);
    other.run(request.key(), request.decider().inAdvance().orElseThrow(), chosen);
    record(new Admission<>(requests, null));
  }

  @Override
  public boolean concerns(EntryOperation<V> operation) {
    return writer.concerns(operation);
  }

  @Override
  public void run(K key, EntryOperation<V> operation, Then chosen) {
    begunNanos = ChangeOrder.nanos();
    writer.run(key, operation, chosen);
    record(new Admission<>(requests, null));
  }

  @Override
  public Admission<K, V> runAll(List<EntryRequest<K, V>> all, Then chosen) {
    begunNanos = ChangeOrder.nanos();
    Admission<K, V> admitted = writer.runAll(all, chosen);
    record(admitted);
    return admitted;
  }

  private void record(Admission<K, V> admitted) {
    number = ChangeOrder.next();
    admission = admitted;
  }
}
