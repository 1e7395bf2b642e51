package dev.corral.jcache.internal.codec.keys;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.jcache.internal.codec.keys.KeyCodecsTest.*;
import dev.corral.jcache.internal.codec.values.AllowList;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import javax.cache.CacheException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class KeyCodecsRefusalTest {

  private final KeyCodecs codecs = KeyCodecsTest.with(List.of());

  @Test
  void encode_noCanonicalForm_namesTheRemedy() {
    for (Object key :
        List.of(
            new Plain(),
            List.of(new Plain()),
            new Blind("a"),
            new Object(),
            new java.util.concurrent.atomic.AtomicLong(1),
            new BigDecimal("1") {})) {
      assertThatThrownBy(() -> codecs.encode(key))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("make it a record")
          .hasMessageContaining("KeyCodec");
    }
  }

  @Test
  void encode_keyThatContainsItself_isRefused() {
    List<Object> list = new ArrayList<>();
    list.add(list);

    assertThatThrownBy(() -> codecs.encode(list)).isInstanceOf(CacheException.class);
  }

  @Test
  void decode_classNotAllowedOrMissing_isRefused() {
    KeyCodecs strict =
        new KeyCodecs(List.of(), AllowList.of(List.of()), getClass().getClassLoader());

    assertThatThrownBy(() -> strict.decode(codecs.encode(Size.SMALL)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("allowed-classes");
    assertThatThrownBy(() -> strict.decode("#record:no.such.Class(1)"))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("no.such.Class");
  }

  @Test
  void decode_malformedText_isRefused() {
    for (String text :
        List.of(
            "#",
            "#no:1",
            "#int:x",
            "#list:(",
            "#list:(1",
            "#list:(1,)x",
            "#list:1",
            "#record:x",
            "12x",
            "%",
            "%u12",
            "#null",
            "#enum:x",
            "#list:(\\",
            "#map:(1)",
            "#optional:(#null)")) {
      assertThatThrownBy(() -> codecs.decode(text)).as(text).isInstanceOf(CacheException.class);
    }
  }

  @Test
  void new_invalidNameOfCodec_isRefused() {
    for (String name : List.of("Int", "int", "null", "a b", "")) {
      assertThatThrownBy(() -> KeyCodecsTest.with(List.of(new CodeCodec(name))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("CodeCodec");
    }
    assertThatThrownBy(() -> KeyCodecsTest.with(List.of(new CodeCodec("a"), new CodeCodec("a"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
