package dev.corral.jcache.internal.pipeline.outage;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.outage.OutageAwareContents;
import dev.corral.jcache.internal.redis.Accepts;
import java.util.Optional;

/**
 * What an operation does during an outage of Redis. While Redis only refuses changes, reads are
 * answered as usual, and so are removals if Redis accepts them. The table applies to the rest, and
 * to everything while Redis is unavailable:
 *
 * <pre>
 * operation                             during an outage
 * get, getAll                           LOAD_OR_MISS   calls the loader if the cache reads through, otherwise a miss
 * put, putAll, remove,                  WRITE_AROUND   calls the writer if there is one; the entry is removed later
 *   removeAll(keys)
 * containsKey, putIfAbsent, replace,    FAIL           the result depends on the entry
 *   remove(key, old), getAndPut,
 *   getAndRemove, getAndReplace,
 *   an entry of an iterator
 * invoke                                see {@link OutageProcessors}, or FAIL
 * the store of a loaded value           SKIP           the caller has the value already
 * loadAll, a refresh, a reservation     FAIL           they only exist to store values
 * clear                                                removes the entries of unavailable buckets later, see {@link
 *                                                      OutageAwareContents}
 * removeAll(), iterator                                fail, because only Redis has the keys, see there
 * </pre>
 *
 * <p>In a fail-fast cache, LOAD_OR_MISS and WRITE_AROUND are FAIL.
 */
enum OutageBehavior {
  LOAD_OR_MISS,
  WRITE_AROUND,
  SKIP,
  FAIL;

  static OutageBehavior of(EntryOperation<?> operation) {
    if (operation.is(Trait.BY_LOADER)) {
      return operation.when() == When.ALWAYS ? FAIL : SKIP;
    }
    if (operation.is(Trait.READS_THROUGH)) {
      return LOAD_OR_MISS;
    }
    boolean ignoresEntry = operation.when() == When.ALWAYS && !operation.is(Trait.COUNTS_LOOKUP);
    return ignoresEntry && operation.mayChange() ? WRITE_AROUND : FAIL;
  }

  /**
   * What Redis has to accept for an operation, so that it need not be treated as in an outage.
   *
   * @param operation empty if an entry processor chooses it
   */
  static Accepts needs(Optional<? extends EntryOperation<?>> operation) {
    if (operation.isEmpty()) {
      return Accepts.EVERYTHING;
    }
    Then then = operation.get().then();
    if (then == Then.TOUCH || then == Then.NOTHING) {
      return Accepts.READS;
    }
    return then == Then.REMOVE ? Accepts.REMOVALS : Accepts.EVERYTHING;
  }

  /** The method of the cache that makes such an operation; "load" for all operations of a load. */
  static String methodName(EntryOperation<?> operation) {
    if (operation.is(Trait.BY_LOADER) || operation.then() == Then.RESERVE) {
      return "load";
    }
    boolean returnsValue = operation.is(Trait.WANTS_VALUE);
    return switch (operation.when()) {
      case ABSENT -> "putIfAbsent";
      case HOLDS -> operation.then() == Then.PUT ? "replace" : "remove(key, oldValue)";
      case PRESENT ->
          operation.then() == Then.PUT
              ? (returnsValue ? "getAndReplace" : "replace")
              : (returnsValue ? "get" : "containsKey");
      case ALWAYS ->
          operation.then() == Then.PUT
              ? (returnsValue ? "getAndPut" : "put")
              : (returnsValue ? "getAndRemove" : "remove");
      case KEPT, TICKET, UNLOADED -> "load";
    };
  }
}
