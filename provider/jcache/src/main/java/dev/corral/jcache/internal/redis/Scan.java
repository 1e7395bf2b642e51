package dev.corral.jcache.internal.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Iterator;
import java.util.function.Supplier;
import org.redisson.api.RKeys;
import org.redisson.api.RMap;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.RedisException;

/**
 * One iteration over names or fields in Redis. Its iterators throw a {@link
 * javax.cache.CacheException} if Redis fails. For one thread.
 *
 * @param operation what the message of a failure calls the iteration
 */
record Scan(RedisCommands redis, String cacheName, String operation) {

  private static final int COUNT = 1_000;

  /** The names that match a pattern, on all nodes; a name may occur twice. */
  Iterator<String> names(RKeys keys, String pattern) {
    KeysScanOptions options = KeysScanOptions.defaults().pattern(pattern).chunkSize(COUNT);
    return guarded(() -> keys.getKeys(options).iterator());
  }

  /** The fields of a hash; a field may occur twice. */
  Iterator<String> fields(RMap<byte[], byte[]> hash) {
    redis.requireReachable(cacheName, operation, hash.getName());
    Iterator<byte[]> fields = guarded(() -> hash.keySet(COUNT).iterator());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        redis.requireReachable(cacheName, operation, hash.getName());
        return fields.hasNext();
      }

      @Override
      public String next() {
        return new String(fields.next(), UTF_8);
      }
    };
  }

  private <T> Iterator<T> guarded(Supplier<Iterator<T>> scan) {
    Iterator<T> found = step(scan);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return step(found::hasNext);
      }

      @Override
      public T next() {
        return step(found::next);
      }
    };
  }

  private <R> R step(Supplier<R> step) {
    try {
      return step.get();
    } catch (RedisException e) {
      throw redis.failure(cacheName, operation, e);
    }
  }
}
