package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.Relay;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;

/**
 * One cache as two JVMs have it, with read-through and write-through: one of them reaches Redis
 * through a relay that can be cut, the other one directly.
 */
final class TwoJvms implements AutoCloseable {

  /** {@code redis.timeout}, which is 1 s, plus 1 s. */
  static final Duration TIMEOUT_PLUS_ONE_SECOND = Duration.ofSeconds(2);

  final OwnRedis redis = new OwnRedis();
  final Relay relay = new Relay(redis.server().address().port(), Duration.ZERO);
  private final Map<String, Integer> table = new ConcurrentHashMap<>();
  final Rows remoteRows = new Rows(table);
  final Rows rows = new Rows(table);
  final Cache<String, Integer> remote;
  final Cache<String, Integer> direct;
  private final CorralCachingProvider remoteProvider = new CorralCachingProvider();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  TwoJvms() {
    URI uri =
        URI.create(
            "redis://:%s@127.0.0.1:%d"
                .formatted(redis.server().credentials().password(), relay.port()));
    this.remote = remoteProvider.getCacheManager(uri, null).createCache("two", remoteRows.cache());
    this.direct = redis.cache("two", rows.cache());
  }

  /** Loader and writer of one JVM; a call can be held. */
  static final class Rows implements CacheLoader<String, Integer>, CacheWriter<String, Integer> {

    private final Map<String, Integer> table;
    final AtomicInteger loads = new AtomicInteger();
    volatile Gate gate = Gate.OPEN;
    volatile String refused = "";

    Rows(Map<String, Integer> table) {
      this.table = table;
    }

    MutableConfiguration<String, Integer> cache() {
      return new MutableConfiguration<String, Integer>()
          .setTypes(String.class, Integer.class)
          .setReadThrough(true)
          .setWriteThrough(true)
          .setCacheLoaderFactory(new SingletonFactory<>(this))
          .setCacheWriterFactory(new SingletonFactory<>(this));
    }

    @Override
    public @Nullable Integer load(String key) {
      loads.incrementAndGet();
      gate.pass();
      return table.getOrDefault(key, 0);
    }

    @Override
    public Map<String, Integer> loadAll(Iterable<? extends String> keys) {
      Map<String, Integer> found = new ConcurrentHashMap<>();
      keys.forEach(key -> found.put(key, load(key)));
      return found;
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends Integer> entry) {
      gate.pass();
      if (entry.getKey().equals(refused)) {
        throw new IllegalStateException("the database refuses the row");
      }
      table.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends Integer>> entries) {
      List.copyOf(entries).forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      gate.pass();
      table.remove((String) key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      List.copyOf(keys).forEach(this::delete);
      keys.clear();
    }
  }

  /** Holds the threads that pass, until it is opened. */
  static final class Gate {

    static final Gate OPEN = new Gate(0);

    private final CountDownLatch reached;
    private final CountDownLatch opened;

    /**
     * @param threads how many threads {@link #awaitReached} waits for; 0 for an open gate
     */
    Gate(int threads) {
      this.reached = new CountDownLatch(threads);
      this.opened = new CountDownLatch(Math.min(threads, 1));
    }

    void pass() {
      reached.countDown();
      awaitQuietly(opened);
    }

    void awaitReached() {
      awaitQuietly(reached);
    }

    void open() {
      opened.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
      try {
        if (!latch.await(30, TimeUnit.SECONDS)) {
          throw new IllegalStateException("timed out");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Runs an action in another thread; the future gets the exception of a failure. */
  CompletableFuture<@Nullable Exception> start(Runnable action) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            action.run();
            return null;
          } catch (RuntimeException e) {
            return e;
          }
        },
        threads);
  }

  static int increment(Cache<String, Integer> cache, String key, Gate gate) {
    return cache.invoke(
        key,
        (entry, arguments) -> {
          gate.pass();
          int next = entry.exists() ? entry.getValue() + 1 : 1;
          entry.setValue(next);
          return next;
        });
  }

  void awaitRemoteOutage() {
    await()
        .until(
            () -> {
              try {
                remote.containsKey("any");
              } catch (CacheException e) {
                return statistics(remote).away();
              }
              return false;
            });
  }

  static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  @Override
  public void close() {
    relay.restore();
    List.of(rows, remoteRows).forEach(it -> it.gate.open());
    threads.shutdownNow();
    remoteProvider.close();
    relay.close();
    redis.close();
  }
}
