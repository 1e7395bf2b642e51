package dev.corral.jcache.internal.store.loads;

import dev.corral.jcache.LoadOptions.Budget;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisCommands;
import dev.corral.jcache.internal.store.PendingReleases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The permits of all JVMs, in Redis: renewed while their JVM lives, and free soon after it dies. A
 * thread that waits asks again after 1 ms, then less often, up to every 32 ms; a few threads of a
 * JVM ask at a time, in the order in which they came. If Redis refuses the commands, this JVM keeps
 * the limits by itself. Safe for many threads.
 */
public final class RedisLoadPermits implements LoadPermits {

  private static final Logger log = LoggerFactory.getLogger(RedisLoadPermits.class);

  /** How long a permit outlives its JVM. */
  static final Duration LEASE = Duration.ofSeconds(10);

  /** How often {@link #renew} is to be called. */
  public static final Duration RENEWAL = LEASE.dividedBy(4);

  private static final int MOST_ASKING = 8;
  private static final long FIRST_PAUSE_MILLIS = 1;
  private static final long LONGEST_PAUSE_MILLIS = 32;
  private static final long MICROS_PER_SECOND = TimeUnit.SECONDS.toMicros(1);
  private static final long NONE_IS_FREE = -1;

  private final CacheContext cache;
  private final Budget budget;
  private final PendingReleases pending;
  private final LoadPermits ofThisJvm;
  private final Semaphore asking;
  private final String jvm = UUID.randomUUID().toString();
  private final AtomicLong permits = new AtomicLong();
  private final Set<String> held = ConcurrentHashMap.newKeySet();

  /**
   * @param pending repeats the returns that fail
   */
  public RedisLoadPermits(CacheContext cache, Budget budget, PendingReleases pending) {
    this.cache = cache;
    this.budget = budget;
    this.pending = pending;
    this.ofThisJvm = new JvmLoadPermits(budget);
    int most = budget.maxLoads() == 0 ? MOST_ASKING : Math.min(budget.maxLoads(), MOST_ASKING);
    this.asking = new Semaphore(most, /* fair= */ true);
  }

  @Override
  public Optional<Runnable> take(Duration wait) throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    if (!asking.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
      return Optional.empty();
    }
    Answer answer;
    try {
      answer = askUntil(deadline);
    } finally {
      asking.release();
    }
    if (answer.isOfThisJvm()) {
      return ofThisJvm.take(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    return answer.token() == null
        ? Optional.empty()
        : Optional.of(begin(answer.token(), answer.waitMillis()));
  }

  /**
   * What Redis says.
   *
   * @param token of the permit; null if there was none in time, or if this JVM has to know
   * @param waitMillis how long to wait for the begin
   * @param isOfThisJvm whether Redis refused, so that this JVM keeps the limits by itself
   */
  private record Answer(@Nullable String token, long waitMillis, boolean isOfThisJvm) {}

  private Answer askUntil(long deadline) throws InterruptedException {
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      String token = jvm + "-" + permits.incrementAndGet();
      long left = Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
      CompletableFuture<Long> asked = ask(token, left);
      long answer;
      try {
        answer = cache.await("take a load permit", asked.copy());
      } catch (CacheException e) {
        var unused =
            asked.whenComplete((reply, failure) -> giveBack(token)); // it may have been given
        log.debug(
            "Cache '{}': this JVM keeps its load budget alone: {}", cache.name(), e.getMessage());
        return new Answer(null, 0, /* isOfThisJvm= */ true);
      }
      if (answer >= 0) {
        return new Answer(token, answer, /* isOfThisJvm= */ false);
      }
      if (answer != NONE_IS_FREE || left == 0) {
        return new Answer(null, 0, /* isOfThisJvm= */ false);
      }
      long most = Math.min(pause, left);
      Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most) + 1);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private CompletableFuture<Long> ask(String token, long longestMillis) {
    long distance =
        budget.maxLoadsPerSecond() == 0 ? 0 : MICROS_PER_SECOND / budget.maxLoadsPerSecond();
    return run(
        cache.redis(),
        List.of(
            "take",
            token,
            LEASE.toMillis(),
            budget.maxLoads(),
            distance,
            longestMillis,
            longestOfAny()));
  }

  /** Longer than the wait of any JVM, also of those that have another configuration. */
  private long longestOfAny() {
    return Math.max(budget.budgetWait().toMillis(), TimeUnit.MINUTES.toMillis(1));
  }

  private Runnable begin(String token, long waitMillis) throws InterruptedException {
    held.add(token);
    try {
      Thread.sleep(waitMillis);
    } catch (InterruptedException e) {
      giveBack(token);
      throw e;
    }
    return () -> giveBack(token);
  }

  /** Does not wait. It may be done twice, or for a permit that was never given. */
  private void giveBack(String token) {
    held.remove(token);
    if (budget.maxLoads() == 0) {
      return;
    }
    var unused =
        run(cache.redis(), List.of("return", token))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    pending.add(LEASE, redis -> run(redis, List.of("return", token)));
                  }
                });
  }

  /** Renews all permits of this JVM. Does not wait. */
  public void renew() {
    if (budget.maxLoads() > 0 && !held.isEmpty()) {
      List<Object> arguments = new ArrayList<>(List.of("renew", LEASE.toMillis()));
      arguments.addAll(held);
      var unused = run(cache.redis(), arguments);
    }
  }

  private CompletableFuture<Long> run(RedisCommands redis, List<Object> arguments) {
    List<String> names = List.of(cache.keys().loadPermits(), cache.keys().nextLoad());
    return redis.runForNumber(LuaScript.LOAD_PERMITS, names, arguments.toArray());
  }
}
