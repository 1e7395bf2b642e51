package dev.corral.jcache.internal.store.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;

/** Decodes a queued change and a dead letter. */
public final class QueueFuzzTarget {

  private static final byte[] ORDER = new byte[40];

  private QueueFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    QueueRecord record = QueueRecord.of(input);
    if (record != null && (record.valueOffset() > input.length || record.attempts() < 0)) {
      throw new AssertionError("A record beyond its bytes");
    }
    DeadLetterRecord letter = DeadLetterRecord.of(input);
    if (letter != null
        && (letter.valueOffset() > input.length || letter.reason().length() > input.length)) {
      throw new AssertionError("A dead letter beyond its bytes");
    }
  }

  public static List<byte[]> seeds() {
    return List.of(record(), letter(), new byte[53], new byte[65]);
  }

  static byte[] record() {
    return ByteBuffer.allocate(56)
        .putLong(7)
        .put((byte) 1)
        .putInt(2)
        .put(ORDER)
        .put(new byte[] {3, 'a', (byte) 0xe2})
        .array();
  }

  static byte[] letter() {
    byte[] reason = "refused: käse".getBytes(UTF_8);
    return ByteBuffer.allocate(65 + reason.length + 3)
        .put((byte) 1)
        .putInt(3)
        .putLong(1_700_000_000_000L)
        .putLong(1_700_000_001_000L)
        .put(ORDER)
        .putInt(reason.length)
        .put(reason)
        .put(new byte[] {3, 'a', (byte) 0xe2})
        .array();
  }
}
