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

/** What another JVM changes in the last moment before a key is had, or after that. */
class CommitStageTest {

  private final InMemoryEntryStore<String, String> store =
      new InMemoryEntryStore<>(new Expiry(new EternalExpiryPolicy()), System::currentTimeMillis);
  private final List<String> written = new ArrayList<>();

  private void changeByAnother() {
    store.apply("k", EntryOperation.put("theirs"));
  }

  /** The key is free, but only just: the other JVM changed it last. */
  private final class LateLocks implements KeyLocks<String, String> {

    /** As if this JVM had stood still for longer than its hold lasts. */
    private final boolean losesHold;

    LateLocks(boolean losesHold) {
      this.losesHold = losesHold;
    }

    @Override
    public <R> R whileHolding(Collection<? extends String> keys, Supplier<R> action) {
      throw new AssertionError("one key only");
    }

    @Override
    public <R> R whileHolding(String key, BiFunction<Snapshot<String>, HeldLock, R> action) {
      if (!losesHold) {
        changeByAnother();
      }
      Snapshot<String> seen = store.observe(key);
      if (losesHold) {
        changeByAnother();
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
    List<Stage<String, String>> stages = List.of(new CommitStage<>("c", store, locks));
    return EntryPipeline.of(stages).proceed(request);
  }

  @Test
  void putIfAbsent_withWriter_isDecidedUnderTheLock() {
    Outcome<String> outcome =
        execute(
            new LateLocks(/* losesHold= */ false),
            EntryRequest.of("k", EntryOperation.putIfAbsent("ours")).beforeCommit(new Writer()));
    assertThat(outcome.stored()).isFalse();
    assertThat(written).isEmpty();
    assertThat(store.observe("k").value()).isEqualTo("theirs");
  }

  @Test
  void processor_entryChangedSinceTheLook_isRunOnWhatItHolds() {
    List<@Nullable String> seen = new ArrayList<>();
    Decider<String> processor =
        snapshot -> {
          seen.add(snapshot.value());
          return EntryOperation.processed(Then.PUT, snapshot.value() + "+ours", false, null);
        };
    execute(new LateLocks(/* losesHold= */ true), EntryRequest.of("k", processor));
    assertThat(seen).containsExactly(null, "theirs");
    assertThat(store.observe("k").value()).isEqualTo("theirs+ours");
  }
}
