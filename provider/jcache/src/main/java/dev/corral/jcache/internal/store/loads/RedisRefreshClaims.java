package dev.corral.jcache.internal.store.loads;

import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.LuaScript;
import dev.corral.jcache.internal.redis.RedisUnavailableException;
import dev.corral.jcache.internal.store.EntryCodec;
import dev.corral.jcache.internal.store.UncacheableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The claims in Redis, one string for each key. Safe for many threads. */
public final class RedisRefreshClaims<K> implements RefreshClaims<K> {

  private static final Logger log = LoggerFactory.getLogger(RedisRefreshClaims.class);

  /** When a claim is tried again that has failed. */
  private static final long RETRY_MILLIS = 1_000;

  private static final long WARN_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  /** How many claims one script delays. */
  private static final int DELAYED_AT_ONCE = 500;

  private static final String IF_FREE = "";
  private static final String ALWAYS = "1";

  private final CacheContext cache;
  private final EntryCodec<K, ?> codec;
  private final AtomicLong warnedNanos = new AtomicLong(System.nanoTime() - WARN_EVERY_NANOS);

  public RedisRefreshClaims(CacheContext cache, EntryCodec<K, ?> codec) {
    this.cache = cache;
    this.codec = codec;
  }

  /** Identifies a key that may be changed. */
  private record KeyText(String text) {}

  @Override
  public Object idOf(K key) {
    return codec.keys().isSafeMapKey(key) ? key : new KeyText(codec.text(key));
  }

  @Override
  @SuppressWarnings("unchecked")
  public K keyOf(Object id) {
    return id instanceof KeyText it ? codec.key(it.text()) : (K) id;
  }

  /** A key whose claim is requested: its position among all, and its text. */
  private record Request(int position, String text) {}

  @Override
  public List<Long> claim(List<K> keys, Duration interval) {
    List<Long> waits = new ArrayList<>(Collections.nCopies(keys.size(), interval.toMillis()));
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String text = textOf(keys.get(i));
      if (text != null) {
        requests.add(new Request(i, text));
      }
    }
    Map<List<Request>, CompletableFuture<List<Object>>> replies = new LinkedHashMap<>();
    cache
        .keys()
        .byBucket(requests, Request::text)
        .values()
        .forEach(ofBucket -> replies.put(ofBucket, ask(ofBucket, interval, IF_FREE)));
    replies.forEach(
        (ofBucket, reply) -> {
          List<Long> found = found(ofBucket.size(), reply);
          for (int i = 0; i < found.size(); i++) {
            waits.set(ofBucket.get(i).position(), found.get(i));
          }
        });
    return waits;
  }

  /** The text of a key; null if it has none: it is never stored, and not refreshed. */
  private @Nullable String textOf(K key) {
    try {
      return codec.text(key);
    } catch (UncacheableException e) {
      return null;
    }
  }

  private CompletableFuture<List<Object>> ask(
      List<Request> requests, Duration interval, String condition) {
    return cache
        .redis()
        .run(
            LuaScript.CLAIM_REFRESHES,
            requests.stream().map(it -> cache.keys().refreshClaim(it.text())).toList(),
            interval.toMillis(),
            condition);
  }

  private List<Long> found(int requests, CompletableFuture<List<Object>> reply) {
    try {
      List<Object> waits = cache.await("claim a refresh", reply);
      return waits.stream().map(it -> ((Number) it).longValue()).toList();
    } catch (CacheException e) {
      logFailure(e);
      return Collections.nCopies(requests, RETRY_MILLIS);
    }
  }

  private void logFailure(CacheException failure) {
    long warned = warnedNanos.get();
    long now = System.nanoTime();
    if (failure instanceof RedisUnavailableException
        || now - warned < WARN_EVERY_NANOS
        || !warnedNanos.compareAndSet(warned, now)) {
      log.debug("Cache '{}': entries are refreshed later: {}", cache.name(), failure.getMessage());
    } else {
      log.warn(
          "Cache '{}': Redis refuses the claims of periodic refreshes, so entries are not refreshed;"
              + " check its memory and the rights of the user: {}",
          cache.name(),
          failure.getMessage());
    }
  }

  @Override
  public void delay(Collection<K> keys, Duration interval) {
    List<Request> requests = new ArrayList<>();
    for (K key : keys) {
      String text = textOf(key);
      if (text != null) {
        requests.add(new Request(requests.size(), text));
      }
    }
    for (List<Request> ofBucket : cache.keys().byBucket(requests, Request::text).values()) {
      for (int from = 0; from < ofBucket.size(); from += DELAYED_AT_ONCE) {
        int to = Math.min(ofBucket.size(), from + DELAYED_AT_ONCE);
        var unused = ask(ofBucket.subList(from, to), interval, ALWAYS);
      }
    }
  }
}
