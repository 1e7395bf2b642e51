package dev.corral.jcache.internal.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnouncementTest {

  private static byte[] message(int format, long before, long number, int count, String... keys) {
    ByteBuffer out = ByteBuffer.allocate(1_000);
    out.put((byte) format).putLong(before).putLong(number).putInt(count);
    for (String key : keys) {
      out.putInt(key.getBytes(UTF_8).length).put(key.getBytes(UTF_8));
    }
    byte[] message = new byte[out.position()];
    out.flip().get(message);
    return message;
  }

  @Test
  void of_keys_areRead() {
    assertThat(Announcement.of(message(1, 3, 5, 2, "a", "zwölf")))
        .isEqualTo(new Announcement(3, 5, List.of("a", "zwölf")));
  }

  @Test
  void of_all_hasNoKeys() {
    assertThat(Announcement.of(message(1, 0, 5, -1))).isEqualTo(new Announcement(0, 5, null));
  }

  @Test
  void of_whatIsNotUnderstood_isNull() {
    assertThat(Announcement.of(message(2, 3, 5, 0))).isNull();
    assertThat(Announcement.of(new byte[] {1, 2})).isNull();
    assertThat(Announcement.of(message(1, 3, 5, 3, "a"))).isNull();
    byte[] negative = message(1, 3, 5, 1, "a");
    negative[21] = (byte) 0xff;
    assertThat(Announcement.of(negative)).isNull();
  }
}
