package dev.corral.jcache.internal.outage;

import dev.corral.jcache.internal.redis.Accepts;
import dev.corral.jcache.internal.redis.CacheContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The slots in which one cache has keys: one for each bucket, and its home slot. Immutable. */
final class CacheSlots {

  private final CacheContext cache;
  private final List<Integer> slotOfBucket;
  private final int home;

  CacheSlots(CacheContext cache) {
    this.cache = cache;
    this.home = cache.redis().slotOf(cache.keys().layout());
    this.slotOfBucket =
        IntStream.range(0, cache.keys().buckets())
            .mapToObj(bucket -> cache.redis().slotOf(cache.keys().generation(bucket)))
            .toList();
  }

  /** The slot of the keys that belong to no bucket. */
  int home() {
    return home;
  }

  /** The slot of a bucket. */
  int of(int bucket) {
    return slotOfBucket.get(bucket);
  }

  int buckets() {
    return slotOfBucket.size();
  }

  Set<Integer> all() {
    Set<Integer> slots = new HashSet<>(slotOfBucket);
    slots.add(home);
    return slots;
  }

  /** The buckets in these slots. */
  List<Integer> bucketsIn(Set<Integer> slots) {
    return IntStream.range(0, buckets())
        .filter(bucket -> slots.contains(of(bucket)))
        .boxed()
        .toList();
  }

  /** The buckets whose slots accept at least this. */
  Set<Integer> bucketsAccepting(Accepts needed, IntFunction<Accepts> acceptedBySlot) {
    Set<Integer> buckets = new HashSet<>();
    for (int bucket = 0; bucket < buckets(); bucket++) {
      if (acceptedBySlot.apply(of(bucket)).includes(needed)) {
        buckets.add(bucket);
      }
    }
    return buckets;
  }

  /** A key of the cache in a slot; null if it has none there. */
  @Nullable String keyIn(int slot) {
    int bucket = slotOfBucket.indexOf(slot);
    if (bucket >= 0) {
      return cache.keys().generation(bucket);
    }
    return slot == home ? cache.keys().layout() : null;
  }
}
