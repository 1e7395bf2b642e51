package dev.corral.jcache.patterns;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.fixtures.RawRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;

/** Several JVMs with one Redis that run the jobs of a test. */
final class Jvms implements AutoCloseable {

  private final OwnRedis redis = new OwnRedis();
  private final List<ChildJvm> children = new ArrayList<>();
  private final AtomicInteger jobs = new AtomicInteger();
  private final ExecutorService waiting = Executors.newCachedThreadPool();

  Jvms(int number) {
    String uri = redis.uri().toString();
    for (int i = 0; i < number; i++) {
      children.add(redis.start(PatternWorker.class, uri, String.valueOf(i)));
    }
    children.forEach(child -> child.await("ready"));
  }

  OwnRedis redis() {
    return redis;
  }

  int size() {
    return children.size();
  }

  /** Starts a job; see {@link PatternWorker}. The future completes with its result. */
  CompletableFuture<String> start(int jvm, String job, String cache, String spec, Object... more) {
    String id = String.valueOf(jobs.incrementAndGet());
    StringBuilder text = new StringBuilder(String.join("|", id, job, cache, spec));
    for (Object argument : more) {
      text.append('|').append(argument);
    }
    redis.raw().call("RPUSH", "test:jobs:" + jvm, text);
    return CompletableFuture.supplyAsync(
        () -> {
          try (RawRedis own = redis.raw().another()) {
            return (String) ((List<?>) own.call("BLPOP", "test:result:" + id, "0")).get(1);
          }
        },
        waiting);
  }

  /** Starts a job whose end the test does not wait for. */
  void begin(int jvm, String job, String cache, String spec, Object... more) {
    var unused = start(jvm, job, cache, spec, more);
  }

  String run(int jvm, String job, String cache, String spec, Object... more) {
    return start(jvm, job, cache, spec, more).orTimeout(120, TimeUnit.SECONDS).join();
  }

  /** The same job in all JVMs at once. */
  List<String> runInAll(String job, String cache, String spec, Object... more) {
    List<CompletableFuture<String>> all =
        IntStream.range(0, size()).mapToObj(i -> start(i, job, cache, spec, more)).toList();
    return all.stream().map(it -> it.orTimeout(120, TimeUnit.SECONDS).join()).toList();
  }

  /** Opens the cache in every JVM and resets the counters, before a measurement. */
  void open(String cache, String spec) {
    runInAll("clear", cache, spec);
    redis.raw().call("DEL", "test:loads", "test:bulk", "test:loaded", "test:written", "test:go");
  }

  /** The cache without its loader, in the JVM of the test. */
  Cache<String, String> withoutLoader(String cache) {
    CacheManager manager = redis.manager("?timeout=5s");
    Cache<String, String> open = manager.getCache(cache, String.class, String.class);
    return open != null
        ? open
        : manager.createCache(
            cache, new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  }

  long loads(String key) {
    Object loads = redis.raw().call("HGET", "test:loads", key);
    return loads == null ? 0 : Long.parseLong((String) loads);
  }

  /** The loads of all keys, for instance their sum or their maximum. */
  long loads(ToLongFunction<IntStream> of) {
    List<?> counts = (List<?>) redis.raw().call("HVALS", "test:loads");
    return of.applyAsLong(counts.stream().mapToInt(it -> Integer.parseInt((String) it)));
  }

  long pid(int jvm) {
    return children.get(jvm).pid();
  }

  void kill(int jvm) {
    children.get(jvm).kill();
  }

  /** Stops a JVM by SIGSTOP until it is resumed. */
  void pause(int jvm) {
    children.get(jvm).stop();
  }

  /** Resumes a JVM by SIGCONT. */
  void resume(int jvm) {
    children.get(jvm).resume();
  }

  static long millisSince(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
  }

  @Override
  public void close() {
    waiting.shutdownNow();
    redis.close();
  }
}
