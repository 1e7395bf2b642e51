package dev.corral.jcache.internal.outage;

import dev.corral.jcache.CorralObserver;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.RedisFailures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each outage of a node once when it begins (WARN, with the cause), and once when it ends
 * (INFO), and notifies the observers of both, in order and in the background. A node whose memory
 * is full may accept and refuse changes in turn; that counts as one outage until it has accepted
 * all of them for a while. Safe for many threads.
 */
final class OutageLog {

  private static final Logger log = LoggerFactory.getLogger(RedisCircuitBreaker.class);

  /** For how long all changes must be accepted before their refusal counts as ended. */
  private static final long QUIET_SECONDS = 5;

  /** What a node does not accept, and since when. */
  private static final class Outage {

    private final long beganNanos = System.nanoTime();
    private final CorralObserver.Outage notice;
    private long repaired;

    /** Increases when the outage seems to end, and when it goes on. */
    private int turns;

    Outage(CorralObserver.Outage notice) {
      this.notice = notice;
    }
  }

  private final Executor later;
  private final Executor background;
  private final ObserverList observers;

  /** The latest notice of the observers; the next one follows it. */
  private CompletableFuture<?> noticed = CompletableFuture.completedFuture(null);

  private final Map<String, Outage> unreachable = new HashMap<>();
  private final Map<String, Outage> refusing = new HashMap<>();
  private final Set<String> refusedCommands = new HashSet<>();

  OutageLog(ExecutorService background, ObserverList observers) {
    this.background = background;
    this.observers = observers;
    this.later = CompletableFuture.delayedExecutor(QUIET_SECONDS, TimeUnit.SECONDS, background);
  }

  /**
   * Notes that a node does not accept everything.
   *
   * @param node its address; empty without a cluster
   */
  synchronized void restricted(String node, Accepts accepts, Throwable cause, int caches) {
    Map<String, Outage> outages = accepts == Accepts.NOTHING ? unreachable : refusing;
    Outage known = outages.get(node);
    if (known != null) {
      known.turns++;
      return;
    }
    String reason = RedisFailures.plain(cause);
    CorralObserver.Outage notice =
        new CorralObserver.Outage(node, accepts != Accepts.NOTHING, reason);
    outages.put(node, new Outage(notice));
    notifyObservers(observer -> observer.outageBegan(notice));
    if (accepts == Accepts.NOTHING) {
      log.warn(
          "{} is unavailable; {} cache(s) continue without it until it answers again: {}",
          name(node),
          caches,
          reason);
    } else if (RedisFailures.isSlotMoving(cause)) {
      log.warn(
          "{} refuses changes of a slot that is moving to another node; reads are answered, and"
              + " changes of its keys go to the writers alone until the move ends: {}",
          name(node),
          reason);
    } else {
      log.warn(
          "{} refuses changes; reads are answered, and changes go to the writers of {} cache(s)"
              + " alone until it accepts them: {}",
          name(node),
          caches,
          reason);
    }
  }

  /**
   * Notes what a node accepts after a recovery.
   *
   * @param repaired how many keys were repaired
   */
  synchronized void recovered(String node, Accepts accepts, long repaired) {
    Outage away = unreachable.get(node);
    if (away != null) {
      away.repaired += repaired;
      if (accepts != Accepts.NOTHING) {
        unreachable.remove(node);
        notifyEnd(away);
        log.info(
            "{} is available again after {} ms; {} keys were repaired",
            name(node),
            millisSince(away),
            away.repaired);
      }
    }
    Outage refused = refusing.get(node);
    if (refused != null) {
      refused.repaired += repaired;
      if (accepts == Accepts.EVERYTHING) {
        int turn = ++refused.turns;
        inAWhile(() -> endRefusal(node, refused, turn));
      }
    }
  }

  /**
   * Notes that no slot is restricted any longer. A node that has not recovered serves none of them:
   * another node has taken over.
   */
  synchronized void unrestricted() {
    unreachable.forEach(
        (node, away) -> {
          notifyEnd(away);
          log.info(
              "The keys of {} are available again after {} ms, on another node",
              name(node),
              millisSince(away));
        });
    unreachable.clear();
  }

  /** Notifies the observers of the end of all outages, because the manager is closed. */
  synchronized void close() {
    List<Outage> open = new ArrayList<>(unreachable.values());
    open.addAll(refusing.values());
    unreachable.clear();
    refusing.clear();
    if (!open.isEmpty()) {
      notifyObservers(observer -> open.forEach(it -> observer.outageEnded(it.notice)));
    }
  }

  private void notifyEnd(Outage ended) {
    notifyObservers(observer -> observer.outageEnded(ended.notice));
  }

  private void notifyObservers(Consumer<CorralObserver> notice) {
    noticed =
        noticed.handleAsync(
            (done, failure) -> {
              observers.notifyAll(notice);
              return null;
            },
            background);
  }

  private void inAWhile(Runnable task) {
    try {
      later.execute(task);
    } catch (RejectedExecutionException e) {
      log.trace("The cache manager is closed", e);
    }
  }

  private synchronized void endRefusal(String node, Outage refused, int turn) {
    if (refused.turns == turn && refusing.remove(node, refused)) {
      notifyEnd(refused);
      log.info(
          "{} accepts changes again, {} s after it refused the first; {} keys were repaired",
          name(node),
          TimeUnit.MILLISECONDS.toSeconds(millisSince(refused)),
          refused.repaired);
    }
  }

  /** Logs once that Redis refuses a command, for instance because the user lacks the right. */
  synchronized void refused(String command, CacheException refusal) {
    if (refusedCommands.add(command)) {
      log.warn(
          "Redis refuses \"{}\", which Corral sends after an outage; the caches are used again"
              + " nevertheless; grant the right to the user of the connection: {}",
          command,
          refusal.getMessage());
    }
  }

  private static long millisSince(Outage outage) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - outage.beganNanos);
  }

  private static String name(String node) {
    return node.isEmpty() ? "Redis" : "Redis at " + node;
  }
}
