package dev.corral.jcache.internal.feed;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the changes of a cache for a JVM that keeps entries of it near: hears which ones changed,
 * and asks every now and then whether it heard all; see {@link NearCacheLease}. Changes are
 * announced only while some JVM follows. A bucket that nobody reads is not followed.
 */
public final class Invalidations implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Invalidations.class);

  /** Redis announces changes for so long after it was last asked; far longer than any staleness. */
  public static final Duration LEASE = Duration.ofSeconds(30);

  /** How often Redis is asked while a lease lasts. */
  private static final int QUESTIONS_PER_LEASE = 4;

  private final CacheContext cache;
  private final List<NearCacheLease> buckets;
  private final Map<String, NearCacheLease> byChannel = new HashMap<>();
  private final Consumer<String> invalidate;
  private final ScheduledFuture<?> timer;

  /** What kind of channels there are Redis has to tell first. */
  private final LazyRetry<NearChannels> channels;

  private volatile boolean closed;

  /**
   * Begins to follow, now or as soon as Redis is there.
   *
   * @param leases one for each bucket, in the order of the buckets
   * @param staleness the bound of the leases; below {@link #LEASE}
   * @param invalidate receives the text of each key whose entry changed; must not block
   */
  public Invalidations(
      CacheContext cache,
      List<NearCacheLease> leases,
      Duration staleness,
      Consumer<String> invalidate,
      ScheduledExecutorService timer) {
    this.cache = cache;
    this.buckets = leases;
    this.invalidate = invalidate;
    this.channels = new LazyRetry<>(() -> NearChannels.open(cache, this::accept));
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      byChannel.put(cache.keys().invalidations(bucket), buckets.get(bucket));
    }
    this.timer =
        timer.scheduleAtFixedRate(
            this::follow,
            0,
            staleness.dividedBy(QUESTIONS_PER_LEASE).toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** On the timer, which forgets what throws. Whatever fails here, the leases end. */
  private void follow() {
    try {
      listenAndAsk();
    } catch (RuntimeException e) {
      log.debug("Cache '{}': cannot follow its changes now", cache.name(), e);
    }
  }

  /** Listens if it does not yet, then asks for the last change of every bucket that is read. */
  private synchronized void listenAndAsk() {
    NearChannels open =
        closed || !cache.redis().availability().isAvailable() ? null : channels.result();
    if (open == null) {
      return;
    }
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      NearCacheLease coherence = buckets.get(bucket);
      if (open.isHeard(bucket) && coherence.isWorthFollowing()) {
        ask(bucket, coherence, open.lease());
      }
    }
  }

  private void ask(int bucket, NearCacheLease coherence, String lease) {
    long numberWhenSent = coherence.number();
    long sentNanos = System.nanoTime();
    var unused =
        cache
            .redis()
            .runForNumber(
                LuaScript.FOLLOW_INVALIDATIONS,
                List.of(cache.keys().invalidations(bucket), cache.keys().subscriptions(bucket)),
                LEASE.toMillis(),
                lease)
            .whenComplete(
                (told, failure) -> {
                  if (told == null) {
                    log.debug("Cache '{}': no news of its changes", cache.name(), failure);
                  } else {
                    coherence.told(sentNanos, numberWhenSent, told);
                  }
                });
  }

  private void accept(String channel, byte[] message) {
    NearCacheLease coherence = byChannel.get(channel);
    if (coherence == null || closed) {
      return;
    }
    Invalidation announcement = Invalidation.of(message);
    if (announcement == null) {
      coherence.forgetAll();
      return;
    }
    List<String> keys = announcement.keys();
    if (keys != null) {
      keys.forEach(invalidate);
    }
    coherence.announced(announcement.before(), announcement.number(), keys == null);
  }

  @Override
  public synchronized void close() {
    closed = true;
    timer.cancel(false);
    channels.end(NearChannels::close);
  }
}
