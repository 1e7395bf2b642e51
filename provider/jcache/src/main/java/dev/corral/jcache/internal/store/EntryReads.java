package dev.corral.jcache.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.corral.jcache.codec.UndecodableValueException;
import dev.corral.jcache.internal.entry.Outcome.Prior;
import dev.corral.jcache.internal.entry.Snapshot;
import dev.corral.jcache.internal.redis.CacheContext;
import dev.corral.jcache.internal.redis.Chunks;
import dev.corral.jcache.internal.redis.Envelope;
import dev.corral.jcache.internal.redis.ServerClock;
import dev.corral.jcache.internal.redis.batch.RequestBatcher;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads entries by MGET of generation and entry. Both are in one slot, so one command reads them at
 * the same moment. Bytes that this JVM cannot decode are a miss, and are removed. Safe for many
 * threads.
 */
public final class EntryReads<K, V> {

  private static final Logger log = LoggerFactory.getLogger(EntryReads.class);
  private static final int PAGE = 100;

  private final CacheContext cache;
  private final EntryCodec<K, V> codec;
  private final EntryCommands commands;
  private final ServerClock clock;
  private final BooleanSupplier expiredEventsWanted;
  private final List<RequestBatcher<String, RawEntry>> batchers;
  private volatile int typicalBytes;
  private final AtomicBoolean loggedUndecodable = new AtomicBoolean();

  /**
   * @param expiredEventsWanted whether a listener in this JVM wants EXPIRED events; then a read of
   *     an expired entry must publish one, which only the script can do
   */
  public EntryReads(
      CacheContext cache,
      EntryCodec<K, V> codec,
      EntryCommands commands,
      ServerClock clock,
      BooleanSupplier expiredEventsWanted) {
    this.cache = cache;
    this.codec = codec;
    this.commands = commands;
    this.clock = clock;
    this.expiredEventsWanted = expiredEventsWanted;
    this.batchers =
        RequestBatcher.perBucket(cache.keys().buckets(), this::readOnce, key -> typicalBytes);
  }

  /** Whether MGET may answer a read; not while a listener waits for EXPIRED events. */
  boolean areSufficient() {
    return !expiredEventsWanted.getAsBoolean();
  }

  /** The entry of a key, read in a batch with concurrent reads of the same bucket. */
  public Snapshot<V> observe(String key) {
    RawEntry stored = await(batchers.get(cache.keys().bucketOf(key)).submitAndWait(key));
    return snapshot(key, stored);
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
    String[] all = new String[1 + keys.size()];
    all[0] = cache.keys().generation(bucket);
    for (int i = 0; i < keys.size(); i++) {
      all[1 + i] = cache.keys().entry(bucket, keys.get(i));
    }
    return cache.redis().read(all).thenApply(EntryReads::stored);
  }

  /** The first value is the generation. */
  private static List<RawEntry> stored(List<Object> found) {
    byte[] current = (byte[]) found.get(0);
    if (current == null) {
      return Collections.nCopies(found.size() - 1, RawEntry.NONE);
    }
    long number = RawEntry.number(current);
    List<RawEntry> stored = new ArrayList<>(found.size() - 1);
    for (int i = 1; i < found.size(); i++) {
      stored.add(new RawEntry(number, (byte[]) found.get(i)));
    }
    return stored;
  }

  /** Many entries, in the order of the keys; up to 100 of a bucket are read at one moment. */
  List<Snapshot<V>> observeAll(List<String> keys) {
    List<Page> pages = new ArrayList<>();
    cache
        .keys()
        .byBucket(positions(keys.size()), keys::get)
        .forEach(
            (bucket, ofBucket) ->
                Chunks.of(ofBucket, PAGE, Integer.MAX_VALUE, position -> 0)
                    .forEach(page -> pages.add(new Page(page, read(bucket, page, keys)))));
    List<Snapshot<V>> seen = new ArrayList<>(Collections.nCopies(keys.size(), Snapshot.absent()));
    for (Page page : pages) {
      List<RawEntry> stored = await(page.stored());
      for (int i = 0; i < stored.size(); i++) {
        int position = page.positions().get(i);
        seen.set(position, snapshot(keys.get(position), stored.get(i)));
      }
    }
    return seen;
  }

  private static List<Integer> positions(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private CompletableFuture<List<RawEntry>> read(
      int bucket, List<Integer> positions, List<String> keys) {
    return read(bucket, positions.stream().map(keys::get).toList());
  }

  /** Keys that one command reads, by their positions among all. */
  private record Page(List<Integer> positions, CompletableFuture<List<RawEntry>> stored) {}

  /** The value that a key's bytes encode; null if this JVM cannot decode them. */
  @Nullable V decode(String key, byte[] bytes) {
    return decode(key, bytes, 0);
  }

  /** Whether a key's bytes encode a value that equals this one. */
  boolean holds(String key, byte[] bytes, @Nullable V expected) {
    V value = decode(key, bytes);
    return value != null && value.equals(expected);
  }

  Iterator<Map<K, V>> pages() {
    return new NonEmptyPages<>(new Pages());
  }

  /** The entry of a key, from its stored bytes. */
  public Snapshot<V> snapshot(String key, RawEntry stored) {
    byte[] entry = stored.entry();
    if (entry == null) {
      return Snapshot.absent();
    }
    noteSize(entry.length);
    Envelope envelope = Envelope.of(entry, stored.generation());
    return switch (envelope.kind()) {
      case NOTHING -> Snapshot.absent();
      case NEGATIVE -> Snapshot.negative();
      case TICKET -> Snapshot.loading(text(entry, envelope));
      case VALUE -> snapshot(key, entry, envelope);
    };
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

  private static String text(byte[] stored, Envelope envelope) {
    int offset = envelope.valueOffset();
    return new String(stored, offset, stored.length - offset, UTF_8);
  }

  private Snapshot<V> snapshot(String key, byte[] stored, Envelope envelope) {
    int offset = envelope.valueOffset();
    V value = decode(key, stored, offset);
    if (value == null) {
      return Snapshot.absent();
    }
    boolean past = envelope.deadlineMillis() != 0 && clock.isPast(envelope.deadlineMillis());
    return new Snapshot<>(
        past ? Prior.STALE : Prior.LIVE,
        value,
        Arrays.copyOfRange(stored, offset, stored.length),
        envelope.deadlineMillis(),
        envelope.loadMillis(),
        envelope.isBeingWritten());
  }

  private @Nullable V decode(String key, byte[] bytes, int offset) {
    try {
      return codec.value(bytes, offset);
    } catch (UndecodableValueException e) {
      if (loggedUndecodable.compareAndSet(false, true)) {
        log.warn(
            "Cache '{}': this JVM cannot decode an entry, and treats it as a miss; further ones"
                + " are not logged: {}",
            cache.name(),
            e.getMessage());
      }
      commands.discard(key, offset == 0 ? bytes : Arrays.copyOfRange(bytes, offset, bytes.length));
      return null;
    }
  }

  private <R> R await(CompletableFuture<R> reply) {
    return cache.await("read", reply);
  }

  /** Pages of a SCAN, which may be empty. It skips the names that SCAN repeats. */
  private final class Pages implements Iterator<Map<K, V>> {

    private final Iterator<String> scan = cache.scanEntries("iterate");
    private final Set<String> seen = new HashSet<>();

    @Override
    public boolean hasNext() {
      return scan.hasNext();
    }

    @Override
    public Map<K, V> next() {
      List<String> keys = new ArrayList<>(PAGE);
      do {
        String entry = scan.next();
        if (cache.keys().bucketOfEntry(entry) >= 0 && seen.add(entry)) {
          keys.add(cache.keys().keyOf(entry));
        }
      } while (keys.size() < PAGE && scan.hasNext());
      return read(keys);
    }

    private Map<K, V> read(List<String> keys) {
      List<Snapshot<V>> snapshots = observeAll(keys);
      Map<K, V> entries = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        V value = snapshots.get(i).value();
        if (value != null && snapshots.get(i).isLive()) {
          entries.put(codec.key(keys.get(i)), value);
        }
      }
      return entries;
    }
  }
}
