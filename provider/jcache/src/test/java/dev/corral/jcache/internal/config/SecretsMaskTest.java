package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How secrets in URIs and properties are masked. */
class SecretsMaskTest {

  @ParameterizedTest
  @CsvSource({
    "redis://:s3cret@host, redis://:***@host",
    "rediss://tom:s3cret@host:1/2?timeout=1s, rediss://tom:***@host:1/2?timeout=1s",
    "redis://host?password=s3cret&timeout=1s, redis://host?password=***&timeout=1s",
    "redis://host?caches.a.encryption.keys=k:s3cret, redis://host?caches.a.encryption.keys=***",
    "redis://host?pass%77ord=s3cret, redis://host?pass%77ord=***",
    "redis-sentinel://tom:s3cret@master@h1, redis-sentinel://tom:***@master@h1",
    "redis-sentinel://master@h1:26379, redis-sentinel://master@h1:26379",
    "redis-cluster://:s3:cret@h1:1, redis-cluster://:***@h1:1",
    "http://tom:s3cret@host/corral.conf?token=s3cret, http://tom:***@host/corral.conf?token=***",
    "jar:http://tom:s3cret@host/a.jar!/c.conf, jar:http://tom:***@host/a.jar!/c.conf",
    "file:/path/corral.conf, file:/path/corral.conf",
    "redis://host:6379?key-prefix=a:, redis://host:6379?key-prefix=a:"
  })
  void masked_uri_hasTheMaskInPlaceOfSecretsAlone(String uri, String masked) {
    assertThat(Secrets.masked(URI.create(uri), 1)).hasToString(masked);
    assertThat(Secrets.isMasked(URI.create(masked))).isEqualTo(!uri.equals(masked));
    assertThat(Secrets.isMasked(URI.create(uri))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:s3cret@host",
        "redis:/:s3cret@host",
        "redis:s3cret@host",
        ":s3cret@host",
        "s3cret@host",
        "redis://tom:s3c@s3cret/s3cret?s3cret#s3cret@host",
        "redis://host?password=a@s3cret",
        "redis://:s3cret@host?password=s3cret&x=y",
        "redis://host?password=s3cret",
        "http://a:s3cret@host/x?token=s3cret"
      })
  void maskedText_anyText_hasNoSecret(String text) {
    assertThat(Secrets.maskedText(text)).doesNotContain("s3cret").contains("***");
  }

  @Test
  void masked_properties_keepAllButTheSecretsOfCorral() {
    Properties properties = new Properties();
    properties.setProperty("corral.redis.password", "s3cret");
    properties.setProperty("corral.redis.truststore-password", "s3cret");
    properties.setProperty("corral.redis.uri", "redis://:s3cret@host");
    properties.setProperty("corral.caches.users.encryption.keys.0", "a:s3cret");
    properties.setProperty("corral.redis.timeout", "1s");
    properties.setProperty("app.password", "mine");
    Object client = new Object();
    properties.put("corral.redis.client", client);

    Properties masked = Secrets.masked(properties);

    assertThat(masked.toString()).doesNotContain("s3cret");
    assertThat(masked)
        .containsEntry("corral.redis.password", "***")
        .containsEntry("corral.redis.uri", "redis://:***@host")
        .containsEntry("corral.redis.timeout", "1s")
        .containsEntry("app.password", "mine")
        .containsEntry("corral.redis.client", client);
  }

  @Test
  void toString_redisUri_hasNoValueOfASetting() {
    assertThat(RedisUri.parse("redis://tom:s3cret@host?timeout=1s").toString())
        .doesNotContain("s3cret")
        .contains("host:6379", "password");
  }
}
