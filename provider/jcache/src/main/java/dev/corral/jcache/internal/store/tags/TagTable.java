package dev.corral.jcache.internal.store.tags;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.corral.jcache.internal.redis.Envelope;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tags of one bucket that were invalidated, as far as this JVM knows; tags.lua explains the
 * numbers. Safe for many threads.
 */
final class TagTable {

  private final Map<Long, Long> numbers = new ConcurrentHashMap<>();
  private volatile long others;
  private volatile long last;

  /** The last invalidation that this JVM knows; it knows all earlier ones too. */
  long last() {
    return last;
  }

  /** Adds the reply of follow_tags.lua. */
  void add(List<Object> reply) {
    for (int i = 1; i < reply.size(); i += 2) {
      byte[] tag = (byte[]) reply.get(i);
      long number = number(reply.get(i + 1));
      if (tag.length == TagBytes.LENGTH) {
        numbers.merge(ByteBuffer.wrap(tag).getLong(), number, Math::max);
      } else {
        dropUpTo(number);
      }
    }
    long newest = number(reply.get(0));
    synchronized (this) {
      last = Math.max(last, newest);
    }
  }

  /** Redis has dropped tags up to this number, which is now the number of all of them. */
  private synchronized void dropUpTo(long number) {
    others = Math.max(others, number);
    numbers.values().removeIf(it -> it <= others);
  }

  private static long number(Object digits) {
    return Long.parseLong(new String((byte[]) digits, US_ASCII));
  }

  /** Whether a tag of a stored entry was invalidated after its stamp. */
  boolean isInvalidated(byte[] stored) {
    long stamp = Envelope.stampOf(stored);
    if (stamp >= last) {
      return false;
    }
    ByteBuffer tags = Envelope.tagsOf(stored);
    while (tags.remaining() >= TagBytes.LENGTH) {
      Long number = numbers.get(tags.getLong());
      if (number != null && number > stamp) {
        return true;
      }
    }
    return stamp < others; // read last, since another thread may just have dropped a tag
  }
}
