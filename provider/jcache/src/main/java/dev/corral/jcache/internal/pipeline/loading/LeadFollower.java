package dev.corral.jcache.internal.pipeline.loading;

import dev.corral.jcache.internal.pipeline.Stage;
import dev.corral.jcache.internal.store.loads.JointLoads;
import dev.corral.jcache.internal.store.loads.JointLoads.Lead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Lets loads wait for the JVM that leads. One thread asks Redis for all loads that wait: every
 * millisecond first, then less often, up to every 8 ms. Safe for many threads.
 */
final class LeadFollower<K, V> {

  private static final long SHORTEST_PAUSE_MICROS = 1_000;
  private static final long LONGEST_PAUSE_MICROS = 8_000;

  /** So the loads wait for the next question for an eighth of the time that they have waited. */
  private static final long QUESTIONS_IN_TIME_WAITED = 8;

  private final JointLoads<K> joint;
  private final JointLoader<K, V> loader;
  private final int maxKeys;
  private final List<Waiting<K, V>> waiting = new ArrayList<>();
  private boolean isAsking;

  /**
   * @param loader loads what is missing after the wait
   * @param maxKeys maximum number of keys of one load
   */
  LeadFollower(JointLoads<K> joint, JointLoader<K, V> loader, int maxKeys) {
    this.joint = joint;
    this.loader = loader;
    this.maxKeys = maxKeys;
  }

  private record Waiting<K, V>(
      Map<K, InFlightLoad<V>> loads, Lead lead, Stage.Next<K, V> next, long deadlineNanos) {

    boolean isOver(@Nullable Lead now) {
      return lead.isOver(now) || deadlineNanos - System.nanoTime() <= 0;
    }
  }

  /** Adds loads that wait, no longer than the lease of a leader that is gone. Does not wait. */
  void add(Map<K, InFlightLoad<V>> loads, Lead lead, Stage.Next<K, V> next) {
    synchronized (this) {
      long deadline = System.nanoTime() + JointLoads.LEASE.toNanos();
      waiting.add(new Waiting<>(loads, lead, next, deadline));
      if (isAsking) {
        return;
      }
      isAsking = true;
    }
    loader.inBackground(this::ask, this::fail);
  }

  private void fail(Throwable failure) {
    List<Waiting<K, V>> all;
    synchronized (this) {
      isAsking = false;
      all = end();
    }
    all.forEach(it -> loader.fail(it.loads(), failure));
  }

  private void ask() {
    long since = System.nanoTime();
    do {
      boolean isInterrupted = sleep(pauseMicros(since));
      List<Waiting<K, V>> over = isInterrupted ? end() : over();
      since = over.isEmpty() ? since : System.nanoTime();
      try {
        load(over);
      } catch (Throwable failure) {
        over.forEach(it -> loader.fail(it.loads(), failure));
        throw failure;
      }
    } while (mayAskAgain());
  }

  private static long pauseMicros(long sinceNanos) {
    long waited = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sinceNanos);
    long pause = waited / QUESTIONS_IN_TIME_WAITED;
    return Math.min(Math.max(pause, SHORTEST_PAUSE_MICROS), LONGEST_PAUSE_MICROS);
  }

  /** Whether the thread was interrupted, because the cache is being closed. */
  private static boolean sleep(long micros) {
    try {
      TimeUnit.MICROSECONDS.sleep(micros);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private List<Waiting<K, V>> over() {
    Lead now;
    try {
      now = joint.current();
    } catch (CacheException e) {
      return end(); // each of these loads meets the same failure, or not
    }
    synchronized (this) {
      List<Waiting<K, V>> over = new ArrayList<>();
      for (Iterator<Waiting<K, V>> all = waiting.iterator(); all.hasNext(); ) {
        Waiting<K, V> each = all.next();
        if (each.isOver(now)) {
          over.add(each);
          all.remove();
        }
      }
      return over;
    }
  }

  private void load(List<Waiting<K, V>> over) {
    Map<K, InFlightLoad<V>> loads = new LinkedHashMap<>();
    for (Waiting<K, V> each : over) {
      // Two loads of a key are in flight if it was changed between; each has its own batch then.
      boolean fits = loads.isEmpty() || loads.size() + each.loads().size() <= maxKeys;
      if (fits && Collections.disjoint(each.loads().keySet(), loads.keySet())) {
        loads.putAll(each.loads());
      } else {
        readOrLoad(each.loads(), each.next());
      }
    }
    if (!loads.isEmpty()) {
      readOrLoad(loads, over.get(0).next());
    }
  }

  private void readOrLoad(Map<K, InFlightLoad<V>> loads, Stage.Next<K, V> next) {
    loader.inBackground(
        () -> loader.readOrLoad(loads, next), failure -> loader.fail(loads, failure));
  }

  private synchronized boolean mayAskAgain() {
    isAsking = !waiting.isEmpty();
    return isAsking;
  }

  /** Takes all loads that wait. */
  private synchronized List<Waiting<K, V>> end() {
    List<Waiting<K, V>> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }
}
