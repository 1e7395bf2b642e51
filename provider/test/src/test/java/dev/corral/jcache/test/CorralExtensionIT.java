package dev.corral.jcache.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.EffectiveSetting;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The parameters of tests, and how tests are isolated. */
@CorralTest(
    configuration = "corral-of-tests.conf",
    settings = {
      "redis.timeout = 10s", // a slow machine is no outage
      "redis.connect-timeout = 10s",
      "defaults.statistics = true",
      "caches.users.time-to-live = 10m"
    },
    keyPrefix = "kit:")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CorralExtensionIT {

  private static final Set<String> PREFIXES = ConcurrentHashMap.newKeySet();

  private Cache<Long, String> users;
  private CacheManager managerBefore;

  @BeforeEach
  void createCache(CacheManager manager) {
    managerBefore = manager;
    users = manager.createCache("users", new MutableConfiguration<Long, String>());
  }

  @AfterEach
  void parameters_afterATest_areStillThoseOfTheTest(CacheManager manager) {
    assertThat(manager).isSameAs(managerBefore);
    assertThat(manager.isClosed()).isFalse();
  }

  @AfterAll
  static void prefixes_ofAllTests_differ() {
    assertThat(PREFIXES).hasSize(4);
  }

  @RepeatedTest(3)
  void cache_ofEachTest_isEmptyAtFirst(RedisControl redis) {
    PREFIXES.add(redis.keyPrefix());
    assertThat(redis.keyPrefix()).startsWith("kit:");
    assertThat(users.get(1L)).isNull();
    users.put(1L, "Ada");
    assertThat(users.get(1L)).isEqualTo("Ada");
  }

  @Test
  void parameters_ofOneTest_belongTogether(
      CacheManager manager, CachingProvider provider, RedisControl redis) {
    PREFIXES.add(redis.keyPrefix());
    assertThat(manager).isSameAs(managerBefore).isSameAs(provider.getCacheManager());
    assertThat(manager.getURI()).isEqualTo(provider.getDefaultURI());
  }

  @Test
  void settings_ofTheAnnotation_winOverTheFile() {
    CorralCache<?, ?> corral = users.unwrap(CorralCache.class);
    assertThat(corral.effectiveSettings())
        .extracting(EffectiveSetting::name, EffectiveSetting::value)
        .contains(
            tuple("time-to-live", "10m"), tuple("jitter", "20%"), tuple("statistics", "true"));
  }

  @Nested
  class NestedTests {

    @Test
    void annotation_ofTheClassAround_isUsed(RedisControl redis) {
      assertThat(redis.keyPrefix()).startsWith("kit:");
      assertThat(users.get(1L)).isNull();
    }
  }

  @Test
  void parameter_ofAConstructor_failsWithTheRemedy() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(WithConstructor.class))
        .execute()
        .allEvents()
        .assertThatEvents()
        .haveExactly(
            1,
            event(
                finishedWithFailure(
                    message(it -> it.contains("make it a parameter of the test")))));
  }

  @Test
  void annotation_withAServerThatDoesNotRun_failsWithTheAddress() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(WithoutServer.class))
        .execute()
        .testEvents()
        .assertThatEvents()
        .haveExactly(1, event(finishedWithFailure(message(it -> it.contains("127.0.0.1:1")))));
  }

  @Test
  void extension_withoutTheAnnotation_hasItsDefaults() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(WithExtensionAlone.class))
        .execute()
        .testEvents()
        .assertStatistics(it -> it.succeeded(1).failed(0));
  }

  /** Its constructor has a parameter, which belongs to no test. */
  @CorralTest
  static final class WithConstructor {

    private final CacheManager manager;

    WithConstructor(CacheManager manager) {
      this.manager = manager;
    }

    @Test
    void manager_isOpen() {
      assertThat(manager.isClosed()).isFalse();
    }
  }

  /** No server uses this port. */
  @CorralTest(redis = "redis://127.0.0.1:1")
  static final class WithoutServer {

    @Test
    void manager_isOpen(CacheManager manager) {
      assertThat(manager.isClosed()).isFalse();
    }
  }

  /** Uses no annotation of the kit. */
  @ExtendWith(CorralExtension.class)
  static final class WithExtensionAlone {

    @Test
    void cache_works(CacheManager manager, RedisControl redis) {
      assertThat(redis.keyPrefix()).startsWith("test:");
      Cache<Long, String> cache =
          manager.createCache("users", new MutableConfiguration<Long, String>());
      cache.put(1L, "Ada");
      assertThat(cache.get(1L)).isEqualTo("Ada");
    }
  }
}
