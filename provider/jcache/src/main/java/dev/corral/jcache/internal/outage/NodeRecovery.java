package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the restrictions of a circuit breaker: a background thread for each node that has restricted
 * slots probes the node. When it replies, the caches recover in those slots, each slot for itself.
 * Safe for many threads.
 */
final class NodeRecovery {

  private static final Logger log = LoggerFactory.getLogger(NodeRecovery.class);

  private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);
  private static final long LATER_SECONDS = 5;

  /*
   * A Redis that was frozen may still run commands that this JVM sent before, on every connection.
   * A reply on a connection shows that the earlier commands on it have run. This many concurrent
   * probes use all connections.
   */
  private static final int PROBES_OVER_ALL_CONNECTIONS = 18;

  private final RedisCircuitBreaker breaker;
  private final RedisCommands direct;
  private final OutageLog outageLog;
  private final ExecutorService background;

  /** The nodes that have a thread. */
  private final Set<String> active = ConcurrentHashMap.newKeySet();

  /** A slot of each node on which a command has failed, and which is to be probed. */
  private final ConcurrentMap<String, Integer> suspects = new ConcurrentHashMap<>();

  NodeRecovery(
      RedisCircuitBreaker breaker,
      RedisCommands direct,
      OutageLog outageLog,
      ExecutorService background) {
    this.breaker = breaker;
    this.direct = direct;
    this.outageLog = outageLog;
    this.background = background;
  }

  /** Probes a node on which a command has failed. Does not wait. */
  void suspect(String node, int slot) {
    suspects.putIfAbsent(node, slot);
    start();
  }

  /** Probes the nodes of these slots, since it is unknown on which a command has failed. */
  void suspectAll(Collection<Integer> slots) {
    execute(
        background,
        () -> {
          slots.forEach(slot -> suspects.putIfAbsent(breaker.nodeOf(slot), slot));
          startNodes();
        });
  }

  /** Starts what there is to do. Does not wait. */
  void start() {
    execute(background, this::startNodes);
  }

  /** Runs a task in the background a few seconds from now. */
  void later(Runnable task) {
    execute(
        CompletableFuture.delayedExecutor(LATER_SECONDS, TimeUnit.SECONDS, background),
        () -> {
          if (!breaker.isClosed()) {
            task.run();
          }
        });
  }

  private static void execute(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("The cache manager is closed; its caches do not recover", e);
    }
  }

  private void startNodes() {
    Set<String> nodes = new HashSet<>(suspects.keySet());
    breaker.restrictedSlots().forEach(slot -> nodes.add(breaker.nodeOf(slot)));
    for (String node : nodes) {
      if (!breaker.isClosed() && active.add(node)) {
        execute(background, () -> recover(node));
      }
    }
  }

  /** Runs until the node has no restricted slot. */
  private void recover(String node) {
    try {
      while (!breaker.isClosed() && !tryRecovery(node)) {
        Thread.sleep(BETWEEN_PROBES.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } finally {
      active.remove(node);
    }
    if (!breaker.isClosed() && !(suspects.isEmpty() && breaker.restrictedSlots().isEmpty())) {
      startNodes();
    }
  }

  /** Whether nothing is left to do for the node. */
  private boolean tryRecovery(String node) {
    Set<Integer> slots = new HashSet<>();
    for (int slot : breaker.restrictedSlots()) {
      if (breaker.nodeOf(slot).equals(node)) {
        slots.add(slot);
      }
    }
    @Nullable Integer suspect = suspects.remove(node);
    if (slots.isEmpty()) {
      return suspect == null || answersProbe(node, suspect);
    }
    try {
      probeAllConnections(slots.iterator().next());
    } catch (RedisUnavailableException e) {
      log.debug("Redis is still unavailable: {}", e.getMessage());
      return false;
    }
    breaker.answered(node);
    return recoverCaches(node, slots);
  }

  private boolean answersProbe(String node, int slot) {
    try {
      probe(slot, 1);
      breaker.answered(node);
      return true;
    } catch (RedisUnavailableException e) {
      breaker.restrictNode(node, slot, e);
      return false;
    }
  }

  private void probeAllConnections(int slot) {
    probe(slot, 1);
    probe(slot, PROBES_OVER_ALL_CONNECTIONS);
  }

  /** Reads a key as callers do. A node that refuses the command has answered. */
  private void probe(int slot, int commands) {
    String key = breaker.keyIn(slot);
    if (key == null) {
      return;
    }
    List<CompletableFuture<List<Object>>> replies = new ArrayList<>();
    for (int i = 0; i < commands; i++) {
      replies.add(direct.read(key));
    }
    for (CompletableFuture<List<Object>> reply : replies) {
      try {
        direct.await("*", "probe", reply);
      } catch (RedisUnavailableException e) {
        throw e;
      } catch (CacheException e) {
        outageLog.refused("MGET " + key, e);
      }
    }
  }

  /** Whether all these slots have recovered. */
  private boolean recoverCaches(String node, Set<Integer> slots) {
    long repaired = 0;
    Map<Integer, RedisUnavailableException> failed = new HashMap<>();
    for (CacheRecovery cache : breaker.caches()) {
      CacheRecovery.Result result = cache.recover(slots);
      repaired += result.repaired();
      result.failed().forEach((slot, e) -> failed.merge(slot, e, NodeRecovery::worse));
    }
    Accepts least = Accepts.EVERYTHING;
    for (int slot : slots) {
      RedisUnavailableException failure = failed.get(slot);
      if (failure == null) {
        breaker.release(slot);
        breaker.caches().forEach(cache -> cache.restrictIfUnrepaired(slot));
      } else {
        breaker.relax(node, slot, failure);
        least = least.atMost(failure.accepts());
      }
    }
    outageLog.recovered(node, least, repaired);
    if (breaker.forgetFailures()) {
      outageLog.unrestricted();
    }
    return failed.isEmpty();
  }

  private static RedisUnavailableException worse(
      RedisUnavailableException one, RedisUnavailableException other) {
    return one.accepts().includes(other.accepts()) ? other : one;
  }
}
