package dev.corral.jcache.internal.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;

/** Decodes a message of the change feed and an invalidation. */
public final class FeedFuzzTarget {

  private FeedFuzzTarget() {}

  public static void fuzzerTestOneInput(byte[] input) {
    EntryChange change = EntryChange.of(input);
    if (change != null && change.key().length() > input.length) {
      throw new AssertionError("A key that is longer than the message");
    }
    Invalidation invalidation = Invalidation.of(input);
    List<String> keys = invalidation == null ? null : invalidation.keys();
    if (keys != null && keys.stream().mapToInt(String::length).sum() > input.length) {
      throw new AssertionError("Keys that are longer than the message");
    }
  }

  public static List<byte[]> seeds() {
    byte[] jvm = "jvm".getBytes(UTF_8);
    byte[] key = "zwölf".getBytes(UTF_8);
    ByteBuffer change = ByteBuffer.allocate(100).put((byte) 1).put((byte) 2);
    change.putInt(jvm.length).put(jvm).putLong(7).putInt(key.length).put(key);
    change.putInt(2).put((byte) 1).put((byte) 2).putInt(-1);
    ByteBuffer some = ByteBuffer.allocate(100).put((byte) 1).putLong(3).putLong(5).putInt(2);
    some.putInt(key.length).put(key).putInt(0);
    ByteBuffer all = ByteBuffer.allocate(100).put((byte) 1).putLong(0).putLong(1).putInt(-1);
    return List.of(written(change), written(some), written(all));
  }

  private static byte[] written(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }
}
