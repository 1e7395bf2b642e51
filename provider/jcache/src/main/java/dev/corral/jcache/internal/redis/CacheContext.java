package dev.corral.jcache.internal.redis;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import javax.cache.CacheException;

/**
 * One cache in Redis: its name, the names of its Redis keys, and the commands that reach them. Safe
 * for many threads.
 *
 * @param name the cache, as messages name it
 */
public record CacheContext(String name, KeySpace keys, RedisCommands redis) {

  /** The same cache, reached by other commands. */
  public CacheContext over(RedisCommands other) {
    return new CacheContext(name, keys, other);
  }

  /**
   * Waits for a reply, for at most the last-resort time-out of the commands.
   *
   * @param operation what the message of a failure calls it
   * @throws RedisUnavailableException if Redis did not answer or could not serve
   * @throws CacheException if Redis refused the command, or the thread was interrupted; it names
   *     the keys of the cache that are damaged, for which it asks Redis once more
   */
  public <R> R await(String operation, CompletableFuture<R> reply) {
    try {
      return redis.await(name, operation, reply);
    } catch (CacheException e) {
      throw explained(operation, e);
    }
  }

  /**
   * The same, but an interrupt does not end the wait; the thread is interrupted afterwards. Each
   * interrupt lets the time begin anew.
   */
  public <R> R awaitUninterruptibly(String operation, CompletableFuture<R> reply) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return redis.await(name, operation, reply.copy());
        } catch (CacheException e) {
          if (!Thread.interrupted()) {
            reply.cancel(false);
            throw explained(operation, e);
          }
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private CacheException explained(String operation, CacheException failure) {
    return new DamagedKeys(this).explained(operation, failure);
  }

  /** A failure of Redisson as an exception that names this cache. */
  public CacheException failure(String operation, Throwable cause) {
    return redis.failure(name, operation, cause);
  }

  /**
   * The Redis keys of the cache's entries in all buckets, by SCAN. A key may occur twice, and so
   * may keys of other caches: {@link KeySpace#bucketOfEntry} recognizes those.
   */
  public Iterator<String> scanEntries(String operation) {
    return redis.scan(name, operation, keys.entryPattern());
  }

  /** The fields of a hash, by HSCAN; a field may occur twice. */
  public Iterator<String> scanFields(String operation, String hash) {
    Iterator<String> fields = redis.fields(name, operation, hash);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        try {
          return fields.hasNext();
        } catch (CacheException e) {
          throw explained(operation, e);
        }
      }

      @Override
      public String next() {
        return fields.next();
      }
    };
  }
}
