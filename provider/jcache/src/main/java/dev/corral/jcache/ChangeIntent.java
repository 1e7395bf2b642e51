package dev.corral.jcache;

import javax.cache.CacheException;

/**
 * What a transaction has recorded in Redis before its COMMIT: that it is about to change keys in
 * the database. Get it by {@link CorralCache#recordIntent}. Call exactly one of {@link #confirm}
 * and {@link #withdraw} when the transaction has ended, or {@link #close} if its end is unknown.
 * Safe for many threads; after the first call, the others do nothing.
 */
public interface ChangeIntent extends AutoCloseable {

  /**
   * The transaction was committed: removes the entries of the keys once more, and ends the intent.
   * If Redis is unavailable, this returns normally: this JVM removes the entries before it reads
   * Redis again, and for other JVMs the intent ends by itself.
   *
   * @throws CacheException if Redis refuses it; the entries are removed as after an outage
   */
  void confirm();

  /**
   * The transaction was rolled back: ends the intent. The next readers load the keys again. If
   * Redis is unavailable, this returns normally, and the intent is ended when Redis answers.
   */
  void withdraw();

  /**
   * Without {@link #confirm} or {@link #withdraw} before, it is unknown whether the transaction was
   * committed: the intent is no longer renewed, and ends by itself. Until then nothing is stored
   * for the keys, so the first value that is stored is from after the end of the transaction. What
   * another caller has put since {@link CorralCache#recordIntent} is not removed.
   */
  @Override
  void close();
}
