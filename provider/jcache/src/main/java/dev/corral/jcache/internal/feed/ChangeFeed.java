package dev.corral.jcache.internal.feed;

import java.util.Set;
import java.util.function.Consumer;

/**
 * The committed changes of one cache, from all JVMs including this one, in order for each key.
 *
 * <p>Messages can be lost while the connection is: delivery is at most once.
 */
public interface ChangeFeed extends AutoCloseable {

  /** What a JVM may want to hear of. */
  enum Subscription {
    CREATED,
    UPDATED,
    REMOVED,
    EXPIRED,
    /** The old value of updates. */
    OLD
  }

  /** The name of this JVM on the feed. */
  String jvmId();

  /**
   * Hears what is of interest, from the return of this method on; replaces what was said before.
   * The consumer is called by one thread at a time and must not block. While Redis is away it is
   * only remembered, for {@link #resubscribe}.
   */
  void subscribe(Set<Subscription> subscriptions, Consumer<EntryChange> consumer);

  /** Takes up again, once Redis is there, what {@link #subscribe} was last told. */
  void resubscribe();

  /** Whether messages can be expected now. */
  boolean isConnected();

  @Override
  void close();
}
