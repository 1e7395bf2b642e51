package dev.corral.jcache.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.EventLog;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.internal.redis.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Listeners in one JVM receive the changes of another JVM. */
@Tag("baseline-jdk")
class ClusterEventsTest {

  private static final List<String> EXPECTED =
      List.of("CREATED null 1", "UPDATED 1 2", "UPDATED 2 3", "REMOVED 3 3");

  private final List<String> received = Collections.synchronizedList(new ArrayList<>());

  @Test
  void changes_ofAnotherJvm_areReceivedInOrderForEachKey() {
    try (OwnRedis redis = new OwnRedis()) {
      redis.cache("events", listening(/* isSynchronous= */ false));

      redis.worker("change", "events").await("done");

      await().until(() -> received.size() >= 400);
      assertThat(byKey(received))
          .hasSize(100)
          .allSatisfy((key, of) -> assertThat(of).isEqualTo(EXPECTED));
    }
  }

  @Test
  void changes_ofThisJvm_areReceivedElsewhereInOrderForEachKey() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = redis.cache("events", String.class, String.class);
      ChildJvm other = redis.worker("listen", "events");
      other.await("ready");

      for (int i = 0; i < 100; i++) {
        cache.put("k" + i, "1");
        cache.replace("k" + i, "2");
        cache.invoke("k" + i, (entry, none) -> set(entry, "3"));
        cache.remove("k" + i);
      }

      List<String> elsewhere = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        elsewhere.add("event " + other.await("event"));
      }
      assertThat(byKey(elsewhere))
          .hasSize(100)
          .allSatisfy((key, of) -> assertThat(of).isEqualTo(EXPECTED));
    }
  }

  private static Object set(javax.cache.processor.MutableEntry<String, String> entry, String to) {
    entry.setValue(to);
    return null;
  }

  @Test
  void synchronousListener_localChange_isCalledBeforeTheCallReturns() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = redis.cache("events", listening(/* isSynchronous= */ true));
      for (int i = 0; i < 100; i++) {
        cache.put("k", "1");
        assertThat(received).hasSize(1);
        cache.put("k", "2");
        assertThat(received).hasSize(2);
        cache.remove("k");
        assertThat(received).hasSize(3);
        received.clear();
      }
      Map<String, String> many = new HashMap<>();
      for (int i = 0; i < 500; i++) {
        many.put("m" + i, "1");
      }
      cache.putAll(many);
      assertThat(received).hasSize(500);
    }
  }

  @Test
  void expired_twoJvmsListen_eachReceivesEachEventOnce() throws InterruptedException {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache =
          redis.cache(
              "events",
              listening(/* isSynchronous= */ false)
                  .setExpiryPolicyFactory(
                      CreatedExpiryPolicy.factoryOf(
                          new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, 300))));
      ChildJvm other = redis.worker("listen", "events");
      other.await("ready");

      for (int i = 0; i < 50; i++) {
        cache.put("k" + i, "1");
      }

      await().atMost(Duration.ofSeconds(10)).until(() -> received.size() >= 100);
      cache.put("last", "1");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> received.contains("event EXPIRED last 1 1"));
      assertThat(received).hasSize(102).doesNotHaveDuplicates();
      List<String> elsewhere = new ArrayList<>();
      while (!elsewhere.contains("event EXPIRED last 1 1")) {
        elsewhere.add("event " + other.await("event"));
      }
      assertThat(elsewhere).hasSize(102).doesNotHaveDuplicates().containsAll(received);
    }
  }

  @Test
  void put_listeningJvmWasKilled_isNotBlocked() {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = redis.cache("events", listening(/* isSynchronous= */ true));
      ChildJvm other = redis.worker("listen", "events");
      other.await("ready");
      cache.put("before", "1");

      other.kill();
      assertThat(other.exitsWithin(Duration.ofSeconds(10))).isTrue();

      long start = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        cache.put("k" + i, "1");
      }
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
      assertThat(received).hasSize(101);
    }
  }

  @Test
  void deregister_lastListener_endsTheSubscription() {
    try (OwnRedis redis = new OwnRedis()) {
      MutableConfiguration<String, String> configuration = listening(/* isSynchronous= */ true);
      Cache<String, String> cache = redis.cache("events", configuration);
      cache.put("a", "1");
      assertThat(redis.raw().call("PUBSUB", "CHANNELS", "{events}*"))
          .isEqualTo(List.of("{events}!changes"));

      cache.deregisterCacheEntryListener(
          configuration.getCacheEntryListenerConfigurations().iterator().next());

      cache.put("a", "2");
      assertThat(received).hasSize(1);
      await().until(() -> redis.raw().call("PUBSUB", "CHANNELS", "{events}*").equals(List.of()));
    }
  }

  private MutableConfiguration<String, String> listening(boolean isSynchronous) {
    return new MutableConfiguration<String, String>()
        .setTypes(String.class, String.class)
        .addCacheEntryListenerConfiguration(
            new MutableCacheEntryListenerConfiguration<>(
                () -> new EventLog<String, String>(received::add),
                null,
                /* isOldValueRequired= */ true,
                isSynchronous));
  }

  /** The events of each key, in order, without the key. */
  private static Map<String, List<String>> byKey(List<String> events) {
    Map<String, List<String>> byKey = new HashMap<>();
    for (String event : List.copyOf(events)) {
      List<String> words = List.of(event.split(" ", -1));
      byKey
          .computeIfAbsent(words.get(2), key -> new ArrayList<>())
          .add(words.get(1) + " " + words.get(3) + " " + words.get(4));
    }
    return byKey;
  }
}
