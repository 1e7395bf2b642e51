package dev.corral.jcache.outage;

import static dev.corral.jcache.outage.OutageUnderLoadTest.hits;
import static dev.corral.jcache.outage.OutageUnderLoadTest.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.corral.jcache.fixtures.OwnRedis;
import dev.corral.jcache.spi.CorralCachingProvider;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A right that only the recovery needs does not keep a cache out of service after an outage. */
@Tag("baseline-jdk")
class MissingRightsTest {

  private final OwnRedis redis = new OwnRedis();
  private final CorralCachingProvider provider = new CorralCachingProvider();
  private final Database database = new Database();

  @AfterEach
  void close() {
    provider.close();
    redis.close();
  }

  /** A manager whose user has the given rights alone. */
  private CacheManager managerWith(String... rights) {
    List<Object> command = new ArrayList<>(List.of("ACL", "SETUSER", "app", "reset", "on", ">pw"));
    command.addAll(Arrays.asList(rights));
    redis.raw().call(command.toArray());
    int port = redis.server().address().port();
    return provider.getCacheManager(
        URI.create("redis://app:pw@127.0.0.1:%d?timeout=500ms".formatted(port)), null);
  }

  private void interrupt(Cache<String, Integer> cache) {
    redis.server().freeze();
    for (int i = 0; i < 3; i++) {
      cache.get("k" + i);
    }
    await().until(() -> statistics(cache).away());
  }

  @Test
  void rightsToTheKeysOfTheCacheAlone_redisIsBack_isUsedAgain() {
    Cache<String, Integer> cache =
        managerWith("~{own}*", "~redisson_*", "&*", "+@all")
            .createCache("own", database.configuration());
    cache.put("k", 1);
    interrupt(cache);
    cache.put("k", 2);
    redis.server().thaw();
    await().until(() -> !statistics(cache).away());
    assertThat(cache.get("k")).isEqualTo(2);
    long before = hits(cache);
    assertThat(cache.get("k")).isEqualTo(2);
    assertThat(hits(cache)).isEqualTo(before + 1);
  }

  @Test
  void noRightToACommandOfAScript_put_namesTheCommand() {
    Cache<String, Integer> cache =
        managerWith("~*", "&*", "+@all", "-mset").createCache("named", database.readThrough());
    assertThatThrownBy(() -> cache.put("k", 1))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("may not run MSET");
    assertThat(statistics(cache).away()).isFalse();
  }

  @Test
  void noRightToRemove_redisIsBack_otherKeysAreUsedAndChangedOnesAreNotStale() {
    Cache<String, Integer> cache =
        managerWith("~*", "&*", "+@all").createCache("kept", database.readThrough());
    database.rows.put("k", 1);
    database.rows.put("other", 1);
    cache.put("k", 1);
    cache.put("other", 1);
    redis.raw().call("ACL", "SETUSER", "app", "-unlink");
    interrupt(cache);
    database.rows.put("k", 2);
    cache.put("k", 2);
    redis.server().thaw();
    await().until(() -> cache.get("other") == 1 && hits(cache) > 0);
    assertThat(cache.get("k")).isEqualTo(2);
    assertThat(statistics(cache).buckets().unavailable()).isZero();
    assertThat(statistics(cache).waitingRepairs()).isEqualTo(1);
    redis.raw().call("ACL", "SETUSER", "app", "+unlink");
    await().until(() -> !statistics(cache).away());
    assertThat(statistics(cache).waitingRepairs()).isZero();
    assertThat(cache.get("k")).isEqualTo(2);
  }
}
