package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an unknown name probably means: words of other products, other spellings, typos. */
class SuggestionsTest {

  @ParameterizedTest
  @CsvSource({
    "caches.users.ttl, caches.users.time-to-live",
    "caches.users.expire-after-write, caches.users.time-to-live",
    "caches.users.expireAfterAccess, caches.users.expiry.access",
    "caches.com.shop.users.ttl, caches.com.shop.users.time-to-live",
    "caches.users.timeToLive, caches.users.time-to-live",
    "caches.users.time_to_live, caches.users.time-to-live",
    "caches.users.time-to-liv, caches.users.time-to-live",
    "caches.users.max-entries, caches.users.near-cache.max-entries",
    "caches.users.nearcache.max-entries, caches.users.near-cache.max-entries",
    "caches.users.near-cache.max-size, caches.users.near-cache.max-entries",
    "caches.users.loading.lockwait, caches.users.loading.lock-wait",
    "caches.users.cache-null-values, caches.users.loading.negative-time-to-live",
    "caches.users.stats, caches.users.statistics",
    "caches.users.cacheLoader, caches.users.loader",
    "templates.hot.ttl, templates.hot.time-to-live",
    "defaults.ttl, defaults.time-to-live",
    "default.ttl, defaults.time-to-live",
    "cache.users.time-to-live, caches.users.time-to-live",
    "users.time-to-live, caches.users.time-to-live",
    "ttl, defaults.time-to-live",
    "redis.host, redis.uri",
    "redis.url, redis.uri",
    "redis.pwd, redis.password",
    "redis.commandTimeout, redis.timeout",
    "redis.pasword, redis.password",
    "embeded.server, embedded.server"
  })
  void suggest_unknownName_isTheSettingThatIsMeant(String unknown, String meant) {
    assertThat(Suggestions.suggest(KnownSettings.split(unknown))).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis", "caches.users.frobnicate", "akka.actor.provider", "redis.x.y.z"})
  void suggest_nothingSimilar_isNull(String unknown) {
    assertThat(Suggestions.suggest(KnownSettings.split(unknown))).isNull();
  }

  @Test
  void words_everyMeaning_isASetting() {
    Set<String> meanings = new TreeSet<>(Suggestions.CACHE_WORDS.values());
    assertThat(meanings).isSubsetOf(Reference.OF_CACHE.keySet());
    assertThat(Suggestions.REDIS_WORDS.values())
        .allSatisfy(it -> assertThat(Reference.OF_MANAGER).containsKey("redis." + it));
    assertThat(Suggestions.CACHE_WORDS.keySet()).doesNotContainAnyElementsOf(meanings);
  }

  @Test
  void find_longestSetting_endsTheName() {
    assertThat(KnownSettings.find(KnownSettings.split("caches.a.near-cache.time-to-live")))
        .isEqualTo(new KnownSettings.Location("caches", "a", "near-cache.time-to-live"));
    assertThat(KnownSettings.find(KnownSettings.split("caches.\"a.near-cache\".time-to-live")))
        .isEqualTo(new KnownSettings.Location("caches", "a.near-cache", "time-to-live"));
    assertThat(KnownSettings.find(KnownSettings.split("caches.com.shop.*.jitter")))
        .isEqualTo(new KnownSettings.Location("caches", "com.shop.*", "jitter"));
  }
}
