package dev.corral.jcache.behavior;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.fixtures.OwnRedis;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values with class codes, read by JVMs that have not written the class. */
class ClassCodesTest {

  private final OwnRedis redis = new OwnRedis();
  private final Cache<String, Price> writer = cache("?client-name=writer");

  /** A value of an application. */
  public record Price(int cents, String currency) {}

  @AfterEach
  void close() {
    redis.close();
  }

  /** A cache of a manager of its own, which behaves like one in another JVM. */
  private Cache<String, Price> cache(String settings) {
    return redis
        .manager(settings)
        .createCache("prices", CorralConfiguration.builder(String.class, Price.class).build());
  }

  private String stored() {
    return redis.raw().text("GET", "{prices}:k");
  }

  private void putUntilPublished() {
    await()
        .until(
            () -> {
              writer.put("k", new Price(1, "EUR"));
              return !stored().contains("Price");
            });
  }

  @Test
  void get_codeOfAnotherJvm_readsTheClassTable() {
    writer.put("k", new Price(1, "EUR"));
    assertThat(stored()).contains(Price.class.getName());
    putUntilPublished();
    assertThat(cache("?client-name=reader").get("k")).isEqualTo(new Price(1, "EUR"));
  }

  @Test
  void listener_codeOfAnotherJvm_receivesTheValue() {
    putUntilPublished();
    Queue<Price> received = new ConcurrentLinkedQueue<>();
    CacheEntryCreatedListener<String, Price> listener =
        events -> events.forEach(event -> received.add(event.getValue()));
    cache("?client-name=listener")
        .registerCacheEntryListener(
            new MutableCacheEntryListenerConfiguration<>(
                new SingletonFactory<>(listener), null, false, false));
    writer.put("new", new Price(2, "CHF"));
    await().untilAsserted(() -> assertThat(received).containsExactly(new Price(2, "CHF")));
  }

  @Test
  void replace_storedValueHasAClassName_comparesTheValues() {
    writer.put("k", new Price(1, "EUR"));
    String named = stored();
    putUntilPublished();
    redis.raw().call("SET", "{prices}:k", named.getBytes(ISO_8859_1));
    assertThat(writer.replace("k", new Price(1, "EUR"), new Price(3, "EUR"))).isTrue();
    assertThat(writer.get("k")).isEqualTo(new Price(3, "EUR"));
  }
}
