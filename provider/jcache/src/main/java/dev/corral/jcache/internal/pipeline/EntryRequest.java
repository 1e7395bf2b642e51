package dev.corral.jcache.internal.pipeline;

import dev.corral.jcache.internal.entry.Decider;
import dev.corral.jcache.internal.entry.EntryOperation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key and the operation on its entry, as the stages of the pipeline receive them.
 *
 * @param decider the operation, or the entry processor that chooses it
 * @param beforeCommit called after the change is chosen and before it is committed, while this JVM
 *     has the lock of the key
 */
public record EntryRequest<K, V>(K key, Decider<V> decider, BeforeCommit<K, V> beforeCommit) {

  /**
   * User code that is called before a change is committed, and can prevent it: the cache writer.
   */
  public interface BeforeCommit<K, V> {

    /** Whether this hook is to be called if the operation puts or removes. */
    boolean concerns(EntryOperation<V> operation);

    /**
     * Called before one change is committed. An exception prevents the commit.
     *
     * @param chosen PUT or REMOVE
     */
    void run(K key, EntryOperation<V> operation, EntryOperation.Then chosen);

    /**
     * Called before many changes of the same kind are committed.
     *
     * @param chosen PUT or REMOVE
     * @return the changes that may be committed, and the failure of the other changes
     */
    Admission<K, V> runAll(List<EntryRequest<K, V>> requests, EntryOperation.Then chosen);
  }

  /**
   * Which of many requests may be committed.
   *
   * @param admitted the requests that may be committed
   * @param failure why the other requests may not; null if there are none
   */
  public record Admission<K, V>(
      List<EntryRequest<K, V>> admitted, @Nullable RuntimeException failure) {}

  /** A request without a hook. */
  public static <K, V> EntryRequest<K, V> of(K key, Decider<V> decider) {
    return new EntryRequest<>(key, decider, noHook());
  }

  /** The same request with this hook instead of its own. */
  public EntryRequest<K, V> beforeCommit(BeforeCommit<K, V> hook) {
    return new EntryRequest<>(key, decider, hook);
  }

  /**
   * Whether the request involves no user code, so that Redis can decide and commit it in one step.
   */
  public boolean runsNoUserCode() {
    Optional<EntryOperation<V>> known = decider.inAdvance();
    return known.isPresent() && (!known.get().mayChange() || !beforeCommit.concerns(known.get()));
  }

  /** Whether none of the requests involves user code. */
  public static <K, V> boolean runNoUserCode(List<EntryRequest<K, V>> requests) {
    for (EntryRequest<K, V> request : requests) {
      if (!request.runsNoUserCode()) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("unchecked")
  private static <K, V> BeforeCommit<K, V> noHook() {
    return (BeforeCommit<K, V>) NoHook.INSTANCE;
  }

  private enum NoHook implements BeforeCommit<Object, Object> {
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
