package dev.corral.jcache.internal.pipeline.outage;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.EntryOperation.Then;
import dev.corral.jcache.internal.entry.EntryOperation.Trait;
import dev.corral.jcache.internal.entry.EntryOperation.When;

/**
 * What an operation does while Redis is away. The whole table:
 *
 * <pre>
 * operation                                   meanwhile
 * get, getAll                                 LOAD   from the loader if the cache reads through, else a miss
 * put, putAll, remove, removeAll(keys)        WRITE  to the writer if there is one; the entry is removed later
 * containsKey, putIfAbsent, replace,          FAIL   they promise to know what the entry holds
 *   remove(key, old), getAndPut,
 *   getAndRemove, getAndReplace, invoke,
 *   an iterator's look at an entry
 * the loader's store of a read-through        DROP   the caller has the value
 * loadAll, a refresh, a load's reservation    FAIL   their purpose is to store
 * clear                                              every entry is removed later (OutageStore)
 * removeAll(), iterator                       FAIL   nobody knows what there is (OutageStore)
 * </pre>
 *
 * <p>With fail-fast, LOAD and WRITE are FAIL.
 */
enum OutageBehavior {
  LOAD,
  WRITE,
  DROP,
  FAIL;

  static OutageBehavior of(EntryOperation<?> operation) {
    if (operation.is(Trait.BY_LOADER)) {
      return operation.when() == When.ALWAYS ? FAIL : DROP;
    }
    if (operation.is(Trait.READS_THROUGH)) {
      return LOAD;
    }
    boolean blind = operation.when() == When.ALWAYS && !operation.is(Trait.COUNTS_LOOKUP);
    boolean changes = operation.then() == Then.PUT || operation.then() == Then.REMOVE;
    return blind && changes ? WRITE : FAIL;
  }

  /** The method that the user called, as far as the operation tells. */
  static String nameOf(EntryOperation<?> operation) {
    if (operation.is(Trait.BY_LOADER) || operation.then() == Then.RESERVE) {
      return "load";
    }
    boolean gets = operation.is(Trait.WANTS_VALUE);
    return switch (operation.when()) {
      case ABSENT -> "putIfAbsent";
      case HOLDS -> operation.then() == Then.PUT ? "replace" : "remove(key, oldValue)";
      case PRESENT ->
          operation.then() == Then.PUT
              ? (gets ? "getAndReplace" : "replace")
              : (gets ? "get" : "containsKey");
      case ALWAYS ->
          operation.then() == Then.PUT
              ? (gets ? "getAndPut" : "put")
              : (gets ? "getAndRemove" : "remove");
      case KEPT, TICKET, UNLOADED -> "load";
    };
  }
}
