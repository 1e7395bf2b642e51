package dev.corral.jcache.internal.pipeline.verify;

import dev.corral.jcache.VerificationStatistics;
import dev.corral.jcache.VerifyOptions;
import dev.corral.jcache.internal.store.ValueComparison.Result;
import dev.corral.jcache.internal.store.VerifiedEntries;
import dev.corral.jcache.internal.store.VerifiedEntries.Change;
import dev.corral.jcache.internal.store.VerifiedEntries.Look;
import dev.failsafe.RateLimiter;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Compares a sample of the hits with the loader, in the background. Safe for many threads.
 *
 * <p>A difference alone says nothing, because a change may be in flight. So a key is looked at
 * several times. An entry is stale if the loader had another value than it, twice, with the delay
 * in between, and nothing wrote the entry from before the first of these two calls of the loader
 * until after the second one. A writer, a transaction or a queued write of the key postpones this.
 *
 * <p>A stale entry is then followed until it changes: often by its mark alone, and with a call of
 * the loader at each age that is counted. How long it lasts after a hit is counted as the age of
 * the hit: for reads at a constant rate, what is left of the time in which an entry is stale has
 * the same distribution as what has passed of it.
 */
public final class Verifier<K, V> {

  private static final int MAX_KEYS = 1_000;
  private static final int MAX_FOLLOWED = 200;

  /** How often a key is looked at again because changes of it are in flight. */
  private static final int MAX_POSTPONED = 5;

  private static final Duration MAX_WAIT_AT_CLOSE = Duration.ofSeconds(10);

  private final VerifyOptions options;
  private final VerifiedEntries<K, V> entries;
  private final Function<K, @Nullable V> loader;
  private final BooleanSupplier isAvailable;
  private final VerificationThreads threads;
  private final DifferenceLog log;
  private final VerificationCounters counters;
  private final RateLimiter<Object> limiter;
  private final ConcurrentHashMap<String, Verification<K>> running = new ConcurrentHashMap<>();
  private final AtomicInteger followed = new AtomicInteger();

  /**
   * @param loader calls the loader, under its budget
   * @param isAvailable whether Redis accepts everything; otherwise nothing is compared
   */
  public Verifier(
      String cacheName,
      VerifyOptions options,
      VerifiedEntries<K, V> entries,
      Function<K, @Nullable V> loader,
      BooleanSupplier isAvailable,
      VerificationThreads threads) {
    this.options = options;
    this.entries = entries;
    this.loader = loader;
    this.isAvailable = isAvailable;
    this.threads = threads;
    this.log = new DifferenceLog(cacheName);
    this.counters = new VerificationCounters(options.delay());
    this.limiter = RateLimiter.burstyBuilder(options.maxPerSecond(), Duration.ofSeconds(1)).build();
  }

  /** The verification of one key. Its steps run one after the other. */
  private static final class Verification<K> {

    /** The key as the caller gave it, which may have changed it since. */
    private final K callers;

    private final String text;
    private final SampledHits hits;
    private int postponed;
    private boolean stale;
    private boolean followed;

    /** When the entry was first known to differ; 0 before. */
    private long differsNanos;

    /** When the stale entry was last known to be in the cache; 0 before. */
    private long staleNanos;

    Verification(K callers, String text, SampledHits hits) {
      this.callers = callers;
      this.text = text;
      this.hits = hits;
    }
  }

  /** The current counts. */
  public VerificationStatistics statistics() {
    return counters.now();
  }

  VerifyOptions options() {
    return options;
  }

  /** A hit, which is compared if it is in the sample. */
  public void sample(K key) {
    if (options.sample() == 1 || ThreadLocalRandom.current().nextDouble() < options.sample()) {
      offer(key);
    }
  }

  /** A hit whose value was the loader's. */
  void countSame() {
    counters.compared.increment();
  }

  /** Compares a hit, unless too many are waiting. Does not block. */
  void offer(K key) {
    String text;
    try {
      text = entries.text(key);
    } catch (CacheException e) {
      return; // such a key has no entry
    }
    long nowNanos = System.nanoTime();
    Verification<K> known = running.get(text);
    boolean isAccepted = known == null ? begin(key, text, nowNanos) : known.hits.add(nowNanos);
    if (!isAccepted) {
      counters.skipped.increment();
    }
  }

  private boolean begin(K key, String text, long nowNanos) {
    if (running.size() >= MAX_KEYS || !limiter.tryAcquirePermit()) {
      return false;
    }
    Verification<K> own = new Verification<>(key, text, new SampledHits(options.delay()));
    if (!own.hits.add(nowNanos) || running.putIfAbsent(text, own) != null) {
      return false;
    }
    threads.run(step(own, () -> look(own)));
    return true;
  }

  private Runnable step(Verification<K> of, Runnable work) {
    return step(work, () -> endWithoutResult(of));
  }

  private Runnable step(Runnable work, Runnable withoutResult) {
    return () -> {
      try {
        if (isAvailable.getAsBoolean()) {
          work.run();
        } else {
          withoutResult.run();
        }
      } catch (Throwable e) { // of the loader, of equals, or of Redis
        log.failed(e);
        withoutResult.run();
      }
    };
  }

  private void later(Verification<K> of, Duration time, Runnable work) {
    threads.runAfter(time, step(of, work));
  }

  private Result compare(Verification<K> of, Look<V> look) {
    return entries.compare(look, loader.apply(entries.key(of.callers, of.text)));
  }

  private void look(Verification<K> of) {
    Look<V> look = entries.look(of.text);
    if (look == null) {
      endWithoutResult(of);
      return;
    }
    switch (compare(of, look)) {
      case SAME -> end(of);
      case UNKNOWN -> incomparable(of);
      case DIFFERENT -> differs(of, look);
    }
  }

  private void differs(Verification<K> of, Look<V> look) {
    switch (entries.changeSince(look)) {
      case NONE -> differsAgain(of, look);
      case CHANGED -> endInFlight(of);
      case IN_FLIGHT -> postpone(of, () -> look(of));
    }
  }

  /**
   * The entry has a mark now, which shows whether it is written after this. So the loader is called
   * once more: what it has returned before may be older than the entry.
   */
  private void differsAgain(Verification<K> of, Look<V> look) {
    switch (compare(of, look)) {
      case SAME -> endInFlight(of);
      case UNKNOWN -> incomparable(of);
      case DIFFERENT -> {
        of.differsNanos = System.nanoTime();
        of.hits.staleSince(of.differsNanos);
        later(of, options.delay(), () -> lookAgain(of, look));
      }
    }
  }

  private void lookAgain(Verification<K> of, Look<V> look) {
    switch (compare(of, look)) {
      case SAME -> agreed(of);
      case UNKNOWN -> incomparable(of);
      case DIFFERENT -> lookAtEntry(of, look);
    }
  }

  /** The loader still has another value, as far as is known. */
  private void lookAtEntry(Verification<K> of, Look<V> look) {
    long nowNanos = System.nanoTime();
    switch (entries.changeSince(look)) {
      case NONE -> stale(of, look, nowNanos);
      case CHANGED -> changed(of);
      case IN_FLIGHT -> postpone(of, () -> lookAgain(of, look));
    }
  }

  /** Nothing has written the entry, and still the loader has its value now. */
  private void agreed(Verification<K> of) {
    if (of.stale) {
      counters.loaderBehind.add(of.hits.stale());
      log.loaderBehind();
      end(of);
    } else {
      endInFlight(of);
    }
  }

  /** Hits after the last look may have got the stale entry, or the one after it. */
  private void changed(Verification<K> of) {
    if (!of.stale) {
      endInFlight(of);
      return;
    }
    long all = remove(of);
    long later = of.hits.uncountedAfter(of.staleNanos);
    counters.unknown.add(later);
    counters.compared.add(all - later);
  }

  private void stale(Verification<K> of, Look<V> look, long nowNanos) {
    of.hits.countStale(nowNanos, counters);
    of.staleNanos = nowNanos;
    of.postponed = 0;
    if (of.stale) {
      follow(of, look, nowNanos);
      return;
    }
    of.stale = true;
    log.differs(of.text, entries.describe(look), options.delay());
    if (options.repair()) {
      repair(of, look);
      return;
    }
    of.followed = tryToFollow();
    if (of.followed) {
      follow(of, look, nowNanos);
    } else {
      of.hits.close();
      later(of, options.delay(), () -> lookAgain(of, look)); // the hits until now are older then
    }
  }

  private boolean tryToFollow() {
    if (followed.incrementAndGet() <= MAX_FOLLOWED) {
      return true;
    }
    followed.decrementAndGet();
    return false;
  }

  /** Calls the loader again when the entry reaches the next age, and looks at the entry before. */
  private void follow(Verification<K> of, Look<V> look, long nowNanos) {
    long ageNanos = nowNanos - of.differsNanos;
    Duration next = of.followed ? counters.ageAfter(ageNanos) : null;
    if (next == null) {
      endWithoutResult(of); // the last hits, which have not reached the least age
      return;
    }
    long nextNanos = next.toNanos() - ageNanos;
    long lookNanos = Math.max(options.delay().toNanos(), ageNanos / 10);
    if (lookNanos < nextNanos) {
      later(of, Duration.ofNanos(lookNanos), () -> lookAtEntry(of, look));
    } else {
      later(of, Duration.ofNanos(nextNanos), () -> lookAgain(of, look));
    }
  }

  /** Removes the entry, and finds out later whether the loader has returned an older value. */
  private void repair(Verification<K> of, Look<V> look) {
    boolean isRemoved = entries.removeUnlessChanged(look) == Change.NONE;
    if (isRemoved) {
      counters.repaired.increment();
    }
    end(of);
    if (isRemoved && tryToFollow()) {
      Runnable work = step(() -> lookAfterRepair(of, look), () -> {});
      threads.runAfter(
          options.delay(),
          () -> {
            followed.decrementAndGet();
            work.run();
          });
    }
  }

  private void lookAfterRepair(Verification<K> of, Look<V> look) {
    if (compare(of, look) == Result.SAME) {
      counters.loaderBehind.add(of.hits.stale());
      log.loaderBehind();
    }
  }

  private void postpone(Verification<K> of, Runnable work) {
    of.postponed++;
    if (of.postponed > MAX_POSTPONED) {
      endWithoutResult(of);
    } else {
      later(of, options.delay(), work);
    }
  }

  private void incomparable(Verification<K> of) {
    log.incomparable();
    endWithoutResult(of);
  }

  private void endInFlight(Verification<K> of) {
    counters.inFlight.increment();
    end(of);
  }

  private void end(Verification<K> of) {
    counters.compared.add(remove(of));
  }

  private void endWithoutResult(Verification<K> of) {
    counters.unknown.add(remove(of));
  }

  /** Ends a verification; returns the number of its hits that were not counted. */
  private long remove(Verification<K> of) {
    boolean isFirst = running.remove(of.text, of);
    if (of.followed) {
      of.followed = false;
      followed.decrementAndGet();
    }
    of.hits.close();
    return isFirst ? of.hits.uncounted() : 0;
  }

  /** Compares nothing any more, and waits for calls of the loader that are running. */
  public void close() {
    if (!threads.close(MAX_WAIT_AT_CLOSE)) {
      log.stillRunning(MAX_WAIT_AT_CLOSE);
    }
  }
}
