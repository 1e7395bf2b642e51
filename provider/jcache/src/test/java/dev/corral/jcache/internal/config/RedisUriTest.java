package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.corral.jcache.internal.redis.settings.Topology;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisUriTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis://cache                         | SINGLE   | false | [cache:6379]
          redis://cache:7000                    | SINGLE   | false | [cache:7000]
          REDIS://cache                         | SINGLE   | false | [cache:6379]
          rediss://cache                        | SINGLE   | true  | [cache:6379]
          valkey://cache/                       | SINGLE   | false | [cache:6379]
          valkeys://cache                       | SINGLE   | true  | [cache:6379]
          redis://[::1]                         | SINGLE   | false | [[::1]:6379]
          redis://[2001:db8::7]:7000/1          | SINGLE   | false | [[2001:db8::7]:7000]
          redis-cluster://a:1,b,[::1]:3         | CLUSTER  | false | [a:1, b:6379, [::1]:3]
          rediss-cluster://a                    | CLUSTER  | true  | [a:6379]
          valkey-cluster://a,b                  | CLUSTER  | false | [a:6379, b:6379]
          redis-sentinel://mymaster@a,b:5       | SENTINEL | false | [a:26379, b:5]
          valkeys-sentinel://mymaster@a         | SENTINEL | true  | [a:26379]
          embedded:                             | EMBEDDED | false | []
          embedded:/                            | EMBEDDED | false | []
          embedded:///                          | EMBEDDED | false | []
          embedded:/?key-prefix=shop:           | EMBEDDED | false | []
          """)
  void parse_address_hasTopologyEncryptionAndServers(
      String text, Topology topology, boolean encrypted, String addresses) {
    RedisUri uri = RedisUri.parse(text);
    assertThat(uri.topology()).isEqualTo(topology);
    assertThat(uri.encrypted()).isEqualTo(encrypted);
    assertThat(uri.addresses()).hasToString(addresses);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis-cluster://h1:1,h2:2",
        "redis-sentinel://u:p%40q@m@h1,h2/1",
        "embedded:/",
        "redis://[::1]:6379/1?timeout=2s&key-prefix=shop:"
      })
  void parse_textOfAJavaUri_hasTheSameResult(String text) {
    assertThat(RedisUri.parse(URI.create(text).toString())).isEqualTo(RedisUri.parse(text));
  }

  @Test
  void parse_login_isDecoded() {
    assertThat(RedisUri.parse("redis://tom:p%40ss%2Fw+rd%3A@cache/3").settings())
        .containsOnly(
            entry("username", "tom"), entry("password", "p@ss/w+rd:"), entry("database", "3"));
    assertThat(RedisUri.parse("redis://:a:b@cache").settings())
        .containsOnly(entry("password", "a:b"));
    assertThat(RedisUri.parse("redis://tom@cache").settings())
        .containsOnly(entry("username", "tom"));
    assertThat(RedisUri.parse("redis://a@b@cache").addresses()).hasToString("[cache:6379]");
  }

  @Test
  void parse_sentinel_hasMasterAndLogin() {
    RedisUri uri = RedisUri.parse("redis-sentinel://tom:pw@my%2Dmaster@a,b/2?sentinel-password=x");
    assertThat(uri.masterName()).isEqualTo("my-master");
    assertThat(uri.settings())
        .containsOnly(
            entry("username", "tom"),
            entry("password", "pw"),
            entry("database", "2"),
            entry("sentinel-password", "x"));
  }

  @Test
  void parse_parameters_overrideTheDatabaseInThePath() {
    assertThat(RedisUri.parse("redis://cache/1?timeout=2s&key-prefix=shop:&database=5").settings())
        .containsOnly(entry("timeout", "2s"), entry("key-prefix", "shop:"), entry("database", "5"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://cache                     | must start with redis://
          redis:cache                      | a host is missing
          redis://                         | a host is missing
          redis://tom:s3cret@              | a host is missing
          redis://a,b                      | redis-cluster://
          redis-cluster://a,,b             | a host is missing
          redis://cache:port               | is not a number
          redis://cache:70000              | between 1 and 65535
          redis://cache:0                  | between 1 and 65535
          redis://::1                      | needs brackets
          redis://[::1                     | closing ]
          redis://cache/one                | database's number
          redis://cache/-1                 | database's number
          redis-sentinel://a,b             | master's name is missing
          redis-sentinel://tom:s3cret@@a   | master's name is missing
          redis://tom:s3cret%4@cache       | hexadecimal
          redis://tom:s3cret#@cache        | %23
          redis://tom:s3cret/x@cache       | database's number
          redis://cache?timeout            | name=value
          redis://cache?a=1&a=2            | occurs twice
          embedded:somewhere               | nothing may follow
          embedded://host                  | nothing may follow
          """)
  void parse_malformedUri_isExplainedWithoutThePassword(String text, String explanation) {
    assertThatThrownBy(() -> RedisUri.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The Redis URI")
        .hasMessageContaining(explanation)
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://a, true",
    "valkeys-cluster://a, true",
    "embedded:, true",
    "redis-shards://a, false",
    "file:/redis.conf, false",
    "redis.conf, false",
    "classpath:redis, false"
  })
  void isRedis_uri_isDecidedByItsScheme(String text, boolean expected) {
    assertThat(RedisUri.isRedis(text)).isEqualTo(expected);
  }

  @Test
  void masked_passwordsAnywhere_areHidden() {
    assertThat(Secrets.maskedText("redis://a:b/c@d@host/1?truststore-password=x&timeout=1s"))
        .isEqualTo("redis://***@host/1?truststore-password=***&timeout=1s");
  }
}
