package dev.corral.jcache.internal.redis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class RedisSettingsTest {

  @Test
  void toString_passwords_areHidden() {
    HostAndPort address = new HostAndPort("cache", 6379);
    RedisSettings settings = RedisSettingsFixture.single(address, new Credentials("tom", "s3cret"));
    assertThat(settings.toString()).contains("tom:***", "cache:6379").doesNotContain("s3cret");
    assertThat(new Tls(true, Path.of("t"), "s3cret", Path.of("k"), "s3cret", true).toString())
        .doesNotContain("s3cret");
    assertThat(new Sentinel("m", new Credentials(null, "s3cret")).toString())
        .doesNotContain("s3cret");
  }

  @Test
  void credentials_userWithoutPassword_isRefused() {
    assertThatThrownBy(() -> new Credentials("tom", null))
        .hasMessageContainingAll("corral.redis.username", "corral.redis.password");
  }

  @Test
  void tls_storeWithoutEncryption_isRefused() {
    assertThatThrownBy(() -> new Tls(false, Path.of("t"), null, null, null, true))
        .hasMessageContainingAll("corral.redis.truststore", "rediss://");
  }
}
