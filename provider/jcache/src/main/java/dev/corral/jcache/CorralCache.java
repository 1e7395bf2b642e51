package dev.corral.jcache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.management.CacheStatisticsMXBean;
import org.jspecify.annotations.Nullable;

/**
 * A cache of Corral, with the operations and statistics that the standard does not have. Get it by
 * {@code cache.unwrap(CorralCache.class)}. Safe for many threads.
 *
 * <p>All methods throw {@link IllegalStateException} if the cache is closed, except for the
 * asynchronous ones, whose futures fail; see {@link AsyncCache}. The methods for the queue of the
 * writer call Redis, and throw {@link CacheException} if it is unavailable. Without write-behind, a
 * cache has no queue: these methods do not call Redis, and return true, 0, or an empty list.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface CorralCache<K, V> extends Cache<K, V>, AsyncCache<K, V> {

  /**
   * Removes all entries that have one of the tags, in all JVMs, whatever their number: one step for
   * each bucket in Redis. When this returns, no JVM reads an older entry with one of the tags; near
   * caches of other JVMs may do so within their {@code maxStaleness}. A value whose load began
   * before is not stored. Later entries may have the tags again.
   *
   * <p>As with {@code clear()}, no listener and no writer is called, and queued changes of
   * write-behind stay. During an outage, the buckets concerned are cleared when they are available
   * again; a fail-fast cache throws.
   *
   * @param tags see {@link EntryTags}; without tags, nothing is done
   * @throws NullPointerException if a tag is null
   * @throws CacheException if Redis fails, or if the cache fails fast during an outage
   */
  void invalidateTags(String... tags);

  /**
   * Stores a value, as {@link #put(Object, Object)}, with options of its own.
   *
   * @throws NullPointerException if an argument is null
   * @throws CacheException if the value cannot be stored
   */
  void put(K key, V value, EntryOptions options);

  /**
   * Stores a value if the key has none, as {@link #putIfAbsent(Object, Object)}, with options of
   * its own.
   *
   * @return whether it was stored
   * @throws NullPointerException if an argument is null
   * @throws CacheException if the value cannot be stored
   */
  boolean putIfAbsent(K key, V value, EntryOptions options);

  /**
   * Stores values, as {@link #putAll(Map)}, all with the same options.
   *
   * @throws NullPointerException if an argument, a key or a value is null
   * @throws CacheException if a value cannot be stored
   */
  void putAll(Map<? extends K, ? extends V> map, EntryOptions options);

  /**
   * Records that a transaction is about to change keys in the database. Call it before COMMIT. The
   * entries are removed in all JVMs, and until the intent ends, readers ask the loader or miss, and
   * nothing that is loaded, computed or {@linkplain #fill filled} is stored for the keys. So after
   * the COMMIT no read returns an older value, even if this JVM dies before it {@linkplain
   * ChangeIntent#confirm confirms}. A {@code put} is not held back.
   *
   * <p>It ends by the methods of the intent, or by itself. While this JVM runs, it is renewed for
   * up to one hour, until one of its methods is called. No listener and no writer is called.
   * Several intents may exist for one key.
   *
   * @param keys without keys, nothing is done
   * @param time after which it ends by itself if this JVM dies; from one second to one day. Longer
   *     than the database may need for a COMMIT that it has received. As it is renewed after a
   *     third of the time, it ends after two thirds at the earliest
   * @throws NullPointerException if an argument or a key is null
   * @throws IllegalArgumentException if the time is too short or too long
   * @throws UnsupportedOperationException if the cache writes behind, so that its queue changes the
   *     database
   * @throws CacheUnavailableException if Redis is unavailable for a key; then no intent is left,
   *     and the entries may have been removed
   * @throws CacheException if Redis refuses the intent; the same
   */
  ChangeIntent recordIntent(Set<? extends K> keys, Duration time);

  /**
   * Removes entries because their rows have changed: as {@link #removeAll(Set)}, but no listener
   * and no writer is called. A value whose load, computation or {@link #fill} began before is not
   * stored. During an outage, the entries are removed when Redis is available again, before this
   * JVM reads it; a fail-fast cache also throws.
   *
   * @throws NullPointerException if a key is null
   * @throws CacheException if Redis fails, or if the cache fails fast during an outage
   */
  void invalidateAll(Set<? extends K> keys);

  /**
   * The value of a key, if the cache has one. Calls no loader, also if the cache reads through. A
   * hit is an access.
   *
   * @return null for a miss
   * @throws NullPointerException if the key is null
   * @throws CacheException if Redis fails, and the cache fails fast; otherwise it is a miss
   */
  @Nullable V getIfPresent(K key);

  /**
   * Looks up an entry for a caller that reads the database itself on a miss, and then calls {@link
   * #fill}. Calls no loader, also if the cache reads through. A hit is an access, and costs one
   * command in Redis; a miss costs two.
   *
   * @throws NullPointerException if the key is null
   * @throws CacheException if Redis fails, and the cache fails fast; otherwise it is a miss
   */
  Lookup<V> lookUp(K key);

  /**
   * Stores a value that the caller has read from the database after a {@link #lookUp} that missed.
   * It is not stored if the key was changed, removed, cleared or invalidated since, or if a
   * transaction has recorded an {@linkplain #recordIntent intent} for it. As for a load, no writer
   * is called, and it is not counted as a put.
   *
   * @param ticket of the lookup, by any thread of this or another JVM
   * @return whether it was stored
   * @throws NullPointerException if an argument is null
   * @throws CacheException if the value cannot be stored
   */
  boolean fill(K key, FillTicket ticket, V value);

  /**
   * What is known about an entry besides its value. It is no access, counts no lookup, and calls no
   * loader.
   *
   * @return empty if there is no entry
   * @throws CacheException if Redis is unavailable
   */
  Optional<EntryMetadata> metadata(K key);

  /**
   * Loads many keys in the background, in batches, by one call of the loader for each. Each batch
   * is a load as any other: one load per key in the cluster, and no value overwrites a newer one.
   *
   * @param keys any number of them: they are read as they are needed, in another thread, and not
   *     kept. Reading may block. A null ends the warm-up with a {@link NullPointerException}
   * @return the warm-up, which is running
   * @throws NullPointerException if an argument is null
   * @throws CacheException if the cache has no loader
   */
  WarmUp warm(Iterable<? extends K> keys, WarmUpOptions options);

  /**
   * Loads many keys, as {@link #warm(Iterable, WarmUpOptions)}, and closes the stream at the end,
   * such as one that reads the keys from a database.
   *
   * @throws NullPointerException if an argument is null
   * @throws CacheException if the cache has no loader
   */
  WarmUp warm(Stream<? extends K> keys, WarmUpOptions options);

  /**
   * The keys that are read most often in all JVMs, as {@link CorralConfiguration.Builder#hotKeys}
   * records them: an estimate by a sample, in which later reads weigh more than earlier ones. It
   * survives {@code clear()}, so a {@link #warm(Iterable, WarmUpOptions) warm-up} can load them
   * again. If Redis is unavailable, or has lost the list, these are the keys that this JVM reads
   * most often.
   *
   * @param number maximum number of keys
   * @return the hottest key first, without those that this JVM cannot decode; empty if the cache
   *     does not record them
   * @throws IllegalArgumentException if the number is negative
   */
  List<K> hottestKeys(int number);

  /**
   * Makes all queued writes due at once, and waits until those from before the call are written.
   * Any JVM may write them. Dead letters are not waited for.
   *
   * @param timeout the maximum wait; with zero, this method makes the writes due and does not wait
   * @return true if no change from before the call is queued any more: it is written or a dead
   *     letter. False after the timeout, or if the thread was interrupted
   * @throws CacheException if Redis is unavailable at the call, or still after the timeout
   */
  boolean flush(Duration timeout);

  /**
   * The queue of the writer: its current state, and counters for all JVMs. The call asks all
   * buckets in Redis.
   *
   * @throws CacheException if Redis is unavailable
   */
  WriteBehindStatistics writeBehindStatistics();

  /**
   * The changes that the writer has refused {@code maxAttempts} times, in no order.
   *
   * @throws CacheException if Redis is unavailable
   */
  List<DeadLetter<K, V>> deadLetters();

  /**
   * Queues all dead letters again, due at once.
   *
   * @return the number of dead letters
   * @throws CacheException if Redis is unavailable
   */
  int replayDeadLetters();

  /**
   * Deletes all dead letters. Their changes never reach the database.
   *
   * @return the number of dead letters
   * @throws CacheException if Redis is unavailable
   */
  int discardDeadLetters();

  /** The counters of the loader in this JVM. */
  LoadingStatistics loadingStatistics();

  /**
   * How fresh the hits of this JVM were, by {@link CorralConfiguration.Builder#verify comparing} a
   * sample of them with the loader.
   */
  VerificationStatistics verificationStatistics();

  /** The near cache of this JVM: its size and its counters. */
  NearCacheStatistics nearCacheStatistics();

  /** The counters of the stored values and keys that this JVM could not decode. */
  DecodingStatistics decodingStatistics();

  /** The values that this JVM did not store because of their classes, and the patterns to add. */
  RefusalStatistics refusalStatistics();

  /** The current outage, if any, and the counters of operations during outages in this JVM. */
  OutageStatistics outageStatistics();

  /**
   * The settings of the connection and of this cache as they apply, each with the place that
   * decided it. Secrets are masked. Does not call Redis.
   */
  List<EffectiveSetting> effectiveSettings();

  /** The counters of the standard in this JVM; they count while statistics are enabled. */
  CacheStatisticsMXBean statistics();
}
