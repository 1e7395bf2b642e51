package dev.corral.jcache.internal.outage;

import java.util.HashSet;
import java.util.Set;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Redis refuses to one cache for a reason that is no outage, for instance because the user of
 * the connection lacks a right: logged once, and tried again later. Safe for many threads.
 */
final class Refusals {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private final String cacheName;
  private final Set<Integer> buckets = new HashSet<>();
  private boolean logged;

  Refusals(String cacheName) {
    this.cacheName = cacheName;
  }

  /** Logs the first refusal. */
  synchronized void log(String consequence, CacheException refusal) {
    if (!logged) {
      logged = true;
      log.error("Cache '{}' {}: {}", cacheName, consequence, refusal.getMessage());
    }
  }

  /** Notes that a bucket cannot be repaired; false if that is known. */
  synchronized boolean add(int bucket) {
    return buckets.add(bucket);
  }

  /** Whether a bucket cannot be repaired. */
  synchronized boolean contain(int bucket) {
    return buckets.contains(bucket);
  }

  /** Lets the repair of a bucket be tried again. */
  synchronized void remove(int bucket) {
    buckets.remove(bucket);
  }
}
