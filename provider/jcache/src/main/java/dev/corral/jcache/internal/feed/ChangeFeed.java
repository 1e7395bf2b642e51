package dev.corral.jcache.internal.feed;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The committed changes of one cache, by all JVMs including this one, in commit order for each key.
 *
 * <p>Delivery is at most once: changes that are published while this JVM is not connected are lost.
 */
public interface ChangeFeed extends AutoCloseable {

  /** A kind of change that a JVM can subscribe to. */
  enum Subscription {
    CREATED,
    UPDATED,
    REMOVED,
    EXPIRED,
    /** The old values of updates, in addition to UPDATED. */
    OLD
  }

  /** The name of this JVM on the feed; {@link EntryChange#jvmId} of its own changes. */
  String jvmId();

  /**
   * Subscribes to changes of these kinds, and replaces the earlier subscriptions. The consumer
   * receives all changes that are committed after this method returns. While Redis is unavailable,
   * the subscriptions are only recorded, for {@link #listen} and {@link #resubscribe}.
   *
   * @param subscriptions empty to unsubscribe
   * @param consumer called by one thread at a time; must not block
   */
  void subscribe(Set<Subscription> subscriptions, Consumer<EntryChange> consumer);

  /** Listens to the channel if that failed during the last {@link #subscribe}. */
  void listen();

  /**
   * Restores the subscriptions of the last {@link #subscribe} to one bucket when Redis is available
   * again. Does not wait.
   */
  CompletableFuture<?> resubscribe(int bucket);

  /** Whether the feed is subscribed and connected, so that changes arrive. */
  boolean isConnected();

  @Override
  void close();
}
