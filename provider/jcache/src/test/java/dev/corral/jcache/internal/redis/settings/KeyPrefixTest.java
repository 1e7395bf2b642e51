package dev.corral.jcache.internal.redis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyPrefixTest {

  @ParameterizedTest
  @ValueSource(strings = {"{shop}", "shop {", "a b", "a\tb", "a\u0000b", "a\u00a0b", "\u200b"})
  void new_bracesOrInvisibleCharacters_isRefused(String prefix) {
    assertThatThrownBy(() -> new KeyPrefix(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("corral.redis.key-prefix");
  }

  @Test
  void new_plainText_isKept() {
    assertThat(new KeyPrefix("shop:\u00fc").text()).isEqualTo("shop:\u00fc");
    assertThat(new KeyPrefix("")).isEqualTo(KeyPrefix.NONE);
  }
}
