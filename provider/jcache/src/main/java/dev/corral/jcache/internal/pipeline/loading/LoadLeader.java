package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.LoadOptions.Coalescing;
import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.loads.JointLoads;
import dev.corral.jcache.internal.store.loads.JointLoads.Lead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the loads of all JVMs. One JVM of the cluster leads: it gathers for a moment, and loads its
 * keys and those that the others want, again and again, until no key is wanted. In the other JVMs,
 * the loads wait for it: see {@link LeadFollower}.
 *
 * <p>In this JVM, one thread at a time asks for the lead and has it; the loads of the others go
 * with it. The lead ends if a load takes longer than {@link JointLoads#LEASE}, so that a slow load
 * keeps no other key waiting.
 */
final class LoadLeader<K, V> {

  private static final Logger log = LoggerFactory.getLogger(LoadLeader.class);

  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Coalescing options;
  private final JointLoads<K> joint;
  private final JointLoader<K, V> loader;
  private final LeadFollower<K, V> follower;
  private final List<Map<K, InFlightLoad<V>>> pending = new ArrayList<>();
  private boolean isBusy;
  private volatile boolean closed;

  LoadLeader(Coalescing options, JointLoads<K> joint, JointLoader<K, V> loader) {
    this.options = options;
    this.joint = joint;
    this.loader = loader;
    this.follower = new LeadFollower<>(joint, loader, options.coalesceMaxKeys());
  }

  /** Lets this JVM load no more keys of others, and waits for the end of its lead. */
  void close() {
    closed = true;
    awaitEnd(System.nanoTime() + JointLoads.LEASE.toNanos());
  }

  private synchronized void awaitEnd(long deadline) {
    long left = deadline - System.nanoTime();
    try {
      while (isBusy && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = deadline - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Loads keys by this thread or by the one that leads in this JVM. */
  void load(Map<K, InFlightLoad<V>> loads, Stage.Next<K, V> next) {
    if (!enter(loads)) {
      return;
    }
    Map<K, InFlightLoad<V>> mine = loads;
    try {
      while (!mine.isEmpty()) {
        joinOrLead(mine, next);
        mine = pendingOrLeave();
      }
    } catch (Throwable failure) {
      loader.fail(mine, failure);
      leave().forEach(it -> loader.fail(it, failure));
      throw failure;
    }
  }

  /** Whether this thread has to ask for the lead. Otherwise another one takes the loads with it. */
  private synchronized boolean enter(Map<K, InFlightLoad<V>> loads) {
    if (isBusy) {
      pending.add(loads);
      return false;
    }
    isBusy = true;
    return true;
  }

  private synchronized Map<K, InFlightLoad<V>> pendingOrLeave() {
    Map<K, InFlightLoad<V>> loads = takePending();
    isBusy = !loads.isEmpty();
    notifyAll();
    return loads;
  }

  private synchronized List<Map<K, InFlightLoad<V>>> leave() {
    List<Map<K, InFlightLoad<V>>> all = List.copyOf(pending);
    pending.clear();
    isBusy = false;
    notifyAll();
    return all;
  }

  /** Two loads of a key are in flight if it was changed between; the later one remains pending. */
  private synchronized Map<K, InFlightLoad<V>> takePending() {
    Map<K, InFlightLoad<V>> loads = new LinkedHashMap<>();
    pending.removeIf(
        each -> {
          boolean isTaken =
              loads.isEmpty()
                  || (loads.size() + each.size() <= options.coalesceMaxKeys()
                      && Collections.disjoint(loads.keySet(), each.keySet()));
          if (isTaken) {
            loads.putAll(each);
          }
          return isTaken;
        });
    return loads;
  }

  private void joinOrLead(Map<K, InFlightLoad<V>> loads, Stage.Next<K, V> next) {
    Lead lead;
    try {
      lead = joint.join(loads.keySet());
    } catch (CacheException e) {
      log.debug("A load does not wait for other JVMs: {}", e.getMessage());
      var unused = loadInBackground(loads, Map.of(), next);
      return;
    }
    if (!lead.isOwn()) {
      follower.add(loads, lead, next);
      return;
    }
    try {
      lead(lead, loads, next);
    } finally {
      joint.end(lead);
    }
  }

  private void lead(Lead lead, Map<K, InFlightLoad<V>> first, Stage.Next<K, V> next) {
    Map<K, InFlightLoad<V>> own = first;
    long pause = options.coalesceWindow().toNanos();
    boolean goesOn = true;
    try {
      while (goesOn) {
        gather(pause);
        own = own.isEmpty() ? takePending() : own;
        Set<K> wanted = take(lead, own.size());
        if (wanted == null && own.isEmpty()) {
          return;
        }
        if (wanted == null) {
          joint.end(lead); // it may be that only the reply was lost
        }
        var others =
            wanted == null ? Map.<K, InFlightLoad<V>>of() : loader.register(wanted, own.keySet());
        long start = System.nanoTime();
        boolean isInTime = await(loadInBackground(own, others, next));
        pause = pauseAfter(System.nanoTime() - start);
        own = Map.of();
        goesOn = wanted != null && isInTime && !closed && gathersAgain(lead);
      }
    } catch (Throwable failure) {
      loader.fail(own, failure);
      throw failure;
    }
  }

  /**
   * The others have to notice that the load has ended, to read, and to miss other keys. If they are
   * too late for the next load, they wait for the one after it; so a pause as long as the load
   * costs them no more than that.
   */
  private long pauseAfter(long loadNanos) {
    return Math.max(options.coalesceWindow().toNanos(), Math.min(loadNanos, LONGEST_PAUSE_NANOS));
  }

  private static void gather(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns null if the lead has ended. */
  private @Nullable Set<K> take(Lead lead, int own) {
    try {
      int room = Math.max(0, options.coalesceMaxKeys() - own);
      return joint.take(lead, room, /* ends= */ own == 0);
    } catch (CacheException e) {
      log.debug("The keys of other JVMs are not loaded: {}", e.getMessage());
      return null;
    }
  }

  private boolean gathersAgain(Lead lead) {
    try {
      joint.loaded(lead);
      return true;
    } catch (CacheException e) {
      log.debug("The keys of other JVMs are not loaded: {}", e.getMessage());
      return false;
    }
  }

  /** In another thread, so that this one can end the lead. */
  private CompletableFuture<Void> loadInBackground(
      Map<K, InFlightLoad<V>> own, Map<K, InFlightLoad<V>> others, Stage.Next<K, V> next) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    loader.inBackground(
        () -> {
          loader.loadNow(own, others, next);
          end.complete(null);
        },
        failure -> {
          loader.fail(own, failure);
          loader.fail(others, failure);
          end.complete(null);
        });
    return end;
  }

  private static boolean await(CompletableFuture<Void> end) {
    try {
      end.get(JointLoads.LEASE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
