package dev.corral.jcache.internal.store.locks;

import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.EntryReads;
import dev.corral.jcache.internal.store.HeldLock;
import dev.corral.jcache.internal.store.RawEntry;
import dev.corral.jcache.internal.store.locks.LockCommands.Answer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Key locks in Redis: reentrant for a thread, renewed while the JVM lives, and ended by Redis when
 * it died. The threads of one JVM take turns on a key first, in the order of their coming, so that
 * one of them at a time asks Redis for it.
 *
 * <p>A lock is a lease. A JVM that stands still for longer than it lasts, or whose Redis forgot it,
 * may go on beside another holder; so what is committed under it is compared, or has a mark.
 */
public final class RedisKeyLocks<K, V> implements KeyLocks<K, V>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedisKeyLocks.class);

  /** How often {@link #renew} is to be called. */
  public static final Duration RENEWAL = LockCommands.LEASE.dividedBy(4);

  private static final Duration CLOSING = Duration.ofSeconds(1);
  private static final long LOOK_MILLIS = 5;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private final CacheContext cache;
  private final LockCommands calls;
  private final EntryCodec<K, V> codec;
  private final EntryReads<K, V> reads;
  private final Duration patience;
  private final ConcurrentMap<String, Turn> turns = new ConcurrentHashMap<>();
  private final AtomicInteger releasing = new AtomicInteger();

  /**
   * @param patience how long to wait for a key that another thread or JVM holds
   */
  public RedisKeyLocks(
      CacheContext cache, EntryCodec<K, V> codec, EntryReads<K, V> reads, Duration patience) {
    this.cache = cache;
    this.calls = new LockCommands(cache, reads::typicalBytes);
    this.codec = codec;
    this.reads = reads;
    this.patience = patience;
  }

  /** Which thread of this JVM has a key; and its lock in Redis, which only that thread asks for. */
  private static final class Turn extends ReentrantLock {

    private static final long serialVersionUID = 1L;
    private static final long NO_HOLD = 0;

    private final String key;

    /** Of threads that have or want it; the map guards it. */
    private int users;

    private transient @Nullable CompletableFuture<Answer> asked;
    private volatile long hold = NO_HOLD;

    Turn(String key) {
      super(true);
      this.key = key;
    }

    boolean isNested() {
      return getHoldCount() > 1;
    }
  }

  /** Ends with the commit. */
  private record EndsWithCommit(Turn turn, String token) implements HeldLock {

    @Override
    public void released() {
      turn.asked = null;
      turn.hold = Turn.NO_HOLD;
    }
  }

  @Override
  public <R> R whileHolding(Collection<? extends K> keys, Supplier<R> action) {
    TreeSet<String> sorted = new TreeSet<>();
    keys.forEach(key -> sorted.add(codec.text(key)));
    long deadline = deadline();
    Deque<Turn> mine = new ArrayDeque<>(sorted.size());
    try {
      List<Turn> wanted = new ArrayList<>(sorted.size());
      for (String key : sorted) {
        Turn turn = begin(key, deadline);
        mine.push(turn);
        if (!turn.isNested()) {
          wanted.add(turn);
        }
      }
      takeAll(wanted, deadline);
      return action.get();
    } finally {
      mine.forEach(this::end);
    }
  }

  @Override
  public <R> R whileHolding(K key, BiFunction<Snapshot<V>, HeldLock, R> action) {
    long deadline = deadline();
    Turn turn = begin(codec.text(key), deadline);
    try {
      if (turn.isNested()) {
        return action.apply(reads.observe(turn.key), HeldLock.NOT_RELEASED_BY_COMMIT);
      }
      Snapshot<V> seen = reads.snapshot(turn.key, takeAndLook(turn, deadline));
      return action.apply(seen, new EndsWithCommit(turn, calls.name(turn.hold)));
    } finally {
      end(turn);
    }
  }

  private long deadline() {
    return System.nanoTime() + patience.toNanos();
  }

  private Turn begin(String key, long deadline) {
    Turn turn =
        turns.compute(
            key,
            (same, standing) -> {
              Turn of = standing == null ? new Turn(key) : standing;
              of.users++;
              return of;
            });
    boolean had = false;
    try {
      had = turn.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      if (!had) {
        leave(turn);
      }
    }
    if (!had) {
      throw heldForTooLong();
    }
    return turn;
  }

  private void leave(Turn turn) {
    turns.computeIfPresent(turn.key, (key, it) -> --it.users == 0 ? null : it);
  }

  private CompletableFuture<Answer> ask(
      Turn turn, BiFunction<String, Long, CompletableFuture<Answer>> call) {
    long hold = calls.nextHold();
    CompletableFuture<Answer> asked = call.apply(turn.key, hold);
    turn.asked = asked;
    turn.hold = hold;
    return asked;
  }

  /** A reply that comes after we gave up is still looked at, by {@link #release}. */
  private Answer answer(Turn turn, CompletableFuture<Answer> asked) {
    calls.waitFor(turn.key, asked);
    return cache.await("lock", asked.copy());
  }

  /** Waits for it if others hold it. */
  private RawEntry takeAndLook(Turn turn, long deadline) {
    for (long pause = FIRST_PAUSE_NANOS; ; pause = longer(pause)) {
      Answer answer = answer(turn, ask(turn, calls::takeAndLook));
      if (answer.done()) {
        return answer.stored();
      }
      pause(pause, deadline);
    }
  }

  /** Waits for those that others hold. */
  private void takeAll(List<Turn> wanted, long deadline) {
    List<Turn> left = wanted;
    for (long pause = FIRST_PAUSE_NANOS; ; pause = longer(pause)) {
      left = takeInOrder(left);
      if (left.isEmpty()) {
        return;
      }
      pause(pause, deadline);
    }
  }

  private static long longer(long pauseNanos) {
    return Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
  }

  /**
   * Gives the first that was not free, and all after it. Of those it keeps none: whoever waits for
   * a key holds no later one, so no two wait for each other.
   */
  private List<Turn> takeInOrder(List<Turn> wanted) {
    List<CompletableFuture<Answer>> asked = new ArrayList<>(wanted.size());
    wanted.forEach(turn -> asked.add(ask(turn, calls::take)));
    for (int i = 0; i < wanted.size(); i++) {
      if (!answer(wanted.get(i), asked.get(i)).done()) {
        List<Turn> left = wanted.subList(i, wanted.size());
        left.forEach(this::release);
        return left;
      }
    }
    return List.of();
  }

  /** Some of the time at random, so that those who wait for a key do not ask all at once. */
  private void pause(long nanos, long deadline) {
    if (System.nanoTime() - deadline >= 0) {
      throw heldForTooLong();
    }
    try {
      TimeUnit.NANOSECONDS.sleep(ThreadLocalRandom.current().nextLong(nanos / 2, nanos));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void end(Turn turn) {
    if (!turn.isNested()) {
      release(turn);
    }
    turn.unlock();
    leave(turn);
  }

  /**
   * Nobody waits for it: this JVM can take the key again before it is released. A lock that cannot
   * be released ends by itself; the change it guarded stands.
   */
  private void release(Turn turn) {
    CompletableFuture<Answer> asked = turn.asked;
    long hold = turn.hold;
    turn.asked = null;
    turn.hold = Turn.NO_HOLD;
    if (asked != null) {
      var unused =
          asked.whenComplete(
              (answer, failure) -> {
                if (failure != null || answer.done()) {
                  release(turn.key, hold);
                }
              });
    }
  }

  /** What failed may have been taken nevertheless: its reply may be lost. */
  private void release(String key, long hold) {
    releasing.incrementAndGet();
    var unused =
        calls
            .release(key, hold)
            .whenComplete(
                (done, failure) -> {
                  releasing.decrementAndGet();
                  if (failure != null) {
                    logUnreleased(cache.failure("unlock", failure));
                  }
                });
  }

  private static void logUnreleased(CacheException failure) {
    log.atLevel(failure instanceof RedisUnavailableException ? Level.DEBUG : Level.WARN)
        .log("{}; the lock ends by itself", failure.getMessage());
  }

  /** Prolongs what is held; never waits. What is taken while it is at work has time enough. */
  public void renew() {
    for (Turn turn : turns.values()) {
      long hold = turn.hold;
      if (hold != Turn.NO_HOLD) {
        var unused = calls.renew(turn.key, hold);
      }
    }
  }

  private CacheException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new CacheException(
        "cache '%s': interrupted while waiting for a key".formatted(cache.name()), cause);
  }

  private CacheException heldForTooLong() {
    return new CacheException(
        "cache '%s': a key was held by another entry processor or cache writer for more than %d s"
            .formatted(cache.name(), patience.toSeconds()));
  }

  /** Waits for what is being released, so that nobody has to wait for the lock to end by itself. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSING.toNanos();
    while (releasing.get() > 0 && System.nanoTime() - deadline < 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
