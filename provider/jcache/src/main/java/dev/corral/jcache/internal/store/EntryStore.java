package dev.corral.jcache.internal.store;

import dev.corral.jcache.internal.entry.EntryOperation;
import dev.corral.jcache.internal.entry.Outcome;
import dev.corral.jcache.internal.entry.Snapshot;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The shared state of one cache. Each method is one atomic step for every entry it touches, and
 * runs no loader, writer or entry processor. Safe for many threads.
 *
 * <p>If Redis fails, each method throws a {@link javax.cache.CacheException}.
 */
public interface EntryStore<K, V> {

  /*
   * How an entry stays right while threads, JVMs and crashes interleave
   *
   * An entry is one Redis string. Every change of it is one run of a Lua script, which Redis
   * executes without interruption, so a decision and its commit cannot be separated. The parts that
   * are not one step are: a load (read, then store), a write through a cache writer (database, then
   * cache), an entry processor (read, then commit), and clear (all entries at once). Each has a
   * guard that makes a late actor harmless. No guard depends on a clock of a JVM, and none depends
   * on a lock still being held: locks only save work or keep order.
   *
   * Generation. Every entry carries the generation of its bucket. clear() raises the bucket's
   * generation, so all earlier entries are absent from this moment on, in every JVM. A reader gets
   * generation and entry by one MGET, hence from the same moment. A missing generation starts at
   * the server's clock in µs, which is above every earlier one, so a Redis that lost the key cannot
   * bring cleared entries back. A late writer cannot either: the script that stores an entry reads
   * the generation in the same step.
   *
   * Load ticket. A load first stores a ticket under the key (RESERVE), then calls the loader, then
   * stores the value only if its own ticket is still there (TICKET). Every write, removal and clear
   * replaces or removes the ticket, as does a later load. So a slow loader never overwrites a newer
   * value and never brings back a removed one; not even if its JVM was suspended for an hour. A
   * ticket expires after five minutes; the load then stores nothing. If the key holds an entry,
   * live or stale, a reload leaves a mark in the entry's header instead of a ticket, with the same
   * rule: each write of the entry removes the mark.
   *
   * Write fence. A writer changes the database before the cache, and the JVM may die in between.
   * prepareWrite stores a fence under a key of its own, shortens the life of the entry to seconds,
   * and removes tickets, all in one step, before the writer runs. While the fence exists, no load
   * stores a value and no access prolongs the entry. applyWritten commits only if the fence is still
   * the writer's own; if another writer has replaced it, the order of the two in the database is
   * unknown, so the entry is removed. If the JVM dies, the old entry expires within seconds, and the
   * fence within a minute.
   * Transactions of the application use the same fence, which they may share (IntentCommands): an
   * intent also removes the entry, because the JVM may die after the COMMIT. A writer never has
   * such a fence, so its commit removes the entry.
   * The cache cannot order two writes in the database itself: docs/write-through.md, under Limits,
   * has the one sequence of a suspended and a killed JVM after which the two differ.
   *
   * Lock. An entry processor and a writer hold the lock of their key across all JVMs, so that user
   * code runs for one of them at a time. A lock is a lease: a JVM that is suspended may lose it and
   * continue beside the next holder. Therefore an entry processor commits by applyIfUnchanged, which
   * compares the bytes that it saw, and a writer by its fence. A processor that saw no entry may get
   * a value later, from a load of its own, which its ticket guards, or from an entry that appeared
   * meanwhile; then it runs again, because that entry may be gone by the commit. One that only
   * computes a missing value has a load ticket from before it runs, since a removal meanwhile
   * would leave no entry, as there was none before (ComputationGuard). A release that arrives late
   * finds the number of a later acquisition, and does nothing; so a release that failed can be
   * repeated (PendingReleases).
   *
   * Queue. With write-behind, the change of the entry and its queue record are written by the same
   * run of the script. So an acknowledged change cannot be in the cache and missing from the queue,
   * whenever the JVM dies. While a change is queued, readers get its value: a reader that finds no
   * entry asks the script, which answers from the queue. Queued changes and the repairs after an
   * outage carry the order in which they were made (ChangeOrder), so it does not matter when they
   * arrive: a repair replaces only an older change, and a queued change that finds a later one does
   * nothing until its caller, if it still waits, sends it again.
   *
   * Stamp. An entry with tags has the number of the last invalidation of tags in its bucket when its
   * value was put, or when its load began, which the ticket or the reload mark keeps. A later
   * invalidation of one of its tags makes it absent in every JVM. A reader gets that number with the
   * entry by its MGET, and knows the tags behind it, or asks for them (TagTables).
   *
   * Undecodable entry. A JVM may be unable to decode an entry, because its release has another class
   * or none. For its operations the entry is absent, but only a write replaces it: a load does not,
   * so two releases that share a cache do not replace each other's entries again and again. A write
   * that depends on the absence commits only over the bytes that the JVM could not decode.
   *
   * No command is sent twice (RedisCommands): if a reply is lost, the caller gets an exception, and
   * the change may or may not have been made. The one second send, EVAL after NOSCRIPT, is safe,
   * because a script that Redis does not know has not run, and no argument says when it was sent.
   */

  /** Decides and commits one operation. */
  Outcome<V> apply(K key, EntryOperation<V> operation);

  /**
   * Decides and commits many operations, each as one atomic step; the outcomes are in the order of
   * the keys.
   */
  List<Outcome<V>> applyAll(List<K> keys, List<EntryOperation<V>> operations);

  /** The entry as it is now. */
  Snapshot<V> observe(K key);

  /**
   * Completes a snapshot that was read from the entry alone: if there was no live entry, the change
   * that is queued for the writer is what the key holds.
   */
  Snapshot<V> complete(K key, Snapshot<V> seen);

  /**
   * Commits an operation on an entry that was seen before.
   *
   * @param lock of the key, which is released if the operation is committed
   * @return empty if the entry is no longer as it was seen; then nothing was done
   */
  Optional<Outcome<V>> applyIfUnchanged(
      K key, EntryOperation<V> operation, Snapshot<V> seen, HeldLock lock);

  /**
   * Fences keys before a writer changes the database, so that nothing stale can stay in the cache,
   * even if this JVM dies before the commit: no load is stored until then, and the entries expire
   * soon.
   *
   * @param writeFence identifies this write
   */
  void prepareWrite(Collection<K> keys, String writeFence);

  /**
   * Commits changes that the database has. An entry that another writer has fenced since is removed
   * instead, because it is unknown which of the two the database applied last.
   */
  List<Outcome<V>> applyWritten(
      List<K> keys, List<EntryOperation<V>> operations, String writeFence);

  /**
   * Removes the write fences and restores the entries' times to live, because the writer failed.
   */
  void abandonWrite(Collection<K> keys, String writeFence);

  /**
   * Removes write fences as soon as Redis answers, of writes that did not change the database. Does
   * not wait. The entries expire soon, or are misses already.
   */
  void abandonWriteLater(Collection<K> keys, String writeFence);
}
