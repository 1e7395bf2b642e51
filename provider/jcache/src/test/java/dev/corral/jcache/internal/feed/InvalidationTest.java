package dev.corral.jcache.internal.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class InvalidationTest {

  private static byte[] message(int format, long previous, long number, int count, String... keys) {
    ByteBuffer out = ByteBuffer.allocate(1_000);
    out.put((byte) format).putLong(previous).putLong(number).putInt(count);
    for (String key : keys) {
      out.putInt(key.getBytes(UTF_8).length).put(key.getBytes(UTF_8));
    }
    byte[] message = new byte[out.position()];
    out.flip().get(message);
    return message;
  }

  @Test
  void of_keys_areParsed() {
    assertThat(Invalidation.of(message(1, 3, 5, 2, "a", "zwölf")))
        .isEqualTo(new Invalidation(3, 5, List.of("a", "zwölf")));
  }

  @Test
  void of_all_hasNoKeys() {
    assertThat(Invalidation.of(message(1, 0, 5, -1))).isEqualTo(new Invalidation(0, 5, null));
  }

  @Test
  void of_unknownFormatOrMalformed_isNull() {
    assertThat(Invalidation.of(message(2, 3, 5, 0))).isNull();
    assertThat(Invalidation.of(new byte[] {1, 2})).isNull();
    assertThat(Invalidation.of(message(1, 3, 5, 3, "a"))).isNull();
    byte[] negative = message(1, 3, 5, 1, "a");
    negative[21] = (byte) 0xff;
    assertThat(Invalidation.of(negative)).isNull();
  }
}
