package dev.corral.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.HotKeyOptions;
import java.time.Duration;
import javax.cache.Cache;
import org.junit.jupiter.api.Test;

/** The hottest keys of a cache, as operators see them. */
class HotTest {

  @Test
  void hot_recordedKeys_areListedInTheirOrder() {
    try (TestRedis redis = TestRedis.start()) {
      Cache<String, String> cache =
          redis
              .manager("")
              .createCache(
                  "read",
                  CorralConfiguration.builder(String.class, String.class)
                      .hotKeys(
                          HotKeyOptions.ofKeys(10)
                              .withSampleEvery(1)
                              .withHalfLife(Duration.ofSeconds(4)))
                      .build());
      cache.put("bob", "1");
      Run none = Run.of("hot", "read", "--uri", redis.uri());
      for (int i = 0; i < 20; i++) {
        assertThat(cache.get("bob")).isEqualTo("1");
        if (i % 2 == 0) {
          assertThat(cache.get("ann")).isNull();
        }
      }
      await().until(() -> Run.of("hot", "read", "--uri", redis.uri()).exitCode() == 0);
      cache.clear();

      assertThat(none.exitCode()).isEqualTo(ToolException.NEGATIVE);
      assertThat(none.err()).contains("hot-keys.max-keys");
      assertThat(Run.of("hot", "read", "--uri", redis.uri()).out()).isEqualTo("bob\nann\n");
      assertThat(Run.of("hot", "read", "--limit", "1", "--json", "--uri", redis.uri()).out())
          .contains("\"key\"", "bob")
          .doesNotContain("ann");
    }
  }
}
