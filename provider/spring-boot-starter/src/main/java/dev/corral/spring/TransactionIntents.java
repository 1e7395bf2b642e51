package dev.corral.spring;

import dev.corral.jcache.ChangeIntent;
import dev.corral.jcache.CorralCache;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The intents of one transaction for one cache: see {@link CorralCache#recordIntent}. They are
 * recorded before the commit. Used by one thread.
 */
final class TransactionIntents {

  /** Records intents in the cache. */
  interface Recorder {

    /**
     * Records that the keys are about to be changed.
     *
     * @return null if there is no intent, and the transaction is committed nevertheless
     * @throws CacheException if the transaction has to fail
     */
    @Nullable ChangeIntent recordIntent(Set<Object> keys);
  }

  private final Recorder recorder;
  private final List<ChangeIntent> recorded = new ArrayList<>();
  private final Set<Object> keys = new HashSet<>();
  private boolean isCommitting;

  TransactionIntents(Recorder recorder) {
    this.recorder = recorder;
  }

  /** Before the commit. From now on, each further key has an intent as soon as it is changed. */
  void prepare(Set<Object> changed) {
    isCommitting = true;
    record(changed);
  }

  /** The transaction changes a key, perhaps while it is being committed. */
  void change(Object key) {
    if (isCommitting) {
      record(Set.of(key));
    }
  }

  private void record(Set<Object> changed) {
    Set<Object> missing = new HashSet<>(changed);
    missing.removeAll(keys);
    if (!missing.isEmpty()) {
      keys.addAll(missing);
      ChangeIntent intent = recorder.recordIntent(missing);
      if (intent != null) {
        recorded.add(intent);
      }
    }
  }

  /** Ends all intents. */
  void end(Consumer<ChangeIntent> how) {
    List<ChangeIntent> all = List.copyOf(recorded);
    isCommitting = false;
    recorded.clear();
    keys.clear();
    all.forEach(how);
  }
}
