package dev.corral.jcache.internal.pipeline.outage;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.Admission;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which of some requests the writer has, since when, and what it said, on the way to
 * Redis or around it. For one caller.
 */
final class WriterRecorder<K, V> implements BeforeCommit<K, V> {

  private final List<EntryRequest<K, V>> requests;
  private final BeforeCommit<K, V> writer;
  private @Nullable Admission<K, V> admission;
  private long writtenNanos;

  /** Watches the writer that the requests bring along; they have the same one. */
  WriterRecorder(List<EntryRequest<K, V>> requests) {
    this.requests = requests;
    this.writer = requests.get(0).beforeCommit();
  }

  boolean ran() {
    return admission != null;
  }

  /** The requests that the database has. */
  List<EntryRequest<K, V>> written() {
    return admission == null ? List.of() : admission.admitted();
  }

  /** A time at which it had them, of the JVM's monotonic clock. */
  long writtenNanos() {
    return writtenNanos;
  }

  @Nullable RuntimeException failure() {
    return admission == null ? null : admission.failure();
  }

  /** Calls a writer that Redis has no part in. */
  void callInstead(BeforeCommit<K, V> other, Then chosen) {
    if (requests.size() > 1) {
      note(other.runAll(requests, chosen));
      return;
    }
    EntryRequest<K, V> request = requests.get(0);
    other.run(request.key(), request.decider().inAdvance().orElseThrow(), chosen);
    note(new Admission<>(requests, null));
  }

  @Override
  public boolean concerns(EntryOperation<V> operation) {
    return writer.concerns(operation);
  }

  @Override
  public void run(K key, EntryOperation<V> operation, Then chosen) {
    writer.run(key, operation, chosen);
    note(new Admission<>(requests, null));
  }

  @Override
  public Admission<K, V> runAll(List<EntryRequest<K, V>> all, Then chosen) {
    Admission<K, V> admitted = writer.runAll(all, chosen);
    note(admitted);
    return admitted;
  }

  private void note(Admission<K, V> admitted) {
    writtenNanos = System.nanoTime();
    admission = admitted;
  }
}
