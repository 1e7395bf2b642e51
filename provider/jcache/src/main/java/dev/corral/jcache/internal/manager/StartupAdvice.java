package dev.corral.jcache.internal.manager;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.CorralObserver.Advice;
import dev.corral.jcache.internal.cache.RedisCache;
import dev.corral.jcache.internal.config.Settings;
import dev.corral.jcache.internal.entry.ObserverList;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.redis.client.ServerFacts;
import dev.corral.jcache.internal.redis.client.SharedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.cache.CacheException;
import javax.cache.expiry.EternalExpiryPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for settings that are probably mistakes, a second after a cache was opened, and logs each
 * of them once, in one line. It runs in the background, so no caller waits for it. What it may not
 * ask Redis for, it skips. There is no advice on an embedded server, which is for tests.
 */
final class StartupAdvice {

  private static final Logger log = LoggerFactory.getLogger("dev.corral.jcache.advice");

  /** Caches that are opened in this time are looked at together. */
  private static final Duration DELAY = Duration.ofSeconds(1);

  /** How many names of keys are looked at. */
  private static final int NAMES = 100;

  /** From this size on, Redisson does not pipeline. */
  private static final int LARGE_POOL = 10;

  private final Settings settings;
  private final SharedRedis redis;
  private final RedisCommands commands;
  private final DaemonThreads threads;
  private final ObserverList observers;
  private final Supplier<? extends Collection<? extends RedisCache<?, ?>>> openCaches;
  private final ReentrantLock advising = new ReentrantLock();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** The advice that was given: its id, and the cache. Used by one thread at a time. */
  private final Set<List<String>> given = new HashSet<>();

  /**
   * @param commands commands that fail at once during an outage
   * @param openCaches the caches of the manager that are open now
   */
  StartupAdvice(
      Settings settings,
      SharedRedis redis,
      RedisCommands commands,
      DaemonThreads threads,
      ObserverList observers,
      Supplier<? extends Collection<? extends RedisCache<?, ?>>> openCaches) {
    this.settings = settings;
    this.redis = redis;
    this.commands = commands;
    this.threads = threads;
    this.observers = observers;
    this.openCaches = openCaches;
  }

  /** A cache was opened. Does not wait. */
  void cacheOpened() {
    if (!settings.advice()
        || redis.embedded().isPresent()
        || !scheduled.compareAndSet(false, true)) {
      return;
    }
    try {
      var unused = threads.timer().schedule(this::start, DELAY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.trace("The cache manager is closed", e);
    }
  }

  private void start() {
    scheduled.set(false);
    try {
      threads.background().execute(this::advise);
    } catch (RejectedExecutionException e) {
      log.trace("The cache manager is closed", e);
    }
  }

  private void advise() {
    advising.lock();
    try {
      List<RedisCache<?, ?>> caches = new ArrayList<>(openCaches.get());
      caches.sort(Comparator.comparing(RedisCache::getName));
      if (!caches.isEmpty()) {
        adviseOnCaches(caches);
        adviseOnPool();
        adviseOnPrefix(caches);
        ServerFacts server = mayAsk() ? ServerFacts.read(redis.client()) : null;
        if (server != null) {
          adviseOnServer(server, caches);
        }
      }
    } catch (RuntimeException e) {
      log.debug("There is no advice", e);
    } finally {
      advising.unlock();
    }
  }

  private void adviseOnCaches(List<RedisCache<?, ?>> caches) {
    give(
        "no-expiry",
        named(caches, it -> EternalExpiryPolicy.factoryOf().equals(it.getExpiryPolicyFactory())),
        "entries never expire, so they stay until Redis is full",
        "set time-to-live, unless each entry is removed by the application");
    give(
        "statistics-off",
        named(caches, it -> !it.isStatisticsEnabled()),
        "hits and misses are not counted",
        "set statistics = true; it costs a few nanoseconds per operation");
  }

  private void adviseOnPool() {
    int size = ServerFacts.poolSize(redis.client());
    if (size >= LARGE_POOL) {
      give(
          "pool-large",
          "the Redisson client has %d connections per master, and does not pipeline"
              .formatted(size),
          "give it less than %d connections, for instance 4, which all threads then share"
              .formatted(LARGE_POOL));
    } else if (size == 1) {
      give(
          "pool-small",
          "all threads share one connection, so a large value delays all other replies",
          "set redis.pool-size = 4, which is the default");
    }
  }

  private void adviseOnPrefix(List<RedisCache<?, ?>> caches) {
    if (settings.keyPrefix().text().isEmpty() && hasForeignKeys(caches.get(0).getName())) {
      give(
          "no-prefix",
          "the Redis database has keys of other applications, and the caches have no key prefix",
          "set redis.key-prefix, so that no other application uses the same names");
    }
  }

  private boolean hasForeignKeys(String cacheName) {
    try {
      Iterator<String> names = commands.scan(cacheName, "look for advice", "*");
      for (int i = 0; i < NAMES && names.hasNext(); i++) {
        if (!names.next().startsWith("{")) {
          return true;
        }
      }
    } catch (CacheException e) {
      log.debug("The names of keys are not checked: {}", e.getMessage());
    }
    return false;
  }

  /** Whether the user may run INFO. */
  private boolean mayAsk() {
    String key = "{" + settings.keyPrefix().text() + "advice}";
    var reply = commands.run(LuaScript.MAY_ASK, List.of(key));
    return !commands.await("*", "look for advice", reply).isEmpty();
  }

  private void adviseOnServer(ServerFacts server, List<RedisCache<?, ?>> caches) {
    List<String> behind = named(caches, it -> it.isWriteThrough() && it.writeBehind().isPresent());
    if (behind.isEmpty() && server.isLimited() && server.policy().equals("noeviction")) {
      give(
          "noeviction",
          "a full Redis refuses changes instead of evicting entries (maxmemory-policy noeviction)",
          "set maxmemory-policy to allkeys-lru, or to volatile-ttl if Redis has other data");
    }
    if (server.policy().startsWith("allkeys-")) {
      give(
          "queue-evictable",
          behind,
          "a full Redis may evict queued writes, which are then lost (maxmemory-policy %s)"
              .formatted(server.policy()),
          "set maxmemory-policy to noeviction or to a volatile policy");
    }
    if (server.isWithoutLog()) {
      give(
          "queue-without-aof",
          behind,
          "a restart of Redis loses queued writes (appendonly no)",
          "set appendonly yes");
    }
  }

  private static List<String> named(
      List<RedisCache<?, ?>> caches, Predicate<CorralConfiguration<?, ?>> condition) {
    return caches.stream()
        .filter(cache -> condition.test(cache.configuration()))
        .map(RedisCache::getName)
        .toList();
  }

  /** Gives advice on the manager: once. */
  private void give(String id, String finding, String remedy) {
    if (given.add(List.of(id))) {
      publish(new Advice(id, List.of(), finding, remedy));
    }
  }

  /** Gives advice on the caches that it was not given on, if there are any. */
  private void give(String id, List<String> caches, String finding, String remedy) {
    List<String> others = caches.stream().filter(cache -> given.add(List.of(id, cache))).toList();
    if (!others.isEmpty()) {
      publish(new Advice(id, others, finding, remedy));
    }
  }

  private void publish(Advice advice) {
    log.warn(
        "Advice {}{}: {}; {}",
        advice.id(),
        advice.caches().isEmpty() ? "" : " on " + String.join(", ", advice.caches()),
        advice.finding(),
        advice.remedy());
    observers.notifyAll(observer -> observer.advised(advice));
  }
}
