package dev.corral.jcache.internal.store;

import dev.corral.jcache.VerifyOptions.Comparison;
import dev.corral.jcache.internal.codec.keys.KeyCodecs;
import dev.corral.jcache.internal.entry.EntryDetails;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.KeySpace;
import dev.corral.jcache.internal.redis.LuaScript;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a cache as a verification sees them: it reads an entry, and finds out later
 * whether nothing has written it. Safe for many threads.
 */
public final class VerifiedEntries<K, V> {

  private static final int FIRST_MARK = 240; // MAX_RELOAD_MARK + 1, see envelope.lua
  private static final int LAST_MARK = 255;
  private static final long CHANGED = 0; // results of verify_entry.lua
  private static final long SAME = 1;

  private final CacheContext cache;
  private final EntryCodec<K, V> codec;
  private final EntryReads<K, V> reads;
  private final ValueComparison<V> comparison;

  public VerifiedEntries(
      CacheContext cache, EntryCodec<K, V> codec, EntryReads<K, V> reads, Comparison comparison) {
    this.cache = cache;
    this.codec = codec;
    this.reads = reads;
    this.comparison = new ValueComparison<>(codec, comparison);
  }

  /** What has become of an entry. */
  public enum Change {
    /** Nothing has written it. */
    NONE,
    /** It was written, has expired, or is gone. */
    CHANGED,
    /** A writer, a transaction, a load or the write-behind queue is at work for the key. */
    IN_FLIGHT
  }

  /** An entry, or a negative entry, as it was read. Not safe for many threads. */
  public static final class Look<V> {

    private final String key;
    private final @Nullable V value;
    private final byte[] stored;
    private final Snapshot<V> snapshot;
    private final int mark = ThreadLocalRandom.current().nextInt(FIRST_MARK, LAST_MARK + 1);

    private Look(String key, byte[] stored, Snapshot<V> snapshot) {
      this.key = key;
      this.value = snapshot.value();
      this.stored = stored;
      this.snapshot = snapshot;
    }
  }

  /** The text of a key. */
  public String text(K key) {
    return codec.text(key);
  }

  /**
   * The key of a text, although the caller may have changed its own key since.
   *
   * @param callers the key from which the text was made
   * @throws CacheException if the caller has changed the key, and this JVM cannot decode the text
   */
  public K key(K callers, String text) {
    if (codec.keys().isSafeMapKey(callers)) {
      return callers;
    }
    try {
      return codec.key(text);
    } catch (CacheException e) { // as for a class that is not allowed
      if (text(callers).equals(text)) {
        return callers;
      }
      throw e;
    }
  }

  /**
   * Reads an entry.
   *
   * @return null unless it is live or negative
   * @throws CacheException if Redis fails
   */
  public @Nullable Look<V> look(String key) {
    RawEntry raw = reads.stored(key);
    byte[] stored = raw.entry();
    Snapshot<V> seen = reads.snapshot(raw);
    boolean isAnswer = seen.isLive() || seen.state() == Prior.NEGATIVE;
    return stored == null || !isAnswer ? null : new Look<>(key, stored.clone(), seen);
  }

  /**
   * Compares an entry with what the loader returned.
   *
   * @param loaded null if the loader has no value for the key
   * @throws RuntimeException if the loaded value cannot be stored, or its {@code equals} fails
   */
  public ValueComparison.Result compare(Look<V> look, @Nullable V loaded) {
    return comparison.compare(look.value, loaded);
  }

  /**
   * Whether an entry is still the one that was read. Leaves a mark in it, by which a later call
   * notices also that it was replaced by an equal one.
   *
   * @throws CacheException if Redis fails
   */
  public Change changeSince(Look<V> look) {
    Change change = call(look, look.mark);
    if (change == Change.NONE) {
      Envelope.markUnlessMarked(look.stored, (byte) look.mark);
    }
    return change;
  }

  /**
   * Removes an entry if it is still the one that was read; as {@code invalidateAll}, without an
   * event.
   *
   * @return NONE if it was removed
   * @throws CacheException if Redis fails
   */
  public Change removeUnlessChanged(Look<V> look) {
    return call(look, "remove");
  }

  private Change call(Look<V> look, Object action) {
    KeySpace keys = cache.keys();
    int bucket = keys.bucketOf(look.key);
    List<String> names =
        List.of(
            keys.entry(bucket, look.key),
            keys.writeFence(look.key),
            keys.generation(bucket),
            keys.lastInvalidation(bucket),
            keys.tags(bucket),
            keys.subscriptions(bucket),
            keys.invalidations(bucket),
            keys.expiryIndex(bucket),
            keys.expiringValues(bucket),
            keys.queue(bucket).get(0),
            keys.dead(bucket),
            keys.loadLock(look.key));
    long result =
        cache.await(
            "verify",
            cache.redis().runForNumber(LuaScript.VERIFY_ENTRY, names, digest(look.stored), action));
    if (result == SAME) {
      return Change.NONE;
    }
    return result == CHANGED ? Change.CHANGED : Change.IN_FLIGHT;
  }

  /** The digest of the stored bytes without the deadline. */
  private static String digest(byte[] stored) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(stored, 0, Envelope.DEADLINE_OFFSET);
      int afterDeadline = Envelope.DEADLINE_OFFSET + Long.BYTES;
      sha1.update(stored, afterDeadline, stored.length - afterDeadline);
      return HexFormat.of().formatHex(sha1.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-1", e);
    }
  }

  /** What is known about an entry besides its value, for a message. */
  public String describe(Look<V> look) {
    Snapshot<V> seen = look.snapshot;
    EntryDetails details = seen.details();
    String version = details.version();
    int bucket = cache.keys().bucketOf(look.key);
    Envelope envelope = Envelope.of(look.stored, Envelope.generationOf(look.stored));
    return "Redis key %s, %s, %s, %s, generation %d%s%s%s"
        .formatted(
            cache.keys().entry(bucket, look.key),
            seen.isLive() ? "a value" : "a negative entry",
            details.storedMillis() == 0
                ? "stored at an unknown time"
                : "stored at " + Instant.ofEpochMilli(details.storedMillis()),
            envelope.deadlineMillis() == 0
                ? "without a deadline"
                : "expires at " + Instant.ofEpochMilli(envelope.deadlineMillis()),
            Envelope.generationOf(look.stored),
            envelope.loadMillis() == 0 ? "" : ", loaded in " + envelope.loadMillis() + " ms",
            version == null ? "" : ", version " + KeyCodecs.printable(version),
            details.tags().isEmpty()
                ? ""
                : ", tags " + details.tags().stream().map(KeyCodecs::printable).toList());
  }
}
