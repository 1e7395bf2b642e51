package dev.corral.jcache.internal.store;

/**
 * What applies to every entry of one cache.
 *
 * @param retentionMillis how long an entry is kept beyond its deadline, to be served stale
 * @param queueLimit how many keys of one bucket the write-behind queue accepts; 0 if the cache does
 *     not write behind
 * @param queueDelayMillis how long a queued change waits to be coalesced with later changes of its
 *     key
 * @param hasTags whether all entries may have tags; without it, an entry may have them by its
 *     options
 */
public record StoreOptions(
    long retentionMillis, int queueLimit, long queueDelayMillis, boolean hasTags) {

  /** Expired entries are not kept, changes are not queued, and there are no tags. */
  public static final StoreOptions PLAIN = new StoreOptions(0, 0, 0, false);

  boolean writesBehind() {
    return queueLimit > 0;
  }
}
