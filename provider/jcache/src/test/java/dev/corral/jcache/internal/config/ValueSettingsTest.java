package dev.corral.jcache.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.CorralConfiguration;
import dev.corral.jcache.ValueOptions;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The settings for the codec and the encryption of values. */
final class ValueSettingsTest {

  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  private final Properties properties = new Properties();

  private CacheSettings<Object, Object> cache(
      String name, CorralConfiguration<Object, Object> code) {
    ClassLoader loader = getClass().getClassLoader();
    return new SettingsResolver(new Properties(), Map.of())
        .resolve(URI.create("redis://host"), false, loader, properties)
        .caches()
        .resolve(name, code, loader);
  }

  private CacheSettings<Object, Object> cache(String name) {
    return cache(name, CorralConfiguration.builder(Object.class, Object.class).build());
  }

  @Test
  void values_codecAndKeys_areReadAndMasked() {
    properties.put("corral.defaults.value-codec", "json");
    properties.put("corral.defaults.json-type", "java.util.List<java.lang.String>");
    properties.put("corral.caches.users.encryption.keys", "new:" + KEY + ",old:" + KEY);
    properties.put("corral.caches.plain.value-codec", "java");
    properties.put("corral.caches.plain.json-type", "none");

    var users = cache("users");
    ValueOptions values = users.configuration().values();
    assertThat(values.codec()).isEqualTo("json");
    assertThat(values.jsonType()).isEqualTo("java.util.List<java.lang.String>");
    assertThat(values.encryption())
        .isNotNull()
        .satisfies(it -> assertThat(it.create()).hasToString("EncryptionKeys[new, old]"));
    assertThat(users.effective().apply(users.configuration()).toString())
        .contains("***")
        .doesNotContain(KEY);
    assertThat(cache("plain").configuration().values())
        .isEqualTo(ValueOptions.DEFAULTS.withCodec("java"));
  }

  @Test
  void values_setInCode_winOverAllSettings() {
    properties.put("corral.defaults.value-codec", "json");
    ValueOptions inCode = ValueOptions.DEFAULTS.withCodec("kryo");
    var code = CorralConfiguration.builder(Object.class, Object.class).values(inCode).build();
    assertThat(cache("users", code).configuration().values()).isEqualTo(inCode);
  }

  @Test
  void values_mistakes_nameTheSettingAndNoKey() {
    properties.put("corral.defaults.value-codec", "xml");
    assertThatThrownBy(() -> cache("users"))
        .hasMessageContainingAll("value-codec", "xml", "kryo, json, java");
    properties.put("corral.defaults.value-codec", "kryo");
    properties.put("corral.caches.users.encryption.keys", "id:c2VjcmV0");
    assertThatThrownBy(() -> cache("users"))
        .hasMessageContainingAll("encryption.keys", "32 bytes")
        .hasMessageNotContaining("c2VjcmV0");
    properties.clear();
    properties.put("corral.defaults.serializer", "json");
    assertThatThrownBy(() -> cache("users")).hasMessageContaining("value-codec");
  }
}
