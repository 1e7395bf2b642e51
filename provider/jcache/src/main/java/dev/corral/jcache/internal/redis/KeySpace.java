package dev.corral.jcache.internal.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Every Redis key and channel name of one cache.
 *
 * <p>An entry is {@code {<prefix><cache>[:<bucket>]}:<key>}. All other names have another character
 * after the brace, so no user key can equal them. The text in braces is the hash tag, so a bucket
 * is in one slot of a cluster.
 */
public final class KeySpace {

  /** How many of the keys of {@link #typesOf} are parts of the write-behind queue. */
  static final int QUEUE_PARTS = 5;

  private static final String STRING = "string";
  private static final String HASH = "hash";
  private static final String LEASE = "lease";
  private static final String SORTED_SET = "zset";

  private final String name;
  private final int buckets;
  private final String[] hashTags;

  /**
   * @param prefix begins every name; without braces
   * @param cacheName any text
   * @param buckets the number of slots that the cache uses; 1 for a server without slots
   */
  public KeySpace(String prefix, String cacheName, int buckets) {
    this.name = prefix + escape(cacheName);
    this.buckets = buckets;
    this.hashTags = new String[buckets];
    for (int bucket = 0; bucket < buckets; bucket++) {
      hashTags[bucket] = buckets == 1 ? "{" + name + "}" : "{" + name + ":" + bucket + "}";
    }
  }

  /**
   * A key of a cache manager, which is never set. It chooses the server of a cluster whose clock is
   * used. No cache has this hash tag, because the name of a cache is never empty in a key.
   */
  public static String clock(String prefix) {
    return "{" + prefix + "}!clock";
  }

  public int buckets() {
    return buckets;
  }

  /** The bucket of a key: the same in every JVM and release. */
  public int bucketOf(String key) {
    if (buckets == 1) {
      return 0;
    }
    int hash = key.hashCode();
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    return Math.floorMod(hash ^ (hash >>> 13), buckets);
  }

  /** Groups items by the bucket of their key. */
  public <T> Map<Integer, List<T>> byBucket(List<T> all, Function<T, String> keyOf) {
    if (buckets == 1) {
      return all.isEmpty() ? Map.of() : Map.of(0, all);
    }
    Map<Integer, List<T>> byBucket = new LinkedHashMap<>();
    for (T each : all) {
      int bucket = bucketOf(keyOf.apply(each));
      byBucket.computeIfAbsent(bucket, it -> new ArrayList<>()).add(each);
    }
    return byBucket;
  }

  /** The entry of a key. */
  public String entry(int bucket, String key) {
    return hashTags[bucket] + ":" + key;
  }

  /** The text of the key whose entry this is. */
  public String keyOf(String entry) {
    return entry.substring(entry.indexOf('}') + 2);
  }

  /** The bucket of an entry, or -1 if it is not one of this cache. */
  public int bucketOfEntry(String entry) {
    int end = entry.indexOf('}');
    if (end < 0 || !entry.startsWith("{" + name) || !entry.startsWith(":", end + 1)) {
      return -1;
    }
    if (buckets == 1) {
      return end == name.length() + 1 ? 0 : -1;
    }
    int bucket = bucketOf(entry.substring(end + 2));
    return entry.startsWith(hashTags[bucket]) ? bucket : -1;
  }

  /** A SCAN pattern that matches the entries of all buckets, and possibly other keys. */
  public String entryPattern() {
    return pattern("}:*");
  }

  private String pattern(String end) {
    String literal = ("{" + name).replaceAll("([\\\\*?\\[\\]^-])", "\\\\$1");
    return buckets == 1 ? literal + end : literal + ":*" + end;
  }

  /** The number that every live entry of the bucket carries. */
  public String generation(int bucket) {
    return hashTags[bucket] + "!generation";
  }

  /** The class names of the class codes in values: a hash. */
  public String classes() {
    return hashTags[0] + "!classes";
  }

  /** The keys that are read most often, and how often: a sorted set, see hot_keys.lua. */
  public String hotKeys() {
    return hashTags[0] + "!hot";
  }

  /** The id of the list of those keys: a string. A list that was lost is followed by another id. */
  public String hotKeysId() {
    return hashTags[0] + "!hot-id";
  }

  /** The leases of the JVMs that subscribe to changes of the bucket: a hash. */
  public String subscriptions(int bucket) {
    return hashTags[bucket] + "!subscriptions";
  }

  /**
   * The number of the bucket's last invalidation; also the name of the channel of the
   * invalidations.
   */
  public String invalidations(int bucket) {
    return hashTags[bucket] + "!near";
  }

  /** The pattern of the invalidation channels of all buckets. */
  public String invalidationsPattern() {
    return pattern("}!near");
  }

  /** The number of the last invalidation of tags in a bucket: a number. */
  public String lastInvalidation(int bucket) {
    return hashTags[bucket] + "!tagged";
  }

  /** The tags of a bucket that were invalidated, and when: a sorted set, see tags.lua. */
  public String tags(int bucket) {
    return hashTags[bucket] + "!tags";
  }

  /** The deadlines of entries, while a JVM subscribes to EXPIRED events: a sorted set. */
  public String expiryIndex(int bucket) {
    return hashTags[bucket] + "!expiry-index";
  }

  /** The values of those entries: a hash. */
  public String expiringValues(int bucket) {
    return hashTags[bucket] + "!expiring-values";
  }

  /** The write-behind queue, in the parts that queue.lua explains. */
  public List<String> queue(int bucket) {
    String tag = hashTags[bucket];
    return List.of(tag + "!queue", tag + "!due", tag + "!since", tag + "!totals", tag + "!dead");
  }

  /** When each queued change is due: a sorted set, the second of the parts. */
  public String due(int bucket) {
    return queue(bucket).get(1);
  }

  /** The dead letters: a hash, the last of the parts. */
  public String dead(int bucket) {
    return queue(bucket).get(4);
  }

  /** What the queue wrote recently: two hashes, see acknowledge_writes.lua. */
  public List<String> acknowledged(int bucket) {
    return List.of(hashTags[bucket] + "!written", hashTags[bucket] + "!written-before");
  }

  /** The lease of the JVM that drains the queue. */
  public String drainerLease(int bucket) {
    return hashTags[bucket] + "!drainer";
  }

  /** Exists after a repair, while no change may be taken from the queue. */
  public String settling(int bucket) {
    return hashTags[bucket] + "!settling";
  }

  /** The write fence of a key. */
  public String writeFence(String key) {
    return hashTags[bucketOf(key)] + "!writing:" + key;
  }

  /** The lock of a load of a key. */
  public String loadLock(String key) {
    return hashTags[bucketOf(key)] + "!load:" + key;
  }

  /** Exists for an interval after a JVM has claimed the periodic refresh of a key. */
  public String refreshClaim(String key) {
    return hashTags[bucketOf(key)] + "!refresh:" + key;
  }

  /** The lease of the JVM that leads the joint loads. */
  public String jointLoad() {
    return hashTags[0] + "!loading";
  }

  /** The keys that the leader of the joint loads takes next: a sorted set. */
  public String wantedLoads() {
    return hashTags[0] + "!wanted";
  }

  /** The permits of the loads that run, if the budget is for the cluster: a sorted set. */
  public String loadPermits() {
    return hashTags[0] + "!load-permits";
  }

  /** When the next load may begin, if the budget is for the cluster. */
  public String nextLoad() {
    return hashTags[0] + "!next-load";
  }

  /** The lock of a key. */
  public String lock(String key) {
    return hashTags[bucketOf(key)] + "!lock:" + key;
  }

  /** How the cache is laid out, so that JVMs that disagree find out. */
  public String layout() {
    return "{" + name + "}!layout";
  }

  /** Exists while cleared entries of the bucket may still be stored. */
  public String clearMarker(int bucket) {
    return hashTags[bucket] + "!cleared";
  }

  /** The lock of the JVM that removes cleared entries. */
  public String clearLock() {
    return "{" + name + "}!clearer-lock";
  }

  /** The lease of the JVM that publishes EXPIRED events. */
  public String sweeperLease() {
    return "{" + name + "}!sweeper";
  }

  /**
   * The keys of a bucket that are not strings, or strings that no command replaces: their names and
   * the types that Redis has to give for them. The five parts of the queue are the first.
   */
  Map<String, String> typesOf(int bucket) {
    Map<String, String> types = new LinkedHashMap<>();
    List<String> queueTypes = List.of(HASH, SORTED_SET, SORTED_SET, HASH, HASH);
    for (int part = 0; part < QUEUE_PARTS; part++) {
      types.put(queue(bucket).get(part), queueTypes.get(part));
    }
    acknowledged(bucket).forEach(key -> types.put(key, HASH));
    types.put(drainerLease(bucket), LEASE);
    types.put(settling(bucket), LEASE);
    types.put(subscriptions(bucket), HASH);
    types.put(expiryIndex(bucket), SORTED_SET);
    types.put(expiringValues(bucket), HASH);
    types.put(tags(bucket), SORTED_SET);
    if (bucket == 0) {
      types.put(classes(), HASH);
      types.put(hotKeys(), SORTED_SET);
      types.put(jointLoad(), LEASE);
      types.put(wantedLoads(), SORTED_SET);
      types.put(loadPermits(), SORTED_SET);
      types.put(nextLoad(), LEASE);
    }
    return types;
  }

  /** The same for the keys that belong to no bucket. */
  Map<String, String> typesOfShared() {
    return Map.of(layout(), STRING, sweeperLease(), LEASE, clearLock(), LEASE);
  }

  /** The channel of the change feed. */
  public String channel() {
    return "{" + name + "}!changes";
  }

  /** Percent-escapes what would end the hash tag, split the name, or not print. */
  private static String escape(String text) {
    if (text.isEmpty()) {
      return "%";
    }
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogatePair(c, i + 1 < text.length() ? text.charAt(i + 1) : ' ')) {
        escaped.append(c).append(text.charAt(++i));
      } else if (isAmbiguous(c)) {
        escaped.append(c < 0x100 ? "%%%02X".formatted((int) c) : "%%u%04X".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static boolean isAmbiguous(char c) {
    return "{}%:".indexOf(c) >= 0
        || Character.isISOControl(c)
        || Character.isSurrogate(c)
        || Character.isWhitespace(c)
        || Character.isSpaceChar(c);
  }
}
