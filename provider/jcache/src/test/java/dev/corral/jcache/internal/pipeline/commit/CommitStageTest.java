package dev.corral.jcache.internal.pipeline.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.jcache.internal.entry.Decider;
import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.pipeline.EntryPipeline;
import dev.corral.jcache.internal.pipeline.EntryRequest;
import dev.corral.jcache.internal.pipeline.EntryRequest.Admission;
import dev.corral.jcache.internal.pipeline.EntryRequest.BeforeCommit;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.HeldLock;
import dev.corral.jcache.internal.store.InMemoryEntryStore;
import dev.corral.jcache.internal.store.locks.KeyLocks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import javax.cache.expiry.EternalExpiryPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Changes by another JVM just before a key lock is acquired, or while it is held. */
class CommitStageTest {

  private final InMemoryEntryStore<String, String> store =
      new InMemoryEntryStore<>(new Expiry(new EternalExpiryPolicy()), System::currentTimeMillis);
  private final List<String> written = new ArrayList<>();

  private void changeByOtherJvm() {
    store.apply("k", EntryOperation.put("other"));
  }

  /** Locks that another JVM has held just before, or that this JVM loses. */
  private final class LateLocks implements KeyLocks<String, String> {

    /** As if this JVM had been paused for longer than the lease of the lock. */
    private final boolean losesLock;

    LateLocks(boolean losesLock) {
      this.losesLock = losesLock;
    }

    @Override
    public <R> R whileHolding(Collection<? extends String> keys, Supplier<R> action) {
      throw new AssertionError("one key only");
    }

    @Override
    public <R> R whileHoldingLocally(Collection<? extends String> keys, Supplier<R> action) {
      throw new AssertionError("Redis is available");
    }

    @Override
    public <R> R whileHolding(String key, BiFunction<Snapshot<String>, HeldLock, R> action) {
      if (!losesLock) {
        changeByOtherJvm();
      }
      Snapshot<String> seen = store.observe(key);
      if (losesLock) {
        changeByOtherJvm();
      }
      return action.apply(seen, HeldLock.NOT_RELEASED_BY_COMMIT);
    }
  }

  private final class Writer implements BeforeCommit<String, String> {

    @Override
    public boolean concerns(EntryOperation<String> operation) {
      return true;
    }

    @Override
    public void run(String key, EntryOperation<String> operation, Then chosen) {
      written.add(String.valueOf(operation.value()));
    }

    @Override
    public Admission<String, String> runAll(
        List<EntryRequest<String, String>> requests, Then chosen) {
      throw new AssertionError("one entry only");
    }
  }

  private Outcome<String> execute(LateLocks locks, EntryRequest<String, String> request) {
    List<Stage<String, String>> stages = List.of(new CommitStage<>("c", store, locks, null));
    return EntryPipeline.of(stages).proceed(request);
  }

  @Test
  void putIfAbsent_withWriter_isDecidedUnderTheLock() {
    Outcome<String> outcome =
        execute(
            new LateLocks(/* losesLock= */ false),
            EntryRequest.of("k", EntryOperation.putIfAbsent("own")).beforeCommit(new Writer()));
    assertThat(outcome.stored()).isFalse();
    assertThat(written).isEmpty();
    assertThat(store.observe("k").value()).isEqualTo("other");
  }

  @Test
  void processor_entryChangedSinceTheRead_runsAgainOnTheCurrentEntry() {
    List<@Nullable String> seen = new ArrayList<>();
    Decider<String> processor =
        snapshot -> {
          seen.add(snapshot.value());
          return EntryOperation.processed(Then.PUT, snapshot.value() + "+own", false, null);
        };
    execute(new LateLocks(/* losesLock= */ true), EntryRequest.of("k", processor));
    assertThat(seen).containsExactly(null, "other");
    assertThat(store.observe("k").value()).isEqualTo("other+own");
  }
}
