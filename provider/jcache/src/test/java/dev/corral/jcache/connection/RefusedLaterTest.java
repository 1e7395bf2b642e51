package dev.corral.jcache.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.CorralCache;
import dev.corral.jcache.OutageStatistics;
import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoader;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Configuration errors while the application runs: counted, visible, logged once, corrected. */
@Tag("baseline-jdk")
class RefusedLaterTest {

  private static final String REPORT = "Corral cannot use Redis as it is configured";

  @Test
  void passwordChanged_isReportedOnce_andTheCacheReturnsWhenItIsCorrected() throws Exception {
    try (OwnRedis redis = new OwnRedis()) {
      Cache<String, String> cache = readThrough(redis.manager());
      assertThat(cache.get("k")).isEqualTo("loaded k");
      String password = String.valueOf(redis.server().credentials().password());

      String logged =
          loggedDuring(
              () -> {
                redis.raw().call("CONFIG", "SET", "requirepass", "changed");
                redis.raw().call("CLIENT", "KILL", "TYPE", "normal");
                assertThat(cache.get("other")).isEqualTo("loaded other");
                await()
                    .untilAsserted(
                        () ->
                            assertThat(String.valueOf(statistics(cache).configurationError()))
                                .contains("refused user name or password"));
                assertThat(cache.get("k")).isEqualTo("loaded k");
                await().during(2, TimeUnit.SECONDS).until(() -> statistics(cache).away());
              });

      assertThat(logged.lines().filter(it -> it.contains(REPORT)))
          .singleElement()
          .asString()
          .contains("ERROR", "refused user name or password", "Correct corral.redis.username");
      assertThat(logged.lines().count()).isLessThan(30);
      assertThat(statistics(cache).configurationErrors()).isPositive();
      assertThat(attribute("ConfigurationError")).asString().contains("WRONGPASS");
      assertThat((long) attribute("ConfigurationErrors")).isPositive();

      redis.raw().call("CONFIG", "SET", "requirepass", password);
      await().until(() -> !statistics(cache).away());
      await().untilAsserted(() -> assertThat(statistics(cache).configurationError()).isNull());
      assertThat(attribute("ConfigurationError")).isEqualTo("");
      cache.put("k", "put");
      assertThat(cache.get("k")).isEqualTo("put");
    }
  }

  @Test
  void rightTakenAway_failsTheOperation_namesTheRight_andIsReportedUntilItIsGivenBack()
      throws Exception {
    try (OwnRedis redis = new OwnRedis();
        CorralCachingProvider provider = new CorralCachingProvider()) {
      redis.raw().call("ACL", "SETUSER", "tom", "on", ">s3cret", "~*", "&*", "+@all");
      Cache<String, String> cache =
          provider
              .getCacheManager(URI.create("redis://tom:s3cret@" + redis.server().address()), null)
              .createCache("c", new MutableConfiguration<String, String>());
      cache.put("k", "v");

      redis.raw().call("ACL", "SETUSER", "tom", "-mget");
      String logged =
          loggedDuring(
              () -> {
                for (int i = 0; i < 20; i++) {
                  assertThatThrownBy(() -> cache.get("k"))
                      .isInstanceOf(CacheException.class)
                      .hasMessageContainingAll("'c'", "NOPERM", "mget", "security.md");
                }
              });
      assertThat(logged.lines().filter(it -> it.contains(REPORT))).hasSize(1);
      assertThat(statistics(cache).configurationErrors()).isGreaterThanOrEqualTo(20);
      assertThat(statistics(cache).configurationError()).contains("mget");
      assertThat(statistics(cache).away()).as("a missing right is no outage").isFalse();

      redis.raw().call("ACL", "SETUSER", "tom", "+mget", "resetkeys", "~{other*");
      assertThatThrownBy(() -> cache.put("k", "w"))
          .isInstanceOf(CacheException.class)
          .hasMessageContainingAll("NOPERM", "keys and channels of {c}");

      redis.raw().call("ACL", "SETUSER", "tom", "~*");
      await().untilAsserted(() -> assertThat(statistics(cache).configurationError()).isNull());
      assertThat(cache.get("k")).isEqualTo("v");
    }
  }

  private static Cache<String, String> readThrough(javax.cache.CacheManager manager) {
    return manager.createCache(
        "loading",
        new MutableConfiguration<String, String>()
            .setTypes(String.class, String.class)
            .setReadThrough(true)
            .setStatisticsEnabled(true)
            .setCacheLoaderFactory(Loader::new));
  }

  private static OutageStatistics statistics(Cache<?, ?> cache) {
    return cache.unwrap(CorralCache.class).outageStatistics();
  }

  private static Object attribute(String name) throws Exception {
    var server = ManagementFactory.getPlatformMBeanServer();
    List<ObjectName> beans =
        List.copyOf(
            server.queryNames(new ObjectName("dev.corral:type=CorralCache,Cache=loading,*"), null));
    assertThat(beans).hasSize(1);
    return server.getAttribute(beans.get(0), name);
  }

  /** What slf4j-simple writes to the error stream. */
  private static String loggedDuring(Runnable action) {
    PrintStream before = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, /* autoFlush= */ true, UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
    }
    return captured.toString(UTF_8);
  }

  private static final class Loader implements CacheLoader<String, String> {

    @Override
    public String load(String key) {
      return "loaded " + key;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      throw new UnsupportedOperationException();
    }
  }
}
