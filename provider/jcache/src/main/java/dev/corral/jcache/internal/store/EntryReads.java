package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.entry.EntryDetails;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Chunks;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.redis.batch.RequestBatcher;
import dev.corral.jcache.internal.store.tags.TagTables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries by MGET of generation and entry. Both are in one slot, so one command reads them at
 * the same moment. An entry that this JVM cannot decode is absent for its operations, and remains
 * in Redis, because other JVMs may decode it. Safe for many threads.
 */
public final class EntryReads<K, V> {

  private static final int PAGE = 100;

  private final CacheContext cache;
  private final EntryCodec<K, V> codec;
  private final DecodingFailures failures;
  private final ServerClock clock;
  private final BooleanSupplier expiredEventsWanted;
  private final List<RequestBatcher<String, RawEntry>> batchers;
  private final TagTables tags;
  private final AtomicLongArray epochs;
  private volatile boolean followsTags;
  private volatile int typicalBytes;

  /**
   * @param expiredEventsWanted whether a listener in this JVM wants EXPIRED events; then a read of
   *     an expired entry must publish one, which only the script can do
   */
  public EntryReads(
      CacheContext cache,
      EntryCodec<K, V> codec,
      DecodingFailures failures,
      ServerClock clock,
      BooleanSupplier expiredEventsWanted) {
    this.cache = cache;
    this.codec = codec;
    this.failures = failures;
    this.clock = clock;
    this.expiredEventsWanted = expiredEventsWanted;
    this.tags = new TagTables(cache);
    this.epochs = new AtomicLongArray(cache.keys().buckets());
    this.batchers =
        RequestBatcher.perBucket(cache.keys().buckets(), this::readOnce, key -> typicalBytes);
  }

  /**
   * Reads the number of the last invalidation of tags with every entry. Without this call, the JVM
   * begins with it when it meets an entry with tags, which another JVM has stored.
   */
  public void followTags() {
    followsTags = true;
  }

  /**
   * A number that this JVM has read together with entries of the key's bucket. It increases when
   * the bucket is cleared, and while this JVM follows tags, when they are invalidated.
   */
  public long epochOf(String key) {
    return epochs.get(cache.keys().bucketOf(key));
  }

  private void noteEpoch(int bucket, List<Object> found, int numbers) {
    long epoch = 0;
    for (int i = 0; i < numbers; i++) {
      byte[] number = (byte[]) found.get(i);
      epoch += number == null ? 0 : RawEntry.number(number);
    }
    if (epoch > epochs.get(bucket)) {
      epochs.accumulateAndGet(bucket, epoch, Math::max);
    }
  }

  /** Whether MGET may answer a read; not while a listener waits for EXPIRED events. */
  boolean areSufficient() {
    return !expiredEventsWanted.getAsBoolean();
  }

  /** The entry of a key, read in a batch with concurrent reads of the same bucket. */
  public Snapshot<V> observe(String key) {
    return snapshot(stored(key));
  }

  /** The same, undecoded. An entry whose tags were invalidated is not stored. */
  RawEntry stored(String key) {
    return await(batchers.get(cache.keys().bucketOf(key)).submitAndWait(key));
  }

  /** Reads each key once, since several threads may ask for the same one. */
  private CompletableFuture<List<RawEntry>> readOnce(int bucket, List<String> keys) {
    if (keys.size() == 1) {
      return read(bucket, keys);
    }
    List<String> distinct = List.copyOf(new LinkedHashSet<>(keys));
    if (distinct.size() == keys.size()) {
      return read(bucket, keys);
    }
    return read(bucket, distinct)
        .thenApply(
            stored -> {
              Map<String, RawEntry> ofKey = new HashMap<>();
              for (int i = 0; i < distinct.size(); i++) {
                ofKey.put(distinct.get(i), stored.get(i));
              }
              return keys.stream().map(ofKey::get).toList();
            });
  }

  private CompletableFuture<List<RawEntry>> read(int bucket, List<String> keys) {
    boolean withTags = followsTags;
    int first = withTags ? 2 : 1;
    String[] all = new String[first + keys.size()];
    all[0] = cache.keys().generation(bucket);
    if (withTags) {
      all[1] = cache.keys().lastInvalidation(bucket);
    }
    for (int i = 0; i < keys.size(); i++) {
      all[first + i] = cache.keys().entry(bucket, keys.get(i));
    }
    CompletableFuture<List<Object>> reply = cache.redis().read(all);
    return reply.thenCompose(
        found -> {
          noteEpoch(bucket, found, first);
          List<RawEntry> stored = stored(all[0], found, first);
          return withTags
              ? withoutInvalidated(bucket, stored, found)
              : withoutTags(bucket, keys, stored);
        });
  }

  /** The first value is the generation, and the entries begin at a position. */
  private List<RawEntry> stored(String generation, List<Object> found, int first) {
    byte[] current = (byte[]) found.get(0);
    long number = current == null ? 0 : RawEntry.number(current);
    if (number == 0) {
      if (current != null) {
        failures.generation(generation);
      }
      return Collections.nCopies(found.size() - first, RawEntry.NONE);
    }
    List<RawEntry> stored = new ArrayList<>(found.size() - first);
    for (int i = first; i < found.size(); i++) {
      stored.add(new RawEntry(number, (byte[]) found.get(i)));
    }
    return stored;
  }

  /** The second value is the number of the last invalidation of tags. */
  private CompletableFuture<List<RawEntry>> withoutInvalidated(
      int bucket, List<RawEntry> stored, List<Object> found) {
    if (!haveTags(stored)) {
      return CompletableFuture.completedFuture(stored);
    }
    byte[] last = (byte[]) found.get(1);
    return tags.invalidated(bucket, last == null ? 0 : RawEntry.number(last))
        .thenApply(
            invalidated ->
                stored.stream()
                    .map(it -> it.hasTags() && invalidated.test(it.bytes()) ? RawEntry.NONE : it)
                    .toList());
  }

  private static boolean haveTags(List<RawEntry> stored) {
    for (RawEntry entry : stored) {
      if (entry.hasTags()) {
        return true;
      }
    }
    return false;
  }

  /** Reads once more if there are tags, although this JVM does not follow them yet. */
  private CompletableFuture<List<RawEntry>> withoutTags(
      int bucket, List<String> keys, List<RawEntry> stored) {
    if (!haveTags(stored)) {
      return CompletableFuture.completedFuture(stored);
    }
    followTags();
    return read(bucket, keys);
  }

  /** Many entries, in the order of the keys; up to 100 of a bucket are read at one moment. */
  List<Snapshot<V>> observeAll(List<String> keys) {
    List<Page> pages = new ArrayList<>();
    cache
        .keys()
        .byBucket(IntStream.range(0, keys.size()).boxed().toList(), keys::get)
        .forEach(
            (bucket, ofBucket) ->
                Chunks.of(ofBucket, PAGE, Integer.MAX_VALUE, position -> 0)
                    .forEach(page -> pages.add(new Page(page, read(bucket, page, keys)))));
    List<Snapshot<V>> seen = new ArrayList<>(Collections.nCopies(keys.size(), Snapshot.absent()));
    for (Page page : pages) {
      List<RawEntry> stored = await(page.stored());
      for (int i = 0; i < stored.size(); i++) {
        int position = page.positions().get(i);
        seen.set(position, snapshot(stored.get(i)));
      }
    }
    return seen;
  }

  private CompletableFuture<List<RawEntry>> read(
      int bucket, List<Integer> positions, List<String> keys) {
    return read(bucket, positions.stream().map(keys::get).toList());
  }

  /** Keys that one command reads, by their positions among all. */
  private record Page(List<Integer> positions, CompletableFuture<List<RawEntry>> stored) {}

  /** The value that bytes encode; null if this JVM cannot decode them. */
  @Nullable V decode(byte[] bytes) {
    return decode(bytes, 0);
  }

  /** The key of a text; null if this JVM cannot decode it. */
  @Nullable K key(String text) {
    try {
      return codec.key(text);
    } catch (CacheException | LinkageError e) {
      failures.key(e);
      return null;
    }
  }

  /** What this JVM could not decode. */
  DecodingFailures failures() {
    return failures;
  }

  /** The entries that are live, or that this JVM cannot decode. A page may be empty. */
  Iterator<Map<K, Snapshot<V>>> pages() {
    return new Pages();
  }

  /** An entry, from its stored bytes. */
  public Snapshot<V> snapshot(RawEntry stored) {
    byte[] entry = stored.entry();
    if (entry == null) {
      return Snapshot.absent();
    }
    noteSize(entry.length);
    Envelope envelope = Envelope.of(entry, stored.generation());
    return switch (envelope.kind()) {
      case NOTHING -> Snapshot.absent();
      case UNREADABLE -> unreadable();
      case NEGATIVE -> Snapshot.negative();
      case TICKET -> Snapshot.loading(text(entry, envelope));
      case VALUE -> snapshot(entry, envelope);
    };
  }

  /** The entry that a command found. */
  Snapshot<V> snapshot(CommandResult result) {
    byte[] bytes = result.previous();
    return switch (result.prior()) {
      case NEGATIVE -> Snapshot.negative();
      case UNDECODABLE -> unreadable();
      case LIVE -> bytes == null ? Snapshot.absent() : snapshot(bytes);
      default -> Snapshot.absent();
    };
  }

  private Snapshot<V> snapshot(byte[] bytes) {
    V value = decode(bytes);
    return value == null ? Snapshot.undecodable(bytes) : Snapshot.live(value, bytes);
  }

  private Snapshot<V> unreadable() {
    failures.format();
    return Snapshot.unreadable();
  }

  /** The approximate size of an entry of this cache, in bytes. */
  public int typicalBytes() {
    return typicalBytes;
  }

  /** A moving average, to which a lost update does no harm. */
  private void noteSize(int bytes) {
    int typical = typicalBytes;
    int next = typical + (bytes - typical) / 8;
    if (next != typical) {
      typicalBytes = next;
    }
  }

  /** The time in ms until a moment of the server's clock; negative if it is past. */
  long millisUntil(long serverMillis) {
    return clock.millisUntil(serverMillis);
  }

  private static String text(byte[] stored, Envelope envelope) {
    int offset = envelope.valueOffset();
    return new String(stored, offset, stored.length - offset, UTF_8);
  }

  private Snapshot<V> snapshot(byte[] stored, Envelope envelope) {
    int offset = envelope.valueOffset();
    V value = decode(stored, offset);
    boolean past = envelope.deadlineMillis() != 0 && clock.isPast(envelope.deadlineMillis());
    byte[] version = Arrays.copyOfRange(stored, offset, stored.length);
    if (value == null) {
      return past ? Snapshot.absent() : Snapshot.undecodable(version);
    }
    return new Snapshot<>(
        past ? Prior.STALE : Prior.LIVE,
        value,
        version,
        envelope.deadlineMillis(),
        envelope.loadMillis(),
        envelope.isBeingWritten(),
        Envelope.hasDetails(stored)
            ? StoredDetails.of(Envelope.detailsOf(stored))
            : EntryDetails.NONE);
  }

  private @Nullable V decode(byte[] bytes, int offset) {
    try {
      return codec.value(bytes, offset);
    } catch (UndecodableValueException e) {
      failures.value(e);
      return null;
    }
  }

  private <R> R await(CompletableFuture<R> reply) {
    return cache.await("read", reply);
  }

  /**
   * Pages of a SCAN. It skips the names that SCAN repeats, and keys that this JVM cannot decode.
   */
  private final class Pages implements Iterator<Map<K, Snapshot<V>>> {

    private final Iterator<String> scan = cache.scanEntries("iterate");
    private final Set<String> seen = new HashSet<>();

    @Override
    public boolean hasNext() {
      return scan.hasNext();
    }

    @Override
    public Map<K, Snapshot<V>> next() {
      Map<String, K> keys = new LinkedHashMap<>();
      do {
        String entry = scan.next();
        if (cache.keys().bucketOfEntry(entry) >= 0 && seen.add(entry)) {
          String text = cache.keys().keyOf(entry);
          K key = key(text);
          if (key != null) {
            keys.put(text, key);
          }
        }
      } while (keys.size() < PAGE && scan.hasNext());
      return read(keys);
    }

    private Map<K, Snapshot<V>> read(Map<String, K> keys) {
      List<Snapshot<V>> snapshots = observeAll(List.copyOf(keys.keySet()));
      Map<K, Snapshot<V>> entries = new LinkedHashMap<>();
      int position = 0;
      for (K key : keys.values()) {
        Snapshot<V> snapshot = snapshots.get(position++);
        if (snapshot.isLive() || snapshot.isUndecodable()) {
          entries.put(key, snapshot);
        }
      }
      return entries;
    }
  }
}
