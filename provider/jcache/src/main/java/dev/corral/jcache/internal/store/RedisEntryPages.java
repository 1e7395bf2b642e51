package dev.corral.jcache.internal.store;

import dev.corral.jcache.EntryMetadata;
import dev.corral.jcache.internal.entry.EntryDetails;
import dev.corral.jcache.internal.entry.Expiry;
import dev.corral.jcache.internal.entry.Snapshot;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All entries of one cache in Redis: those that SCAN finds, and those that are only in the
 * write-behind queue.
 */
public final class RedisEntryPages<K, V> implements EntryPages<K, V> {

  private final EntryCommands commands;
  private final EntryReads<K, V> reads;
  private final EntryCodec<K, V> codec;
  private final Expiry expiry;
  private final EntryLabeler<K, V> labeler;

  public RedisEntryPages(
      EntryCommands commands,
      EntryReads<K, V> reads,
      EntryCodec<K, V> codec,
      Expiry expiry,
      EntryLabeler<K, V> labeler) {
    this.labeler = labeler;
    this.commands = commands;
    this.reads = reads;
    this.codec = codec;
    this.expiry = expiry;
  }

  @Override
  public Iterator<Map<K, V>> pages() {
    return new NonEmptyPages<>(entries(), RedisEntryPages::values, Map::isEmpty);
  }

  @Override
  public Iterator<Set<K>> keyPages() {
    return new NonEmptyPages<>(entries(), Map::keySet, Set::isEmpty);
  }

  private static <K, V> Map<K, V> values(Map<K, Snapshot<V>> entries) {
    Map<K, V> values = new LinkedHashMap<>();
    entries.forEach(
        (key, entry) -> {
          V value = entry.value();
          if (value != null) {
            values.put(key, value);
          }
        });
    return values;
  }

  @Override
  public Optional<EntryMetadata> metadata(K key) {
    Snapshot<V> seen = reads.observe(codec.text(key));
    if (!seen.isLive() && commands.options().writesBehind()) {
      seen = lookUp(List.of(key)).getOrDefault(key, seen);
    }
    V value = seen.value();
    if (!seen.isLive() || value == null) {
      return Optional.empty();
    }
    EntryDetails details = seen.details();
    long stored = details.storedMillis();
    long deadline = seen.deadlineMillis();
    return Optional.of(
        new EntryMetadata(
            stored == 0 ? null : notNegative(-reads.millisUntil(stored)),
            deadline == 0 ? null : notNegative(reads.millisUntil(deadline)),
            details.version(),
            labeler.allTags(key, value, details.tags())));
  }

  private static Duration notNegative(long millis) {
    return Duration.ofMillis(Math.max(0, millis));
  }

  /** The entries that are live, or that this JVM cannot decode. */
  private Iterator<Map<K, Snapshot<V>>> entries() {
    if (!commands.options().writesBehind()) {
      return reads.pages();
    }
    Iterator<K> queued =
        commands.queuedKeys().flatMap(text -> Stream.ofNullable(reads.key(text))).iterator();
    return new QueuedPages<>(reads.pages(), queued, this::lookUp);
  }

  /** Those of these keys, also those that are only in the write-behind queue. */
  private Map<K, Snapshot<V>> lookUp(List<K> keys) {
    List<EntryCommand> looks =
        keys.stream().map(key -> EntryCommand.read(codec.text(key))).toList();
    List<CommandResult> results = commands.executeAll(looks, expiry);
    Map<K, Snapshot<V>> entries = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      Snapshot<V> entry = reads.snapshot(results.get(i));
      if (entry.isLive() || entry.isUndecodable()) {
        entries.put(keys.get(i), entry);
      }
    }
    return entries;
  }
}
