package dev.corral.jcache.internal.redis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisSettingsTest {

  private static final HostAndPort CACHE = new HostAndPort("cache", 6379);

  @Test
  void toString_passwords_areHidden() {
    RedisSettings settings = RedisSettings.single(CACHE, new Credentials("tom", "s3cret"));
    assertThat(settings.toString()).contains("tom:***", "cache:6379").doesNotContain("s3cret");
    assertThat(new Tls(true, Path.of("t"), "s3cret", Path.of("k"), "s3cret", true).toString())
        .doesNotContain("s3cret");
    assertThat(new Sentinel("m", new Credentials(null, "s3cret")).toString())
        .doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{shop}", "shop {", "a b", "a\tb", "a\u0000b", "a\u00a0b", "\u200b"})
  void keyPrefix_notPlain_isRefused(String prefix) {
    RedisSettings settings = RedisSettings.single(CACHE, Credentials.NONE);
    assertThatThrownBy(() -> settings.withKeyPrefix(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("corral.redis.key-prefix");
  }

  @Test
  void keyPrefix_plain_isTheOnlyDifference() {
    RedisSettings settings = RedisSettings.single(CACHE, Credentials.NONE);
    RedisSettings prefixed = settings.withKeyPrefix("shop:\u00fc");
    assertThat(prefixed.keyPrefix()).isEqualTo("shop:\u00fc");
    assertThat(prefixed).isNotEqualTo(settings);
    assertThat(prefixed.withKeyPrefix("")).isEqualTo(settings);
  }

  @Test
  void credentials_userWithoutPassword_isRefused() {
    assertThatThrownBy(() -> new Credentials("tom", null))
        .hasMessageContainingAll("tom", "corral.redis.password");
  }

  @Test
  void tls_storeWithoutEncryption_isRefused() {
    assertThatThrownBy(() -> new Tls(false, Path.of("t"), null, null, null, true))
        .hasMessageContainingAll("corral.redis.truststore", "rediss://");
  }
}
