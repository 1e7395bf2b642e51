package dev.corral.jcache.internal.pipeline.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.internal.feed.ChangeFeed;
import dev.corral.jcache.internal.feed.EntryChange;
import dev.corral.jcache.internal.feed.EntryChange.Kind;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes from the feed are decoded and delivered in other threads than the feed's. */
class CacheListenersTest {

  private static final String JVM = "this-jvm";
  private static final String SLOW = "slow";
  private static final String UNDECODABLE = "undecodable";
  private static final Duration SOON = Duration.ofSeconds(5);

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final FakeFeed feed = new FakeFeed();
  private final SlowDecoder decoder = new SlowDecoder();
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private final CacheListeners<String, String> listeners =
      new CacheListeners<>("c", feed, decoder, executor);

  @AfterEach
  void stop() {
    decoder.released.countDown();
    executor.shutdownNow();
  }

  private void register(boolean isSynchronous) {
    Consumer<String> log = events::add;
    listeners.register(
        new MutableCacheEntryListenerConfiguration<>(
            () -> new EventLog<String, String>(log),
            null,
            /* isOldValueRequired= */ true,
            isSynchronous),
        cache());
  }

  /** What the feed's thread does with a change; the test fails if it blocks there. */
  private void publish(String key, String value, long sequence) {
    EntryChange change =
        new EntryChange(Kind.CREATED, JVM, sequence, key, value.getBytes(UTF_8), null);
    assertThat(CompletableFuture.runAsync(() -> feed.publish(change)))
        .as("the feed's thread is not blocked")
        .succeedsWithin(Duration.ofSeconds(1));
  }

  @Test
  void change_decodingBlocks_changesOfOtherKeysAreDelivered() {
    register(/* isSynchronous= */ false);

    publish("a", SLOW, 0);
    publish("b", "v", 0);

    await().atMost(SOON).until(() -> events.equals(List.of("event CREATED b null v")));
    decoder.released.countDown();
    await().atMost(SOON).until(() -> events.contains("event CREATED a null slow"));
  }

  @Test
  void change_decodingBlocks_laterChangesOfTheKeyKeepTheirOrder() {
    register(/* isSynchronous= */ false);

    publish("a", SLOW, 0);
    publish("a", "v", 0);
    publish("b", "v", 0);

    await().atMost(SOON).until(() -> events.size() == 1);
    decoder.released.countDown();
    await().atMost(SOON).until(() -> events.size() == 3);
    assertThat(events).containsSubsequence("event CREATED a null slow", "event CREATED a null v");
  }

  @Test
  void change_ofThisJvm_deliveryCompletesAfterDecodingAndListener() {
    register(/* isSynchronous= */ true);

    CompletableFuture<Void> delivery =
        listeners.delivery(7, Kind.CREATED, new ChangedEntry<>("a", SLOW, null), SOON.toMillis());
    publish("a", SLOW, 7);

    assertThat(delivery).isNotDone();
    decoder.released.countDown();
    assertThat(delivery).succeedsWithin(SOON);
    assertThat(events).containsExactly("event CREATED a null slow");
  }

  @Test
  void change_severalListeners_isDecodedOnce() {
    register(/* isSynchronous= */ false);
    register(/* isSynchronous= */ false);
    decoder.released.countDown();

    publish("a", SLOW, 0);

    await().atMost(SOON).until(() -> events.size() == 2);
    assertThat(decoder.decoded).containsExactly(SLOW);
  }

  @Test
  void change_undecodable_isSkippedAndItsCallerReturns() {
    register(/* isSynchronous= */ true);

    CompletableFuture<Void> delivery =
        listeners.delivery(7, Kind.CREATED, new ChangedEntry<>("a", "v", null), SOON.toMillis());
    publish("a", UNDECODABLE, 7);
    publish("a", "next", 0);

    assertThat(delivery).succeedsWithin(SOON);
    await().atMost(SOON).until(() -> events.equals(List.of("event CREATED a null next")));
  }

  @SuppressWarnings("unchecked")
  private static Cache<String, String> cache() {
    return (Cache<String, String>)
        Proxy.newProxyInstance(
            CacheListenersTest.class.getClassLoader(),
            new Class<?>[] {Cache.class},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  /** Blocks on one value, as a decoder does that has to read the class table from Redis. */
  private static final class SlowDecoder implements CacheListeners.Decoder<String, String> {

    final CountDownLatch released = new CountDownLatch(1);
    final List<String> decoded = Collections.synchronizedList(new ArrayList<>());

    @Override
    public String key(String text) {
      return text;
    }

    @Override
    public String text(String key) {
      return key;
    }

    @Override
    public String value(byte[] bytes) {
      String value = new String(bytes, UTF_8);
      if (value.equals(UNDECODABLE)) {
        throw new IllegalStateException(value);
      }
      if (value.equals(SLOW)) {
        awaitRelease();
      }
      decoded.add(value);
      return value;
    }

    private void awaitRelease() {
      try {
        assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class FakeFeed implements ChangeFeed {

    private volatile @Nullable Consumer<EntryChange> consumer;

    void publish(EntryChange change) {
      Objects.requireNonNull(consumer).accept(change);
    }

    @Override
    public String jvmId() {
      return JVM;
    }

    @Override
    public void subscribe(Set<Subscription> subscriptions, Consumer<EntryChange> newConsumer) {
      consumer = newConsumer;
    }

    @Override
    public void listen() {}

    @Override
    public CompletableFuture<?> resubscribe(int bucket) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    @Override
    public void close() {}
  }
}
