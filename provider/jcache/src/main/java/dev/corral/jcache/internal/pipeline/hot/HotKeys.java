package dev.corral.jcache.internal.pipeline.hot;

import dev.corral.jcache.HotKeyOptions;
import dev.corral.jcache.internal.pipeline.hot.SpaceSaving.Counter;
import dev.corral.jcache.internal.store.HotKeyList;
import dev.corral.jcache.internal.store.HotKeyList.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records which keys of a cache are read most often: a sample of the reads in this JVM, whose
 * counts are added to a list in Redis from time to time. Safe for many threads.
 */
public final class HotKeys<K> implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(HotKeys.class);
  private static final Duration SHORTEST_PERIOD = Duration.ofSeconds(1);
  private static final Duration LONGEST_PERIOD = Duration.ofMinutes(1);

  /** More keys are sent by several scripts, so that none blocks Redis for long. */
  private static final int MAX_SENT = 500;

  /** A smaller count is none: the key is no longer read. */
  private static final double SMALLEST = 0.01;

  /** A longer text of a key is not recorded, so the list is small. */
  private static final int LONGEST_TEXT = 1_000;

  private final HotKeyOptions options;
  private final Function<K, String> textOf;
  private final Function<String, K> keyOf;
  private final HotKeyList list;

  /** Guards the fields that follow. */
  private final ReentrantLock lock = new ReentrantLock();

  private final SpaceSaving<String> counters;
  private long agedNanos = System.nanoTime();
  private boolean sending;

  /** The list that has what was reported; empty if it was lost, or before the first report. */
  private String listId = "";

  /**
   * @param textOf the text of a key; throws {@link CacheException} if it has none
   * @param keyOf the key of a text; throws {@link CacheException} if this JVM cannot decode it
   */
  public HotKeys(
      HotKeyOptions options,
      Function<K, String> textOf,
      Function<String, K> keyOf,
      HotKeyList list) {
    this.options = options;
    this.textOf = textOf;
    this.keyOf = keyOf;
    this.list = list;
    this.counters = new SpaceSaving<>(2 * options.maxKeys());
  }

  /** How often the counts are added to the list. */
  public Duration period() {
    Duration quarter = options.halfLife().dividedBy(4);
    Duration atLeast = quarter.compareTo(SHORTEST_PERIOD) < 0 ? SHORTEST_PERIOD : quarter;
    return atLeast.compareTo(LONGEST_PERIOD) < 0 ? atLeast : LONGEST_PERIOD;
  }

  /** Counts a read of a key, if it is in the sample. */
  public void recordRead(K key) {
    if (options.sampleEvery() == 1
        || ThreadLocalRandom.current().nextInt(options.sampleEvery()) == 0) {
      count(key);
    }
  }

  /** If another thread is counting, the read is left out: few are, and at random. */
  private void count(K key) {
    String text;
    try {
      text = textOf.apply(key);
    } catch (CacheException e) {
      return; // the read itself fails, or skips the key
    }
    if (text.length() <= LONGEST_TEXT && lock.tryLock()) {
      try {
        counters.add(text);
      } finally {
        lock.unlock();
      }
    }
  }

  /** What is sent of a counter. */
  private record Part(Counter<String> counter, String key, double count) {}

  /**
   * Adds what was counted to the list, or finds out whether the list was lost. Does not wait for
   * Redis. Never throws, since the timer would not call it again.
   */
  @Override
  public void run() {
    List<Part> parts;
    lock.lock();
    try {
      if (sending) {
        return;
      }
      age();
      parts = unreported().toList();
      if (parts.isEmpty() && listId.isEmpty()) {
        return;
      }
      sending = true;
    } finally {
      lock.unlock();
    }
    try {
      List<CompletableFuture<?>> replies = new ArrayList<>();
      for (int from = 0; from == 0 || from < parts.size(); from += MAX_SENT) {
        replies.add(send(parts.subList(from, Math.min(from + MAX_SENT, parts.size()))));
      }
      var unused =
          CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
              .whenComplete((done, failure) -> sent(failure));
    } catch (Throwable e) {
      sent(e);
    }
  }

  private CompletableFuture<?> send(List<Part> parts) {
    Map<String, Double> counts = new HashMap<>();
    parts.forEach(it -> counts.put(it.key(), it.count() * options.sampleEvery()));
    return list.add(counts, options).thenAccept(id -> sent(parts, id));
  }

  private void sent(@Nullable Throwable failure) {
    lock.lock();
    try {
      sending = false;
    } finally {
      lock.unlock();
    }
    if (failure != null) {
      list.logFailure(
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure);
    }
  }

  private void sent(List<Part> parts, String id) {
    lock.lock();
    try {
      found(id);
      for (Part part : parts) {
        if (part.counter().key().equals(part.key())) {
          part.counter().reported(part.counter().reported() + part.count());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** If this is another list than before, the earlier reports are lost, and are sent again. */
  private void found(String id) {
    if (!id.equals(listId)) {
      counters.forgetReports();
      listId = id;
    }
  }

  private void age() {
    long now = System.nanoTime();
    double halfLives = (double) (now - agedNanos) / options.halfLife().toNanos();
    agedNanos = now;
    counters.age(Math.pow(0.5, halfLives));
  }

  private Stream<Part> unreported() {
    return counters.top(options.maxKeys()).stream()
        .filter(it -> it.unreported() > 0.5)
        .map(it -> new Part(it, it.key(), it.unreported()));
  }

  /**
   * The keys that are read most often, in all JVMs; only in this JVM if Redis is unavailable, or
   * has lost the list.
   *
   * @param number maximum number of keys
   * @return the hottest key first, without those that this JVM cannot decode
   */
  public List<K> hottest(int number) {
    Content content = inRedis();
    Map<String, Double> counts = content == null ? new HashMap<>() : content.counts();
    lock.lock();
    try {
      if (content != null) {
        found(content.id());
      }
      age();
      for (Counter<String> counter : counters.top(options.maxKeys())) {
        double count = content == null ? counter.atLeast() : counter.unreported();
        counts.merge(counter.key(), count * options.sampleEvery(), Double::sum);
      }
    } finally {
      lock.unlock();
    }
    counts.values().removeIf(it -> it < SMALLEST);
    List<String> texts = new ArrayList<>(counts.keySet());
    texts.sort(Comparator.<String, Double>comparing(counts::get).reversed());
    return texts.stream().flatMap(this::decoded).limit(number).toList();
  }

  private Stream<K> decoded(String text) {
    try {
      return Stream.of(keyOf.apply(text));
    } catch (CacheException e) {
      log.debug("A hot key cannot be decoded", e);
      return Stream.of();
    }
  }

  private @Nullable Content inRedis() {
    try {
      return list.read(options);
    } catch (CacheException e) {
      log.debug("Only the hottest keys of this JVM are known now: {}", e.getMessage());
      return null;
    }
  }
}
