package dev.corral.tool;

import dev.corral.jcache.internal.redis.Envelope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When the tags of some entries of one bucket were invalidated; the provider's tags.lua explains
 * the numbers. The script for it repairs damaged keys; this only reads.
 *
 * @param isKnown whether Redis knows what was invalidated; if not, all entries with tags are absent
 * @param others the number of each tag that Redis has forgotten; 0 if it has forgotten none
 * @param numbers those of the tags of the entries, for those that Redis remembers
 */
record TagNumbers(boolean isKnown, long others, Map<Long, Long> numbers) {

  private static final TagNumbers NONE = new TagNumbers(true, 0, Map.of());

  /** Of entries of a bucket; sends nothing if none of them has tags. */
  static TagNumbers read(StoredCache cache, int bucket, Collection<byte @Nullable []> entries) {
    Set<Long> tags = new LinkedHashSet<>();
    for (byte @Nullable [] entry : entries) {
      if (entry != null && Envelope.hasTags(entry)) {
        tags.addAll(tagsOf(entry));
      }
    }
    return tags.isEmpty() ? NONE : read(cache, bucket, List.copyOf(tags));
  }

  private static TagNumbers read(StoredCache cache, int bucket, List<Long> tags) {
    String key = cache.keys().tags(bucket);
    List<Object[]> commands = new ArrayList<>();
    commands.add(new Object[] {"GET", cache.keys().lastInvalidation(bucket)});
    commands.add(new Object[] {"ZRANGE", key, 0, 0, "REV", "WITHSCORES"});
    commands.add(new Object[] {"ZSCORE", key, ""});
    for (long tag : tags) {
      commands.add(new Object[] {"ZSCORE", key, bytes(tag)});
    }
    List<@Nullable Object> replies = cache.callAll(bucket, commands);
    List<@Nullable Object> newest = Replies.list(replies.get(1));
    long last = Replies.number(replies.get(0), 0);
    Map<Long, Long> numbers = new HashMap<>();
    for (int i = 0; i < tags.size(); i++) {
      long number = Replies.number(replies.get(i + 3), 0);
      if (number > 0) {
        numbers.put(tags.get(i), number);
      }
    }
    return new TagNumbers(
        last > 0 && newest.size() == 2 && Replies.number(newest.get(1), 0) == last,
        Replies.number(replies.get(2), 0),
        numbers);
  }

  /** Whether an entry is absent because of a tag. Its header is sufficient. */
  boolean isInvalidated(byte @Nullable [] entry) {
    return entry != null
        && Envelope.hasTags(entry)
        && (isForgotten(entry) || last(entry) > Envelope.stampOf(entry));
  }

  /** Whether an entry is older than what Redis knows of its tags. */
  boolean isForgotten(byte[] entry) {
    return !isKnown || others > Envelope.stampOf(entry);
  }

  /** The number of the last known invalidation of the tags of an entry; 0 if there is none. */
  long last(byte[] entry) {
    return tagsOf(entry).stream().mapToLong(it -> numbers.getOrDefault(it, 0L)).max().orElse(0);
  }

  /** The tags of an entry that has some, as they are stored. */
  static List<Long> tagsOf(byte[] entry) {
    ByteBuffer stored = Envelope.tagsOf(entry);
    List<Long> tags = new ArrayList<>();
    while (stored.remaining() >= Long.BYTES) {
      tags.add(stored.getLong());
    }
    return tags;
  }

  private static byte[] bytes(long tag) {
    return ByteBuffer.allocate(Long.BYTES).putLong(tag).array();
  }
}
