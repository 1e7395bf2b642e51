package dev.corral.jcache.internal.pipeline;

import dev.corral.jcache.internal.entry.Decider;
import dev.corral.jcache.internal.entry.EntryOperation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation on its way to the store.
 *
 * @param beforeCommit runs once the change is chosen and before it is visible, while the key is
 *     held against all other writers
 */
public record EntryRequest<K, V>(K key, Decider<V> decider, BeforeCommit<K, V> beforeCommit) {

  /** User code that has a say before a change is committed: the cache writer. */
  public interface BeforeCommit<K, V> {

    /** Whether it wants to be called for this operation, should it put or remove. */
    boolean concerns(EntryOperation<V> operation);

    /** Called with the chosen change; what it throws prevents the commit. */
    void run(K key, EntryOperation<V> operation, EntryOperation.Then chosen);

    /**
     * Called with many chosen changes of the same kind.
     *
     * @return the changes that may be committed, and the failure if there are others
     */
    Admission<K, V> runAll(List<EntryRequest<K, V>> requests, EntryOperation.Then chosen);
  }

  /** Which of many requests may be committed, and why the others may not. */
  public record Admission<K, V>(
      List<EntryRequest<K, V>> admitted, @Nullable RuntimeException failure) {}

  /** A request that no user code has a say in. */
  public static <K, V> EntryRequest<K, V> of(K key, Decider<V> decider) {
    return new EntryRequest<>(key, decider, nobody());
  }

  /** The same with user code that has a say. */
  public EntryRequest<K, V> beforeCommit(BeforeCommit<K, V> hook) {
    return new EntryRequest<>(key, decider, hook);
  }

  /** Whether Redis can decide and commit it alone, in one step. */
  public boolean runsNoUserCode() {
    Optional<EntryOperation<V>> known = decider.inAdvance();
    return known.isPresent() && (!known.get().mayChange() || !beforeCommit.concerns(known.get()));
  }

  /** Whether that is so for all of them. */
  public static <K, V> boolean runNoUserCode(List<EntryRequest<K, V>> requests) {
    for (EntryRequest<K, V> request : requests) {
      if (!request.runsNoUserCode()) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("unchecked")
  private static <K, V> BeforeCommit<K, V> nobody() {
    return (BeforeCommit<K, V>) Nobody.INSTANCE;
  }

  private enum Nobody implements BeforeCommit<Object, Object> {
    INSTANCE;

    @Override
    public boolean concerns(EntryOperation<Object> operation) {
      return false;
    }

    @Override
    public void run(Object key, EntryOperation<Object> operation, EntryOperation.Then chosen) {}

    @Override
    public Admission<Object, Object> runAll(
        List<EntryRequest<Object, Object>> requests, EntryOperation.Then chosen) {
      return new Admission<>(requests, null);
    }
  }
}
