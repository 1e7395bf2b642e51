package dev.corral.jcache.internal.pipeline.outage;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;
import dev.corral.jcache.internal.outage.OutageAwareContents;

/**
 * What an operation does during an outage of Redis:
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
 * clear                                                removes every entry later, see {@link OutageAwareContents}
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
